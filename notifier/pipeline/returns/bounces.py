"""What comes back. Whoever forges it changes nothing: its return address has to prove which message it is about.

Only "no such user" and complaints suppress an address. A refusal for policy or spam pauses the domain, tells the
operator and keeps the mail; all else is counted, once a day an address. Word of arrival settles what is in doubt; it is
believed by the Message-ID alone, which is random: only who carried or got that mail knows it.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from enum import StrEnum

import structlog
from sqlmodel import Session

from notifier.alerts import GIVE_UP_AFTER
from notifier.delivery.reports import Report, read_report
from notifier.delivery.verdicts import Verdict, judge
from notifier.delivery.verp import Verp
from notifier.domain import State
from notifier.pipeline.returns.refusals import count_bounce, pause_domain, suppress
from notifier.pipeline.telling.operator import Desk
from notifier.storage.bounces import RETURN, Returned, came_back, mail_by_id, note_arrival
from notifier.storage.database import Database
from notifier.storage.outbox import Attempt, Change, apply_changes

log = structlog.get_logger()
COMPLAINT = "complaint"
REPORTS_FOR = dt.timedelta(days=30)  # a return address is believed for so long
_BOUNCING = (State.SENT, State.IN_DOUBT, State.COMMITTING, State.READY)  # a relay took it, or may have
_OPEN = (State.IN_DOUBT, State.COMMITTING, State.READY, State.CLAIMED, State.DEFERRED)


class Taken(StrEnum):
    """What a mail that came back led to."""

    ARRIVED = "arrived"
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
        return _take(session, desk, report, message, by="dsn", now=now)


def take_reports(
    database: Database, desk: Desk, reports: Iterable[Report], *, by: str, now: dt.datetime
) -> list[Taken]:
    """Take what a provider reported, under a signature that was checked: each is about the Message-ID it names."""
    taken = []
    with database.write() as session:
        for report in reports:
            found = _recent(mail_by_id(session, report.about), now=now)
            taken.append(_take(session, desk, report, found, by=by, now=now))
    return taken


def _take(
    session: Session, desk: Desk, report: Report, message: Returned | None, *, by: str, now: dt.datetime
) -> Taken:
    taken = _consequence(session, desk, report, message, by=by, now=now) if message else Taken.UNPROVEN
    log.info("bounce.taken", taken=taken.value, message=message.id if message else None, status=report.status, by=by)
    return taken


def _proven(session: Session, report: Report, verp: Verp, *, domain: str, now: dt.datetime) -> Returned | None:
    keys = [key for address in report.sent_from if (key := verp.key_of(address))]
    named = report.about if report.kind == "arrived" else ""
    return _recent(mail_by_id(session, f"{keys[0]}@{domain}" if keys else named), now=now)


def _recent(found: Returned | None, *, now: dt.datetime) -> Returned | None:
    return found if found and found.planned_at > now - REPORTS_FOR else None


def _consequence(
    session: Session, desk: Desk, report: Report, message: Returned, *, by: str, now: dt.datetime
) -> Taken:
    if report.kind == "arrived":
        _arrive(session, report, message, by=by, now=now)
        return Taken.ARRIVED
    if report.kind == "complaint":
        suppress(session, message.address, COMPLAINT, detail=_line(report), now=now)
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


def _arrive(session: Session, report: Report, message: Returned, *, by: str, now: dt.datetime) -> None:
    """Whatever was to become of it, it is sent; but not where it was refused further on, and is to go again."""
    note_arrival(session, message.id, by=by, words=_line(report), now=now)
    if message.state not in _OPEN or came_back(session, message.id):
        return
    attempt = Attempt(
        message_id=message.id, started_at=now, ended_at=now, outcome=State.SENT.value, reply=f"arrived, says {by}"
    )
    change = Change(message.id, State.SENT, _OPEN, message.owner, reason="evidence", attempt=attempt)
    apply_changes(session, [change], now=now)


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
        reply=_line(report), place=RETURN,
    )  # fmt: skip
    change = Change(message.id, state, _BOUNCING, message.owner, next_at=next_at, reason=_line(report), attempt=attempt)
    apply_changes(session, [change], now=now)


def _line(report: Report) -> str:
    return " ".join(filter(None, (report.status, report.words)))[:300]
