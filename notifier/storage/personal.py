"""What the tables hold of one person: found by following the references to their row, so that a new table is in too."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, String, Table, cast, delete, func, literal, or_, select, update
from sqlalchemy.orm import Mapped
from sqlmodel import Session, SQLModel, col

from notifier.domain import PENDING_STATES, Frozen, State, SubscriberState
from notifier.storage.messages import store_content
from notifier.storage.tables import (
    AlertRow,
    AlertRule,
    ArticleRow,
    ContentRow,
    DeliveryRow,
    MatchRow,
    MessageRow,
    ReminderRow,
    SoftBounce,
    SubscriberRow,
)

# What stays when a person is forgotten, since the accounts count it, and what its columns are emptied to.
KEPT: Mapping[str, Mapping[str, object]] = {
    "alert": {},
    "delivery": {"reason": ""},
    "reminder": {"reason": ""},
    "message": {"reason": "", "address": "", "unsubscribe_url": "", "feed_url": "", "lease_owner": ""},
    "attempt": {"reply": "", "place": ""},
}
_OWNERS = ("subscriber", "alert", "rule", "rule_version", "delivery", "message")  # whose rows other rows belong to
_CHUNK = 5_000  # rows a statement
_SHARED = ("match", "content", "article")  # one for many people


def owned(subscriber_id: int) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """Every table with something of theirs, and which rows; rows that others refer to come after those."""
    tables = SQLModel.metadata.tables
    yield tables["event"], _events(tables["event"], subscriber_id)
    for table in reversed(SQLModel.metadata.sorted_tables):
        if (mine := _mine(table, subscriber_id)) is not None:
            yield table, mine


def _events(events: Table, subscriber_id: int) -> ColumnElement[bool]:
    """Events name what they are about without a reference."""
    theirs = (events.c.subject == "subscriber") & (events.c.subject_id == subscriber_id)
    for name in ("rule", "message"):
        of_these = events.c.subject_id.in_(_ids(SQLModel.metadata.tables[name], subscriber_id))
        theirs |= (events.c.subject == name) & of_these
    return theirs


def _mine(table: Table, subscriber_id: int) -> ColumnElement[bool] | None:
    """By their own number where the table has it, else by the rows that its rows belong to."""
    if table.name in _SHARED:
        return None
    keys = {key.column.table: key.parent for key in table.foreign_keys if key.column.table.name in _OWNERS}
    people = next((column for owner, column in keys.items() if owner.name == "subscriber"), None)
    if people is not None:
        return people == subscriber_id
    conditions = [column.in_(_ids(owner, subscriber_id)) for owner, column in keys.items()]
    return or_(*conditions) if conditions else None


def _ids(owner: Table, subscriber_id: int) -> Select[tuple[int]]:
    return select(owner.c.id).where(owner.c.subscriber_id == subscriber_id)


def rows_of(session: Session, subscriber_id: int) -> dict[str, list[dict[str, Any]]]:
    """Table -> their rows, and their own row."""
    found = {
        table.name: _rows(session, select(table).where(mine).order_by(*table.primary_key.columns))
        for table, mine in owned(subscriber_id)
    }
    people = SQLModel.metadata.tables["subscriber"]
    found["subscriber"] = _rows(session, select(people).where(people.c.id == subscriber_id))
    return dict(sorted(found.items()))


def _rows(session: Session, statement: Select[*tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in session.execute(statement)]


def alerted_articles(session: Session, subscriber_id: int) -> list[dict[str, Any]]:
    """What their alerts were about, by title and address: the text is the publisher's."""
    theirs = select(col(AlertRow.article_id)).where(col(AlertRow.subscriber_id) == subscriber_id)
    columns = (col(ArticleRow.id), col(ArticleRow.title), col(ArticleRow.url))
    return _rows(session, select(*columns).where(columns[0].in_(theirs)).order_by(columns[0]))


