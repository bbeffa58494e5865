"""A broken way to a subscriber is told to them by another one that works."""

import datetime as dt

import structlog
from sqlmodel import Session

from notifier.domain import EMAIL, WEBSUB, Channel, Frozen, Subscriber, may_get
from notifier.errors import RenderError
from notifier.pipeline.telling.notices import plan_notice
from notifier.pipeline.telling.operator import Desk
from notifier.rendering import ChannelLetters
from notifier.rendering.labels import labels
from notifier.storage.channels import channels_of
from notifier.storage.subscribers import get_subscriber, to_subscriber

log = structlog.get_logger()


def tell_owner(session: Session, desk: Desk, subscriber_id: int, *, broken: str, why: str, now: dt.datetime) -> str:
    """Plan a notice that a channel (or mail) is `broken`. The channel it goes by, "" where there is none."""
    row = get_subscriber(session, subscriber_id)
    if row is None:
        return ""
    owner = to_subscriber(row)
    other = _other(owner, channels_of(session, subscriber_id), broken)
    try:
        notice = _notice(desk, owner, other, broken=broken, why=why) if other else None
    except RenderError as error:
        log.error("channel.notice_failed", subscriber=subscriber_id, error=error.en)
        return ""
    if notice is None:
        log.warning("channel.owner_not_told", subscriber=subscriber_id, channel=broken)
        return ""
    plan_notice(session, notice, desk.mail, subscriber_id=subscriber_id, address=owner.email, now=now, channel=other)
    return other


def _other(owner: Subscriber, channels: list[Channel], broken: str) -> str:
    """Mail first; a hub carries no words."""
    names = [EMAIL, *(one.name for one in channels if one.active and one.name != WEBSUB)]
    return next((name for name in names if name != broken and may_get(owner.state, name)), "")


def _notice(desk: Desk, owner: Subscriber, other: str, *, broken: str, why: str) -> Frozen:
    words = labels(owner.language)
    name = words["channel_mail"] if broken == EMAIL else broken
    lines = [f"{name}：{why}"]
    if other == EMAIL:
        return desk.renderer.notice("channel", owner.language, service=desk.mail.service, lines=lines)
    said = words["channel_subject"].format(desk.mail.service)
    return ChannelLetters(other).notice(said, [words["channel_lead"], *lines])
