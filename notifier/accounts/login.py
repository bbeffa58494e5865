"""Signing in by a mailed link: good for fifteen minutes, once, in the browser that asked for it.

A stranger learns nothing by asking: the answer is the same for every address, and what follows is done after it. What
they can do to a third party's inbox is bounded by address, network and in all.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import structlog
from limits import RateLimitItemPerDay, RateLimitItemPerHour
from sqlmodel import Session

from notifier.accounts.limits import Limits, network_of
from notifier.accounts.links import Links
from notifier.accounts.sessions import begin_session, hash_of
from notifier.domain import SubscriberState
from notifier.pipeline.planning.plan import Mail
from notifier.pipeline.telling.notices import plan_notice
from notifier.rendering import Renderer
from notifier.storage.database import Database
from notifier.storage.subscribers import get_subscriber, subscriber_row
from notifier.storage.suppressions import suppression_of
from notifier.storage.tables import LoginLink, SubscriberRow
from notifier.storage.web_sessions import add_login_link, count_login_links, login_link, use_login_link

log = structlog.get_logger()
VALID_FOR = dt.timedelta(minutes=15)
A_DAY = dt.timedelta(days=1)
PER_ADDRESS = 5  # mails a day
PER_DAY = RateLimitItemPerDay(PER_ADDRESS)
PER_NETWORK = RateLimitItemPerHour(60)  # an office is one network
IN_ALL = RateLimitItemPerDay(20_000)
LinkState = Literal["ask", "elsewhere", "unknown"]


@dataclass(frozen=True, slots=True)
class Login:
    """What a used link gives: the browser's new key, and the page to go on with."""

    key: str
    next_path: str


@dataclass(frozen=True, slots=True)
class Logins:
    """What the pages call. `key` is always that of the browser's cookie."""

    database: Database
    renderer: Renderer
    mail: Mail
    links: Links
    clock: Callable[[], dt.datetime]
    limits: Limits = field(default_factory=Limits)

    def ask(self, address: str, key: str, *, next_path: str, network: str) -> bool:
        """Mail a link, where that is right. The caller's answer must not depend on it."""
        if not self.limits.within((PER_DAY, address), (PER_NETWORK, network_of(network)), (IN_ALL, "all")):
            log.warning("login.limited", network=network)
            return False
        now = self.clock()
        with self.database.write() as session:
            row = subscriber_row(session, address)
            if row is None or row.id is None or not _may_sign_in(session, row):
                return False
            if count_login_links(session, row.id, since=now - A_DAY) >= PER_ADDRESS:
                return False
            self._mail(session, row.id, row, browser=hash_of(key), next_path=next_path, now=now)
        return True

    def _mail(
        self, session: Session, number: int, row: SubscriberRow, *, browser: str, next_path: str, now: dt.datetime
    ) -> None:
        link_id = add_login_link(session, number, browser=browser, next_path=next_path, now=now, keep=A_DAY)
        notice = self.renderer.notice("login", row.language, service=self.mail.service, link=self.links.login(link_id))
        plan_notice(session, notice, self.mail, subscriber_id=number, address=row.email, now=now)

    def state(self, token: str, key: str) -> LinkState:
        """What can be done with a link in this browser. Changes nothing: mail scanners follow links."""
        with self.database.read() as session:
            link = self._open(session, token)
        if link is None:
            return "unknown"
        return "ask" if key and link.browser == hash_of(key) else "elsewhere"

    def use(self, token: str, key: str) -> Login | None:
        """Sign the browser in. None where the link is used up, too old, or another browser's."""
        now = self.clock()
        with self.database.write() as session:
            link = self._open(session, token)
            if link is None or link.id is None or link.browser != hash_of(key):
                return None
            if get_subscriber(session, link.subscriber_id) is None or not use_login_link(session, link.id, now=now):
                return None
            return Login(begin_session(session, link.subscriber_id, old_key=key, now=now), link.next_path)

    def _open(self, session: Session, token: str) -> LoginLink | None:
        verified = self.links.tokens.verify("login", token)
        link = login_link(session, verified[0]) if verified else None
        usable = link is not None and link.used_at is None and link.created_at > self.clock() - VALID_FOR
        return link if usable else None


def _may_sign_in(session: Session, row: SubscriberRow) -> bool:
    """Who has left may come back to see or delete what is stored; who was never confirmed has nothing here."""
    return row.state != SubscriberState.PENDING and suppression_of(session, row.email) is None