def sent_contents(session: Session, subscriber_id: int) -> list[dict[str, Any]]:
    """What their messages said."""
    theirs = select(col(MessageRow.content_id)).where(col(MessageRow.subscriber_id) == subscriber_id)
    columns = (col(ContentRow.id), col(ContentRow.subject), col(ContentRow.text))
    return _rows(session, select(*columns).where(columns[0].in_(theirs)).order_by(columns[0]))


def erase(session: Session, row: SubscriberRow) -> tuple[dict[str, int], dict[str, int]]:
    """Remove what is theirs, and empty what the accounts need. How many rows of each table went, and stayed."""
    assert row.id is not None
    _end_pending(session, row.id)
    contents, matches = _release_contents(session, row.id), _matches_of(session, row.id)
    removed: dict[str, int] = {}
    kept: dict[str, int] = {}
    for table, mine in owned(row.id):
        count = session.execute(select(func.count()).select_from(table).where(mine)).scalar_one()
        if table.name in KEPT:
            kept[table.name] = count
            if KEPT[table.name]:
                session.execute(update(table).where(mine).values(KEPT[table.name]))
        else:
            removed[table.name] = count
            session.execute(delete(table).where(mine))
    bounces = delete(SoftBounce).where(col(SoftBounce.address) == row.email)
    removed["soft_bounce"] = session.execute(bounces).rowcount  # type: ignore[attr-defined]
    removed["content"] = _delete_unused(session, ContentRow, contents, col(MessageRow.content_id))
    removed["match"] = _delete_unused(session, MatchRow, matches, col(AlertRule.match_id))
    _empty(row)
    session.add(row)
    session.flush()
    return removed, kept


def _end_pending(session: Session, subscriber_id: int) -> None:
    """What is on its way is given up, also what a sender holds: it finds its message taken from it."""
    for table in (MessageRow, DeliveryRow, ReminderRow):
        pending = [state.value for state in PENDING_STATES]
        statement = update(table).where(col(table.subscriber_id) == subscriber_id, col(table.state).in_(pending))
        session.execute(statement.values(state=State.SUPPRESSED.value))


def _release_contents(session: Session, subscriber_id: int) -> set[int]:
    """Put an empty content into their messages, and a name that leads nowhere; what the contents were."""
    mine = col(MessageRow.subscriber_id) == subscriber_id
    contents = set(session.execute(select(col(MessageRow.content_id)).where(mine)).scalars())
    if contents:
        empty = store_content(session, Frozen("", "", ""))
        name = literal("erased-") + cast(col(MessageRow.id), String)
        session.execute(update(MessageRow).where(mine).values(content_id=empty, header_id=name))
        contents.discard(empty)
    return contents


def _matches_of(session: Session, subscriber_id: int) -> set[int]:
    statement = select(col(AlertRule.match_id)).join(AlertRow, col(AlertRow.id) == col(AlertRule.alert_id))
    return set(session.execute(statement.where(col(AlertRow.subscriber_id) == subscriber_id)).scalars())


def _delete_unused(session: Session, kind: type[ContentRow | MatchRow], ids: set[int], used: Mapped[int]) -> int:
    """Delete those of these rows that nobody else's rows refer to by the column `used`."""
    deleted, ordered = 0, sorted(ids)
    for at in range(0, len(ordered), _CHUNK):
        chunk = col(kind.id).in_(ordered[at : at + _CHUNK])
        statement = delete(kind).where(chunk, col(kind.id).not_in(select(used)))
        deleted += session.execute(statement).rowcount  # type: ignore[attr-defined]
    return deleted


def _empty(row: SubscriberRow) -> None:
    """Their own row becomes nobody's: what the accounts count hangs on its number."""
    plain = SubscriberRow(email=f"erased-{row.id}@erased.invalid", state=SubscriberState.UNSUBSCRIBED)
    for name in ("email", "state", "delivery", "language", "timezone", "quiet", "groups", "paused_until"):
        setattr(row, name, getattr(plain, name))
    for name in ("digest_hour", "digest_weekday", "digest_monthday", "working_days", "remind_days"):
        setattr(row, name, getattr(plain, name))
    row.token_version += 1
