"""The operator's desk: notices to the person who runs the service go out as mails of the ledger, like all others."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from sqlmodel import Session

from notifier.domain import Subscriber, SubscriberState
from notifier.errors import RenderError
from notifier.pipeline.planning.plan import Mail
from notifier.pipeline.telling.notices import plan_notice
from notifier.rendering import Renderer
from notifier.storage.subscribers import add_subscriber, subscriber_row

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Desk:
    """`operator` is an address. It becomes a subscriber without rules, since a message is somebody's."""

    renderer: Renderer
    mail: Mail
    operator: str
    language: str = "zh-CN"

    def tell(self, session: Session, subject: str, lines: Sequence[str], *, now: dt.datetime) -> None:
        """Plan a notice in the caller's transaction. Where there can be none, the log has it."""
        row = subscriber_row(session, self.operator)
        if row is not None and row.state != SubscriberState.ACTIVE:
            log.error("operator.not_told", subject=subject, state=row.state)
            return
        try:
            notice = self.renderer.notice(
                "operator", self.language, service=self.mail.service, subject=subject, lines=list(lines)
            )
        except RenderError as error:
            log.error("operator.not_told", subject=subject, error=error.en)
            return
        key = row.id if row else add_subscriber(session, Subscriber(id=0, email=self.operator), now=now)
        assert key is not None
        plan_notice(session, notice, self.mail, subscriber_id=key, address=self.operator, now=now)
