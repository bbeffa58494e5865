"""health: names of bulletins, what is remembered of sources, their conditions, old articles"""

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

from notifier.domain import facts_from_list, own_number
from notifier.storage.names import address_name, number_name, stated_name
from notifier.storage.tables import Instant

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "bulletin_name",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("bulletin_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["bulletin_id"], ["bulletin.id"]),
        sa.PrimaryKeyConstraint("name", "bulletin_id"),
    )
    with op.batch_alter_table("bulletin_name", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bulletin_name_bulletin_id"), ["bulletin_id"], unique=False)
    op.create_table(
        "condition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("told_at", Instant(), nullable=True),
        sa.Column("end_told_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("condition", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_condition_ended_at"), ["ended_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_condition_source_id"), ["source_id"], unique=False)
    op.create_table(
        "source_memory",
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("memory", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"]),
        sa.PrimaryKeyConstraint("source_id"),
    )
    op.add_column("article", sa.Column("old", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("bulletin", sa.Column("ended", sa.String(), server_default=sa.text("''"), nullable=False))
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.create_index(
            "ix_document_backfill",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state = 'backfill'"),
            postgresql_where=sa.text("state = 'backfill'"),
        )
    _name_what_is_stored(op.get_bind())
    # What was there when a source was new was kept unread until now.
    op.execute("UPDATE document SET state = 'backfill' WHERE state = 'old' AND bulletin_id IS NULL")


def _name_what_is_stored(connection: sa.Connection) -> None:
    """So that what comes again under another address, or by its number, is no news after the upgrade."""
    table = sa.table("bulletin_name", sa.column("name"), sa.column("bulletin_id"))
    found = {*_by_document(connection), *_by_number(connection)}
    rows = [{"name": name, "bulletin_id": number} for name, number in sorted(found) if name]
    for at in range(0, len(rows), 5000):
        connection.execute(sa.insert(table), rows[at : at + 5000])


def _by_document(connection: sa.Connection) -> Iterator[tuple[str, int]]:
    statement = sa.text(
        "SELECT d.url, d.title, d.published_at, d.source_id, s.timezone, d.bulletin_id FROM document d"
        " JOIN source s ON s.id = d.source_id JOIN bulletin b ON b.id = d.bulletin_id"
        " WHERE d.title != '' AND b.identity NOT LIKE 'masthead:%'"
    ).columns(published_at=Instant())
    for url, title, published_at, source_id, zone, number in connection.execute(statement):
        yield address_name(url), number
        yield stated_name(source_id, title, _day(published_at, zone)), number


def _day(instant: dt.datetime | None, zone: str) -> dt.date | None:
    return instant.astimezone(ZoneInfo(zone)).date() if instant else None


def _by_number(connection: sa.Connection) -> Iterator[tuple[str, int]]:
    """Of bulletins that are one article."""
    statement = sa.text(
        "SELECT a.facts, a.bulletin_id FROM article a JOIN bulletin b ON b.id = a.bulletin_id"
        " WHERE b.identity NOT LIKE 'masthead:%' AND a.facts IS NOT NULL"
        " AND (SELECT count(*) FROM article o WHERE o.bulletin_id = a.bulletin_id) = 1"
    )
    for facts, number in connection.execute(statement):
        yield number_name(_own_number(facts)), number


def _own_number(facts: Any) -> str:
    found = json.loads(facts) if isinstance(facts, str) else facts
    return own_number(facts_from_list(found or ()))
