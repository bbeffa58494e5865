"""Rules and their versions. A version is in force from its revision until the next one ends it."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, or_, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from notifier.domain import Mode, Schedule
from notifier.storage.revisions import next_revision
from notifier.storage.tables import RuleRow, RuleVersion, SubscriberRow

_CHUNK = 5_000  # rows a query
ALERTED_STATES = ("active", "paused", "suppressed")  # of subscribers whose rules are matched


class Wording(NamedTuple):
    """What a subscriber says of a rule."""

    text: str
    mode: Mode = "standard"
    min_score: float = 0.0
    delivery: Schedule | None = None
    paused_until: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class StoredRule:
    """A rule as it was in force. `delivery` is None where it follows its subscriber."""

    version_id: int
    rule_id: int
    subscriber_id: int
    text: str
    mode: Mode
    min_score: float
    delivery: Schedule | None
    from_revision: int
    to_revision: int | None
    saved_at: dt.datetime
    paused_until: dt.datetime | None = None

    @property
    def wording(self) -> Wording:
        return Wording(self.text, self.mode, self.min_score, self.delivery, self.paused_until)

    def rests(self, at: dt.datetime) -> bool:
        """Is it paused then? It matches nothing, and what it would have matched is not made up for."""
        return self.paused_until is not None and at < self.paused_until


class RuleText(NamedTuple):
    """What a matcher needs of a rule: the number of its version is its key."""

    version_id: int
    text: str
    mode: Mode
    min_score: float


def add_rule(
    session: Session,
    subscriber_id: int,
    text: str,
    *,
    mode: Mode = "standard",
    min_score: float = 0.0,
    delivery: Schedule | None = None,
    paused_until: dt.datetime | None = None,
    now: dt.datetime,
) -> int:
    """Put a rule into force; it counts from the next article that is matched. Returns the rule's id."""
    rule = RuleRow(subscriber_id=subscriber_id, created_at=now)
    session.add(rule)
    session.flush()
    assert rule.id is not None
    wording = Wording(text, mode, min_score, delivery, paused_until)
    _add_version(session, rule.id, subscriber_id, wording=wording, revision=next_revision(session), now=now)
    return rule.id


def _add_version(
    session: Session, rule_id: int, subscriber_id: int, *, wording: Wording, revision: int, now: dt.datetime
) -> None:
    session.add(
        RuleVersion(
            rule_id=rule_id,
            subscriber_id=subscriber_id,
            text=wording.text,
            mode=wording.mode,
            min_score=wording.min_score,
            delivery=wording.delivery or "",
            paused_until=wording.paused_until,
            saved_at=now,
            from_revision=revision,
        )
    )
    session.flush()


def end_rule(session: Session, rule_id: int) -> bool:
    """Take a rule out of force. False where it was not in force."""
    return _end(session, rule_id, next_revision(session))


def _end(session: Session, rule_id: int, revision: int) -> bool:
    statement = update(RuleVersion).where(col(RuleVersion.rule_id) == rule_id, col(RuleVersion.to_revision).is_(None))
    return bool(session.execute(statement.values(to_revision=revision)).rowcount)  # type: ignore[attr-defined]


def change_rule(session: Session, rule: StoredRule, wording: Wording, *, now: dt.datetime) -> None:
    """Put a rule into force as it is said now, in place of the version before (which may have ended)."""
    revision = next_revision(session)
    _end(session, rule.rule_id, revision)
    _add_version(session, rule.rule_id, rule.subscriber_id, wording=wording, revision=revision, now=now)


def latest_version(session: Session, rule_id: int) -> StoredRule | None:
    """A rule as it is, or as it last was."""
    statement = select(RuleVersion).where(RuleVersion.rule_id == rule_id).order_by(col(RuleVersion.id).desc())
    row = session.exec(statement).first()
    return _stored(row) if row else None


def count_rules(session: Session) -> int:
    """The rules in force of subscribers who are alerted."""
    statement = select(func.count()).select_from(RuleVersion).join(SubscriberRow, _owner())
    return session.exec(statement.where(_in_force(), col(SubscriberRow.state).in_(ALERTED_STATES))).one()


