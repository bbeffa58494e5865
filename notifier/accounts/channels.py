"""A subscriber's channels beside mail and feed: webhooks, chats, hubs of feeds."""

import datetime as dt
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlmodel import Session

from notifier.accounts.addresses import parse_address
from notifier.accounts.subscribers import known
from notifier.delivery.apprise import service_of
from notifier.delivery.webhook import new_secret, read_secret
from notifier.domain import WEBHOOK, WEBSUB, Channel
from notifier.errors import InputError
from notifier.storage.channels import (
    ACTIVE,
    channel_row,
    channels_of,
    put_channel,
    remove_channel,
    set_channel_state,
)
from notifier.storage.database import Database
from notifier.storage.messages import suppress_pending
from notifier.storage.subscribers import subscriber_row
from notifier.storage.tables import ChannelRow

_WEB = re.compile(r"https?://[\x21-\x7e]{1,900}")


@dataclass(frozen=True, slots=True)
class Added:
    """`secret` is what a webhook's receiver checks signatures with; "" for other channels."""

    name: str
    secret: str


def add_channel(
    database: Database, email: str, address: str, *, kind: str = "", secret: str = "", now: dt.datetime
) -> Added:
    """Add a channel, or replace the one of its name. InputError where nobody has that address, or it leads nowhere.

    kind: "webhook" or "websub" for a web address (default webhook); any other address names its own.
    """
    name = _name(address.strip(), kind)
    own = (secret or new_secret()) if name == WEBHOOK else ""
    if own:
        read_secret(own)
    with database.write() as session:
        put_channel(session, _owner(session, email), name, address=address.strip(), secret=own, now=now)
    return Added(name, own)


def _name(address: str, kind: str) -> str:
    if kind not in ("", WEBHOOK, WEBSUB):
        raise InputError(
            f"没有渠道类型 {kind}，可用：{WEBHOOK}、{WEBSUB}", f"no kind {kind}: use {WEBHOOK} or {WEBSUB}"
        )
    if not kind and not address.lower().startswith(("http://", "https://")):
        return service_of(address).scheme
    parts = urlsplit(address) if _WEB.fullmatch(address) else None
    if parts is None or not parts.hostname or parts.username is not None:
        raise InputError("webhook 地址应为不带用户名的 https:// 网址", "give a web address, without a user in it")
    return kind or WEBHOOK


def _owner(session: Session, email: str) -> int:
    row = known(subscriber_row(session, parse_address(email)), email)
    assert row.id is not None
    return row.id


def list_channels(database: Database, email: str) -> list[Channel]:
    with database.read() as session:
        return channels_of(session, _owner(session, email))


def drop_channel(database: Database, email: str, name: str, *, now: dt.datetime) -> None:
    """Remove a channel; what waits for it goes out no more. InputError where there is none of that name."""
    with database.write() as session:
        row = _known(session, email, name)
        suppress_pending(session, row.subscriber_id, f"{name} was removed", channel=name)
        remove_channel(session, row, now=now)


def enable_channel(database: Database, email: str, name: str, *, now: dt.datetime) -> None:
    """Switch on again what was switched off because it failed; it counts from the next alert."""
    with database.write() as session:
        set_channel_state(session, _known(session, email, name), ACTIVE, reason="", now=now)


def _known(session: Session, email: str, name: str) -> ChannelRow:
    row = channel_row(session, _owner(session, email), name)
    if row is None:
        raise InputError(f"{email} 没有渠道 {name}，可用 channel list 查看", f"{email} has no channel {name}")
    return row


def masked(channel: Channel) -> str:
    """What may be shown of an address: of a chat, nothing but its scheme, since the rest is its key."""
    parts = urlsplit(channel.address)
    return f"{parts.scheme}://{parts.hostname}/…" if channel.name in (WEBHOOK, WEBSUB) else f"{channel.name}://…"
