"""Rules and their versions. A version is in force from its revision until the next one ends it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, update
from sqlmodel import Session, col, select

from notifier.domain import Mode, Schedule
from notifier.storage.revisions import next_revision
from notifier.storage.tables import RuleRow, RuleVersion, SubscriberRow

ALERTED_STATES = ("active", "paused", "suppressed")  # of subscribers whose rules are matched


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


def add_rule(
    session: Session,
    subscriber_id: int,
    text: str,
    *,
    mode: Mode = "standard",
    min_score: float = 0.0,
    delivery: Schedule | None = None,
    now: dt.datetime,
) -> int:
    """Put a rule into force; it counts from the next article that is matched. Returns the rule's id."""
    rule = RuleRow(subscriber_id=subscriber_id, created_at=now)
    session.add(rule)
    session.flush()
    assert rule.id is not None
    session.add(
        RuleVersion(
            rule_id=rule.id,
            subscriber_id=subscriber_id,
            text=text,
            mode=mode,
            min_score=min_score,
            delivery=delivery or "",
            saved_at=now,
            from_revision=next_revision(session),
        )
    )
    session.flush()
    return rule.id


def end_rule(session: Session, rule_id: int) -> bool:
    """Take a rule out of force. False where it was not in force."""
    statement = update(RuleVersion).where(col(RuleVersion.rule_id) == rule_id, col(RuleVersion.to_revision).is_(None))
    return bool(session.execute(statement.values(to_revision=next_revision(session))).rowcount)  # type: ignore[attr-defined]


def rules_in_force(session: Session, revision: int | None = None) -> list[StoredRule]:
    """Rules of subscribers who are alerted: in force now, or at that revision, whoever they belonged to."""
    statement = select(RuleVersion).order_by(col(RuleVersion.id))
    if revision is None:
        statement = statement.join(SubscriberRow, col(SubscriberRow.id) == col(RuleVersion.subscriber_id)).where(
            col(RuleVersion.to_revision).is_(None), col(SubscriberRow.state).in_(ALERTED_STATES)
        )
    else:
        statement = statement.where(_at(revision))
    return [_stored(row) for row in session.exec(statement)]


def rules_of(session: Session, subscriber_ids: Sequence[int], *, revision: int | None = None) -> list[StoredRule]:
    """The rules of these subscribers in force now, or at that revision."""
    in_force = col(RuleVersion.to_revision).is_(None) if revision is None else _at(revision)
    statement = select(RuleVersion).where(col(RuleVersion.subscriber_id).in_(subscriber_ids), in_force)
    return [_stored(row) for row in session.exec(statement.order_by(col(RuleVersion.id)))]


def _at(revision: int) -> ColumnElement[bool]:
    ends = col(RuleVersion.to_revision)
    return (col(RuleVersion.from_revision) <= revision) & or_(ends.is_(None), ends > revision)


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
    mode: Mode = "strict" if row.mode == "strict" else "loose" if row.mode == "loose" else "standard"
    return StoredRule(
        version_id=row.id,
        rule_id=row.rule_id,
        subscriber_id=row.subscriber_id,
        text=row.text,
        mode=mode,
        min_score=row.min_score,
        delivery=Schedule(row.delivery) if row.delivery else None,
        from_revision=row.from_revision,
        to_revision=row.to_revision,
        saved_at=row.saved_at,
    )