def rule_texts(session: Session, *, since: int = -1) -> Iterator[RuleText]:
    """The rules that are in force and came into it after the revision `since`, whoever they belong to."""
    columns = (col(RuleVersion.id), col(RuleVersion.text), col(RuleVersion.mode), col(RuleVersion.min_score))
    statement = select_columns(*columns).where(_in_force(), col(RuleVersion.from_revision) > since)
    for row in session.execute(statement.order_by(col(RuleVersion.id)).execution_options(yield_per=_CHUNK)):
        yield RuleText(row[0], row[1], _mode(row[2]), row[3])


def ended_rules(session: Session, *, since: int) -> list[int]:
    """The versions of rules that went out of force after the revision `since`."""
    return list(
        session.execute(select_columns(col(RuleVersion.id)).where(col(RuleVersion.to_revision) > since)).scalars()
    )


def rules_by_version(session: Session, version_ids: Sequence[int]) -> list[StoredRule]:
    """These rules, as far as they belong to subscribers who are alerted."""
    found: list[StoredRule] = []
    statement = select(RuleVersion).join(SubscriberRow, _owner()).where(col(SubscriberRow.state).in_(ALERTED_STATES))
    for at in range(0, len(version_ids), _CHUNK):
        rows = session.exec(statement.where(col(RuleVersion.id).in_(version_ids[at : at + _CHUNK])))
        found += map(_stored, rows)
    return sorted(found, key=attrgetter("version_id"))


def _in_force() -> ColumnElement[bool]:
    return col(RuleVersion.to_revision).is_(None)


def _owner() -> ColumnElement[bool]:
    return col(SubscriberRow.id) == col(RuleVersion.subscriber_id)


def rules_of(session: Session, subscriber_ids: Sequence[int], *, revision: int | None = None) -> list[StoredRule]:
    """The rules of these subscribers in force now, or at that revision."""
    in_force = col(RuleVersion.to_revision).is_(None) if revision is None else _at(revision)
    statement = select(RuleVersion).where(col(RuleVersion.subscriber_id).in_(subscriber_ids), in_force)
    return [_stored(row) for row in session.exec(statement.order_by(col(RuleVersion.id)))]


def _at(revision: int) -> ColumnElement[bool]:
    ends = col(RuleVersion.to_revision)
    return (col(RuleVersion.from_revision) <= revision) & or_(ends.is_(None), ends > revision)


def newest_text(session: Session, subscriber_id: int, rule_id: int) -> str:
    """What a rule of theirs says, or said last; "" where they never had it."""
    mine = select(RuleVersion.text).where(RuleVersion.rule_id == rule_id, RuleVersion.subscriber_id == subscriber_id)
    return session.exec(mine.order_by(col(RuleVersion.id).desc())).first() or ""


def all_rules(session: Session) -> list[tuple[StoredRule, str]]:
    """Every rule in force with its subscriber's address."""
    statement = (
        select(RuleVersion, SubscriberRow.email)
        .join(SubscriberRow, col(SubscriberRow.id) == col(RuleVersion.subscriber_id))
        .where(col(RuleVersion.to_revision).is_(None))
        .order_by(col(RuleVersion.rule_id))
    )
    return [(_stored(row), email) for row, email in session.exec(statement)]


def _stored(row: RuleVersion) -> StoredRule:
    assert row.id is not None
    return StoredRule(
        version_id=row.id,
        rule_id=row.rule_id,
        subscriber_id=row.subscriber_id,
        text=row.text,
        mode=_mode(row.mode),
        min_score=row.min_score,
        delivery=Schedule(row.delivery) if row.delivery else None,
        from_revision=row.from_revision,
        to_revision=row.to_revision,
        saved_at=row.saved_at,
        paused_until=row.paused_until,
    )


def _mode(text: str) -> Mode:
    return "strict" if text == "strict" else "loose" if text == "loose" else "standard"
