"""What follows from a refusal, by reply or by mail: an address suppressed, a domain paused, a count."""

import datetime as dt

import structlog
from sqlmodel import Session

from notifier.domain import EMAIL, SubscriberState
from notifier.pipeline.telling.operator import Desk
from notifier.pipeline.telling.owners import tell_owner
from notifier.storage.bounces import count_soft, pause_of
from notifier.storage.messages import suppress_pending
from notifier.storage.subscribers import set_state, subscriber_row
from notifier.storage.suppressions import add_suppression
from notifier.storage.tables import DomainPause

log = structlog.get_logger()
PAUSES = (1, 2, 4, 8, 24)  # hours, each time in a row that a domain refuses us; the last repeats
TELL_AGAIN = dt.timedelta(days=1)  # the operator hears of one domain at most so often
SOFT_DAYS = 7  # of thirty, on which an address bounced: then the operator is told
_MAILED = (SubscriberState.ACTIVE, SubscriberState.PAUSED, SubscriberState.PENDING)


def suppress(
    session: Session, address: str, reason: str, *, detail: str, now: dt.datetime, desk: Desk | None = None
) -> bool:
    """Put an address on the list, and stop the mail of whoever has it; all else goes on. False: it was there.

    With a desk, they are told by another channel, if they have one.
    """
    if not add_suppression(session, address, reason, detail=detail, now=now):
        return False
    row = subscriber_row(session, address)
    if row is not None and row.id is not None and row.state in _MAILED:
        set_state(session, row, SubscriberState.SUPPRESSED, now=now, why=reason)
        suppress_pending(session, row.id, SubscriberState.SUPPRESSED.value, channel=EMAIL)
        if desk is not None:
            tell_owner(session, desk, row.id, broken=EMAIL, why=f"{address} {detail}", now=now)
    log.warning("address.suppressed", address=address, reason=reason)
    return True


def count_bounce(session: Session, desk: Desk, address: str, line: str, *, now: dt.datetime) -> None:
    """Count a soft bounce, once a day. On the seventh day the operator is told; nothing is suppressed."""
    days = count_soft(session, address, now.date(), line)
    if days == SOFT_DAYS:
        said = (
            f"发往 {address} 的邮件最近 30 天里有 {days} 天被退回，最近一次：{line}。仍在继续发送；"
            f"如该地址已停用，可用 notifier suppressions add {address} 停发。"
        )
        desk.tell(session, f"{address} 多日退信", [said], now=now)


def pause_domain(session: Session, desk: Desk, address: str, reply: str, *, now: dt.datetime) -> dt.datetime:
    """Pause the domain of an address, longer each time in a row, and tell the operator. When the pause ends."""
    domain = domain_of(address)
    row = pause_of(session, domain) or DomainPause(domain=domain, reply="", since=now, until=now, times=0)
    if row.until > now:
        return row.until
    row.times += 1
    row.reply, row.until = reply[:500], now + dt.timedelta(hours=PAUSES[min(row.times, len(PAUSES)) - 1])
    if row.told_at is None or row.told_at <= now - TELL_AGAIN:
        row.told_at = now
        desk.tell(session, f"{domain} 拒收，已暂停发送", _explained(row), now=now)
    session.add(row)
    session.flush()
    log.warning("domain.paused", domain=domain, until=row.until.isoformat(), reply=reply)
    return row.until


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].lower()


def _explained(row: DomainPause) -> list[str]:
    return [
        f"{row.domain} 因策略或反垃圾规则拒收了我们的邮件：{row.reply}",
        f"发往该域名的邮件已保留，{row.until:%Y-%m-%d %H:%M} UTC 后自动再试；没有地址被停发。",
        "请检查 SPF、DKIM、DMARC 与发信频率，必要时与对方联系；处理后可用 "
        f"notifier bounces resume {row.domain} 立即恢复。",
    ]
