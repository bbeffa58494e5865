"""Hubs tell us of a feed's news (WebSub): leases are asked for, renewed and given back, and a push makes its feed due.

What a push says is not used: the feed is polled at once, with all the guards of a poll. Polling goes on as before,
since a hub may fall silent.
"""

import asyncio
import datetime as dt
import secrets
from collections.abc import Callable, Mapping
from urllib.parse import urljoin

import structlog
from sqlmodel import Session

from notifier.delivery.webhook import Post
from notifier.errors import SourceError
from notifier.sources.feed.websub import LEASE, is_signed, request_form
from notifier.storage.database import Database
from notifier.storage.leases import (
    Lease,
    add_lease,
    change_lease,
    drop_lease,
    feeds_with_hubs,
    lease_by_token,
    list_leases,
    record_push,
)

log = structlog.get_logger()
CALLBACK = "/websub/"  # our address for hubs, before a lease's token
AT_ONCE = 4  # hubs asked at once
FIRST_WAIT = dt.timedelta(minutes=10)  # for a hub's answer, doubled each time
LONGEST_WAIT = dt.timedelta(days=1)
LONGEST_LEASE = dt.timedelta(days=90)
SHORTEST_LEASE = dt.timedelta(minutes=5)
RENEWED_AFTER = 0.8  # of a lease
PARTINGS = 5  # times that a hub is told that we leave
_REDIRECTS = 3
_FORM = {"content-type": "application/x-www-form-urlencoded"}


async def keep_leases(
    database: Database, post: Post, *, callback: Callable[[str], str], clock: Callable[[], dt.datetime]
) -> int:
    """Ask the hubs that are due; how many. `callback` is our address by a lease's token."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(lease: Lease) -> None:
        async with places:
            reason = await _ask(post, lease, callback(lease.token))
            log.info("hub.asked", hub=lease.hub, topic=lease.topic, state=lease.state, reason=reason)
            await asyncio.to_thread(_record_asked, database, lease, reason, clock())

    due = await asyncio.to_thread(_due, database, clock())
    await asyncio.gather(*(one(lease) for lease in due))
    return len(due)


def _due(database: Database, now: dt.datetime) -> list[Lease]:
    """Make leases what the feeds want, and give those whose hub is to be asked now."""
    with database.read() as session:
        wanted, leases = feeds_with_hubs(session), list_leases(session)
    kept = {lease.source_id for lease in leases if _is_wanted(lease, wanted)}
    missing = {source_id: hub for source_id, hub in wanted.items() if source_id not in kept}
    others = [lease for lease in leases if not _is_wanted(lease, wanted)]
    due = [lease for lease in leases if lease.next_at <= now]
    if not missing and not others:
        return due
    with database.write() as session:
        fresh = [_new(session, source_id, hub, now) for source_id, hub in missing.items()]
        over = [lease for lease in others if _part(session, lease, now)]
    return fresh + [lease for lease in due if lease not in over]


def _is_wanted(lease: Lease, wanted: Mapping[int, tuple[str, str]]) -> bool:
    return lease.state != "leaving" and wanted.get(lease.source_id) == (lease.hub, lease.topic)


def _new(session: Session, source_id: int, hub: tuple[str, str], now: dt.datetime) -> Lease:
    return add_lease(
        session, source_id, hub, token=secrets.token_urlsafe(24), secret=secrets.token_urlsafe(32), now=now
    )


def _part(session: Session, lease: Lease, now: dt.datetime) -> bool:
    """Take the next step of leaving; whether the hub is not to be asked at this pass: it has just begun, or is over."""
    if lease.state != "leaving":
        change_lease(session, lease.id, {"state": "leaving", "next_at": now, "asked": 0})
        return True
    if lease.asked < PARTINGS and lease.expires_at is not None and lease.expires_at > now:
        return False
    drop_lease(session, lease.id)
    return True


async def _ask(post: Post, lease: Lease, callback: str) -> str:
    """Why the hub did not take the request; "" where it did. Redirects that keep the method are followed."""
    mode = "unsubscribe" if lease.state == "leaving" else "subscribe"
    form = request_form(mode, lease.topic, callback=callback, secret=lease.secret)
    url = lease.hub
    try:
        for _ in range(_REDIRECTS):
            answer = await post(url, form, _FORM)
            if answer.status not in (307, 308) or not answer.headers.get("location"):
                return "" if 200 <= answer.status < 300 else f"{answer.status}"
            url = urljoin(url, answer.headers["location"])
    except (SourceError, ValueError) as error:
        return str(error)[:300]
    return "redirects"


def _record_asked(database: Database, lease: Lease, reason: str, now: dt.datetime) -> None:
    """It answers by a request of its own; until then it is asked ever more rarely. Those were counted only here: an
    answer may have come before this."""
    wait = min(FIRST_WAIT * 2 ** min(lease.asked, 12), LONGEST_WAIT)
    with database.write() as session:
        now_is = lease_by_token(session, lease.token)
        if now_is is not None and now_is.next_at == lease.next_at:
            change_lease(session, lease.id, {"asked": lease.asked + 1, "next_at": now + wait, "reason": reason})


# --- what hubs ask and tell us ---------------------------------------------------------------------------------


def confirm(
    database: Database, token: str, mode: str, topic: str, *, seconds: int, reason: str, now: dt.datetime
) -> bool:
    """Whether we want what a hub says that we asked for (WebSub, 5.3), or take note that it refuses (5.2)."""
    with database.write() as session:
        lease = lease_by_token(session, token)
        if lease is None or lease.topic != topic:
            return False
        log.info("hub.answered", hub=lease.hub, topic=topic, mode=mode)
        if mode == "unsubscribe" and lease.state == "leaving":
            drop_lease(session, lease.id)
            return True
        if mode not in ("subscribe", "denied") or lease.state == "leaving":
            return False
        values = _granted(seconds, now) if mode == "subscribe" else _denied(reason, now)
        change_lease(session, lease.id, values)
        return True


def _granted(seconds: int, now: dt.datetime) -> dict[str, object]:
    length = max(SHORTEST_LEASE, min(dt.timedelta(seconds=seconds or LEASE), LONGEST_LEASE))
    renewed = now + length * RENEWED_AFTER
    return {"state": "active", "expires_at": now + length, "next_at": renewed, "asked": 0, "reason": ""}


def _denied(reason: str, now: dt.datetime) -> dict[str, object]:
    return {"state": "denied", "next_at": now + LONGEST_WAIT, "reason": reason[:300]}


def is_known(database: Database, token: str) -> bool:
    """Whether a push to that token is one that we asked for."""
    with database.read() as session:
        lease = lease_by_token(session, token)
    return lease is not None and lease.state != "leaving"


def take_push(database: Database, token: str, content: bytes, signature: str, *, now: dt.datetime) -> bool:
    """Whether the push was by the hub that we asked; then its feed is due now. WebSub, 7.1."""
    with database.write() as session:
        lease = lease_by_token(session, token)
        if lease is None or lease.state == "leaving" or not is_signed(content, signature, lease.secret):
            log.warning("hub.push_ignored", hub=lease.hub if lease else "")
            return False
        record_push(session, lease, now=now)
        log.info("hub.pushed", hub=lease.hub, topic=lease.topic)
        return True
