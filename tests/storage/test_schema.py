"""The migrations give exactly the tables of the code, on both databases."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.event import listen
from sqlmodel import SQLModel

from notifier.errors import ConfigError, StorageError
from notifier.storage import tables
from notifier.storage.database import Database
from notifier.storage.schema import CURRENT, alembic_config, prepare
from notifier.storage.text_index import is_mapped


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


def test_the_migrations_give_exactly_the_tables(database: Database) -> None:
    assert tables.SourceRow.metadata is SQLModel.metadata
    prepare(database)
    with database.read() as session:
        context = MigrationContext.configure(
            session.connection(), opts={"compare_server_default": True, "include_name": is_mapped}
        )
        assert compare_metadata(context, SQLModel.metadata) == []
    database.close()


def test_indexes_with_a_condition_have_it_in_the_database(database: Database) -> None:
    """Alembic does not compare conditions."""
    prepare(database)
    query = (
        "SELECT sql FROM sqlite_master WHERE type = 'index'"
        if database.is_sqlite
        else "SELECT indexdef FROM pg_indexes"
    )
    with database.read() as session:
        made = " ".join(str(row) for (row,) in session.execute(text(query)) if row)
    messages = ("ix_message_due", "ix_message_prompt", "ix_message_open")
    for name in ("ix_document_new", "ix_article_unmatched", "ix_article_unindexed", "ix_delivery_waiting", *messages):
        assert re.search(rf"{name}[^;]*? WHERE", made, re.DOTALL), name
    database.close()


def test_no_migration_makes_a_table_anew_that_others_refer_to(tmp_path: Path) -> None:
    """SQLite would drop the old one, which their references refuse: an upgrade then fails where there is data."""
    database = Database(f"sqlite:///{tmp_path}/x.db")
    said: list[str] = []
    listen(database.engine, "before_cursor_execute", lambda _c, _cursor, statement, *_: said.append(statement))
    prepare(database)
    assert any("ADD COLUMN" in statement for statement in said)
    dropped = {statement.split()[-1] for statement in said if "DROP TABLE" in statement}
    referred_to = {key.column.table.name for table in SQLModel.metadata.tables.values() for key in table.foreign_keys}
    assert dropped.isdisjoint(referred_to)
    assert dropped <= {"reminder"}, "a table that is made anew loses its triggers: see 0005_web_pages"
    database.close()


def test_current_is_the_newest_migration() -> None:
    assert ScriptDirectory.from_config(alembic_config()).get_current_head() == CURRENT


def test_preparing_again_changes_nothing(database: Database) -> None:
    prepare(database)
    prepare(database)
    with database.read() as session:
        assert session.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [CURRENT]
    database.close()


def test_a_newer_layout_is_refused_and_left_alone(database: Database) -> None:
    prepare(database)
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageError, match="upgrade"):
        prepare(database)
    database.close()


def test_what_is_no_database_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"this is a letter, not a database\n" * 100)
    database = Database(f"sqlite:///{tmp_path}/x.db")
    with pytest.raises(StorageError, match=r"database\.url"):
        prepare(database)
    database.close()
    assert (tmp_path / "x.db").read_bytes().startswith(b"this is a letter")


def test_a_folder_that_is_not_there_is_one_clear_error(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/nowhere/x.db")
    with pytest.raises(StorageError, match="folder"):
        prepare(database)
    database.close()


def test_a_read_only_database_is_read_and_not_written(tmp_path: Path) -> None:
    good = Database(f"sqlite:///{tmp_path}/x.db")
    prepare(good)
    good.close()
    database = Database(f"sqlite:///file:{tmp_path}/x.db?mode=ro&uri=true")
    prepare(database)
    with pytest.raises(StorageError, match="read-only"), database.write() as session:
        session.execute(text("INSERT INTO counter VALUES ('x', 1)"))
    database.close()


def test_a_server_that_is_away_is_one_clear_error() -> None:
    database = Database("postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=2")
    with pytest.raises(StorageError, match=r"database\.url"):
        prepare(database)
    database.close()


@pytest.mark.parametrize("url", ["", "notifier.db", "nosuch://x", "mysql://a/b", "postgresql+psycopg://host:port/x"])
def test_a_wrong_url_is_one_clear_error(url: str) -> None:
    with pytest.raises(ConfigError, match=r"database\.url") as caught:
        Database(url)
    assert "\n" not in str(caught.value)


def test_a_writer_that_waits_too_long_says_that_the_database_is_locked(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/x.db", busy_timeout=50)
    prepare(database)
    other = sqlite3.connect(tmp_path / "x.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="locked"), database.write() as session:
        session.execute(text("SELECT 1"))
    with database.read() as session:
        assert session.execute(text("SELECT count(*) FROM source")).scalar() == 0
    other.execute("ROLLBACK")
    with database.write() as session:
        session.execute(text("INSERT INTO counter VALUES ('x', 1)"))
    other.close()
    database.close()


def _fill(database: Database, pages: int) -> None:
    with database.write() as session:
        session.execute(text(f"PRAGMA max_page_count = {pages}"))
        session.execute(text("INSERT INTO counter VALUES ('a', 1)"))
        for number in range(1000):
            session.execute(text("INSERT INTO counter VALUES (:name, 1)"), {"name": f"{number}" * 500})


def test_a_full_disk_is_said_and_leaves_nothing_half_stored(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/x.db")
    prepare(database)
    with database.read() as session:
        pages = int(session.execute(text("PRAGMA page_count")).scalar_one())
    with pytest.raises(StorageError, match="full"):
        _fill(database, pages)
    database.close()
    with database.read() as session:
        assert session.execute(text("SELECT count(*) FROM counter WHERE name = 'a'")).scalar() == 0
    database.close()
