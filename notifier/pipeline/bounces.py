"""What comes back. Whoever forges it changes nothing: its return address has to prove which message it is about.

Only "no such user" and complaints suppress an address. A refusal for policy or spam pauses the domain, tells the
operator and keeps the mail; all else is counted, once a day an address.
"""

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum

import structlog
from sqlmodel import Session

from notifier.alerts import GIVE_UP_AFTER
from notifier.delivery.reports import Report, read_report
from notifier.delivery.verdicts import Verdict, judge
from notifier.delivery.verp import Verp
from notifier.domain import State
from notifier.pipeline.operator import Desk
from notifier.pipeline.refusals import count_bounce, pause_domain, suppress
from notifier.storage.bounces import Returned, mail_by_id
from notifier.storage.database import Database
from notifier.storage.outbox import Attempt, Change, apply_changes

log = structlog.get_logger()
COMPLAINT = "complaint"
REPORTS_FOR = dt.timedelta(days=30)  # a return address is believed for so long
_BOUNCING = (State.SENT, State.IN_DOUBT)  # what a relay took, or may have taken


class Taken(StrEnum):
    """What a mail that came back led to."""

    SUPPRESSED = "suppressed"
    PAUSED = "paused"
    COUNTED = "counted"
    COMPLAINT = "complaint"
    NO_REPORT = "no_report"  # an answer of a person, say
    UNPROVEN = "unproven"  # forged, or about nothing of ours: nothing was changed


def take_mail(
    database: Database, desk: Desk, verp: Verp, raw: bytes, *, arrived_for: Sequence[str] = (), now: dt.datetime
) -> Taken:
    """Take one mail that came back. The same again changes nothing more."""
    report = read_report(raw, arrived_for=arrived_for)
    if report is None:
        return Taken.NO_REPORT
    with database.write() as session:
        message = _proven(session, report, verp, domain=desk.mail.domain, now=now)
        taken = _take(session, desk, report, message, now=now) if message else Taken.UNPROVEN
    log.info("bounce.taken", taken=taken.value, message=message.id if message else None, status=report.status)
    return taken


def _proven(session: Session, report: Report, verp: Verp, *, domain: str, now: dt.datetime) -> Returned | None:
    keys = [key for address in report.sent_from if (key := verp.key_of(address))]
    found = mail_by_id(session, f"{keys[0]}@{domain}") if keys else None
    return found if found and found.planned_at > now - REPORTS_FOR else None


def _take(session: Session, desk: Desk, report: Report, message: Returned, *, now: dt.datetime) -> Taken:
    if report.kind == "complaint":
        suppress(session, message.address, COMPLAINT, detail=report.words, now=now)
        return Taken.COMPLAINT
    verdict = judge(report.code, report.words, status=report.status)
    if report.kind == "delayed":  # the relay still tries
        verdict = Verdict.SOFT
    if verdict is Verdict.POLICY:
        _keep(session, desk, report, message, now=now)
        return Taken.PAUSED
    if report.kind == "failed":
        _bounce(session, report, message, State.BOUNCED, now=now)
    if verdict is Verdict.UNKNOWN_USER:
        suppress(session, message.address, verdict.value, detail=_line(report), now=now, desk=desk)
        return Taken.SUPPRESSED
    count_bounce(session, desk, message.address, _line(report), now=now)
    return Taken.COUNTED


def _keep(session: Session, desk: Desk, report: Report, message: Returned, *, now: dt.datetime) -> None:
    """A refusal for policy that came by mail: the message waits for the end of the pause, unless it is too old."""
    until = pause_domain(session, desk, message.address, _line(report), now=now)
    young = message.planned_at > now - GIVE_UP_AFTER
    state = State.DEFERRED if young else State.BOUNCED
    _bounce(session, report, message, state, now=now, next_at=until if young else None)


def _bounce(
    session: Session,
    report: Report,
    message: Returned,
    state: State,
    *,
    now: dt.datetime,
    next_at: dt.datetime | None = None,
) -> None:
    if message.state not in _BOUNCING:
        return
    attempt = Attempt(
        message_id=message.id, started_at=now, ended_at=now, outcome=state.value, code=report.code,
        reply=_line(report), place="return",
    )  # fmt: skip
    change = Change(message.id, state, _BOUNCING, "", next_at=next_at, reason=_line(report), attempt=attempt)
    apply_changes(session, [change], now=now)


def _line(report: Report) -> str:
    return " ".join(filter(None, (report.status, report.words)))[:300]
