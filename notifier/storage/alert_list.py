"""A subscriber's alerts to look through, whichever channel carried them, and what they noted on them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, String, cast, exists, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from notifier.domain import EVERYTHING, Ways
from notifier.storage.tables import (
    AlertMark,
    AlertRow,
    AlertRule,
    ArticleRow,
    DeliveryRow,
    MessageRow,
    RuleVersion,
)
from notifier.storage.text_index import having_grams


class Mark(StrEnum):
    """What a subscriber may note on an alert."""

    READ = "read"
    SAVED = "saved"
    IRRELEVANT = "irrelevant"


_COLUMNS = {
    Mark.READ: col(AlertMark.read_at),
    Mark.SAVED: col(AlertMark.saved_at),
    Mark.IRRELEVANT: col(AlertMark.irrelevant_at),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which alerts: all, those with this mark, those not read yet; of one rule; whose article may hold what is sought.

    `ways`: what the text index is to have of the article. `before`: older than the alert of this id, 0 for the newest.
    """

    mark: Mark | None = None
    unread: bool = False
    rule_id: int = 0
    ways: Ways = EVERYTHING
    before: int = 0


@dataclass(frozen=True, slots=True)
class ListedAlert:
    """An alert and its marks."""

    id: int
    article_id: int
    created_at: dt.datetime
    marks: frozenset[Mark] = frozenset()


def list_alerts(session: Session, subscriber_id: int, wanted: Wanted, *, limit: int) -> list[ListedAlert]:
    """The newest first."""
    statement = _marked().where(AlertRow.subscriber_id == subscriber_id, *_conditions(wanted))
    if all(wanted.ways):
        statement = statement.where(col(AlertRow.article_id).in_(having_grams(session, wanted.ways)))
    found = session.exec(statement.order_by(col(AlertRow.id).desc()).limit(limit))
    return [_listed(alert, mark) for alert, mark in found]


def _marked() -> Any:
    return select(AlertRow, AlertMark).join(AlertMark, col(AlertMark.alert_id) == col(AlertRow.id), isouter=True)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.before:
        conditions.append(col(AlertRow.id) < wanted.before)
    if wanted.mark:
        conditions.append(_COLUMNS[wanted.mark].is_not(None))
    if wanted.unread:
        conditions += [_COLUMNS[Mark.READ].is_(None), _COLUMNS[Mark.IRRELEVANT].is_(None)]
    if wanted.rule_id:
        conditions.append(_of_rule(wanted.rule_id))
    return conditions


def _of_rule(rule_id: int) -> ColumnElement[bool]:
    """Of any version of the rule."""
    return exists().where(
        col(AlertRule.alert_id) == col(AlertRow.id),
        col(AlertRule.rule_version_id) == col(RuleVersion.id),
        col(RuleVersion.rule_id) == rule_id,
    )


def _listed(alert: AlertRow, mark: AlertMark | None) -> ListedAlert:
    marks = {
        Mark.READ: mark and mark.read_at,
        Mark.SAVED: mark and mark.saved_at,
        Mark.IRRELEVANT: mark and mark.irrelevant_at,
    }
    noted = frozenset(name for name, since in marks.items() if since)
    return ListedAlert(alert.id or 0, alert.article_id, alert.created_at, noted)


def listed_alert(session: Session, subscriber_id: int, alert_id: int) -> ListedAlert | None:
    """None where it is not theirs."""
    found = session.exec(_marked().where(AlertRow.subscriber_id == subscriber_id, AlertRow.id == alert_id)).first()
    return _listed(*found) if found else None


def set_mark(session: Session, alert_id: int, mark: Mark, *, since: dt.datetime | None) -> None:
    """Note it, or take the note away (None). What was noted before keeps its time."""
    row = session.get(AlertMark, alert_id) or AlertMark(alert_id=alert_id)
    name = f"{mark.value}_at"
    if since is None or getattr(row, name) is None:
        setattr(row, name, since)
    session.add(row)


def carried_by(session: Session, alert_ids: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    """alert id -> (channel, state) of its deliveries."""
    state = func.coalesce(MessageRow.state, DeliveryRow.state)
    statement = (
        select_columns(col(DeliveryRow.alert_id), col(DeliveryRow.channel), state)
        .join(MessageRow, col(MessageRow.id) == col(DeliveryRow.message_id), isouter=True)
        .where(col(DeliveryRow.alert_id).in_(alert_ids))
        .order_by(col(DeliveryRow.id))
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for alert_id, channel, reached in session.execute(statement):
        found.setdefault(alert_id, []).append((channel, reached))
    return found


def alerted_at(
    session: Session, subscriber_id: int, *, since: dt.datetime, limit: int
) -> list[tuple[int, dt.datetime]]:
    """(rule id, time) of the newest alerts since then, one for each rule that brought it."""
    statement = (
        select_columns(col(RuleVersion.rule_id), col(AlertRow.created_at))
        .join(AlertRule, col(AlertRule.rule_version_id) == col(RuleVersion.id))
        .join(AlertRow, col(AlertRow.id) == col(AlertRule.alert_id))
        .where(col(AlertRow.subscriber_id) == subscriber_id, col(AlertRow.created_at) >= since)
        .order_by(col(AlertRow.id).desc())
        .limit(limit)
    )
    return [(row[0], row[1]) for row in session.execute(statement)]


class Stated(NamedTuple):
    """An alert whose article states a deadline: its facts, as they are stored."""

    alert_id: int
    article_id: int
    facts: list[dict[str, Any]]


def alerts_with_deadlines(session: Session, subscriber_id: int, *, limit: int) -> list[Stated]:
    """The newest of them; irrelevant ones left out."""
    stated = cast(col(ArticleRow.facts), String).contains('"deadline"')
    statement = (
        select_columns(col(AlertRow.id), col(AlertRow.article_id), col(ArticleRow.facts))
        .join(ArticleRow, col(ArticleRow.id) == col(AlertRow.article_id))
        .join(AlertMark, col(AlertMark.alert_id) == col(AlertRow.id), isouter=True)
        .where(col(AlertRow.subscriber_id) == subscriber_id, stated, _COLUMNS[Mark.IRRELEVANT].is_(None))
        .order_by(col(AlertRow.id).desc())
        .limit(limit)
    )
    return [Stated(*row) for row in session.execute(statement)]
