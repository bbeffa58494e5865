"""The database: one engine, and the two kinds of transaction that callers own."""

import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from sqlmodel import Session

from notifier.errors import ConfigError, StorageError

BUSY_TIMEOUT = 10_000  # milliseconds that a writer waits for the one before it


class Database:
    """SQLite by default, PostgreSQL where the URL says so.

    `write()` holds SQLite's one write lock from its start (BEGIN IMMEDIATE: a deferred one fails under several
    writers whatever the timeout). Both commit at the end of the block and roll back at an exception;
    StorageError where the database is locked, full, read-only or gone.
    """

    def __init__(self, url: str, *, busy_timeout: int = BUSY_TIMEOUT) -> None:
        """ConfigError where the URL is wrong. `busy_timeout` is in milliseconds, for SQLite."""
        try:
            self.engine = create_engine(url, **_engine_options(url))
        except (ArgumentError, ImportError, ValueError) as error:
            raise ConfigError(f"database.url 不对：{error}", "write sqlite:///… or postgresql+psycopg://…") from error
        self.url = url
        if self.engine.dialect.name == "sqlite":
            _as_sqlite(self.engine, busy_timeout)
        self._watch: sqlite3.Connection | None = None
        self._writer = self.engine.execution_options(write=True)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        with _translated(), Session(self.engine) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        with _translated(), Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def erasing(self) -> Iterator[Session]:
        """As `write()`; what is deleted or changed is overwritten in SQLite's file, and leaves its log.

        The log keeps it while somebody reads on from before; the next to write it back removes it then.
        """
        with self.write() as session:
            if self.is_sqlite:
                session.execute(text("PRAGMA secure_delete = ON"))  # the connection keeps to it, which costs little
            yield session
        if self.is_sqlite:
            with _translated(), self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def ask(self) -> None:
        """Is anybody there? StorageError where not."""
        with self.read() as session:
            session.execute(text("SELECT 1"))

    def version(self) -> int | None:
        """Another number whenever anybody has committed; None where that is not known."""
        found = self.glance("PRAGMA data_version")
        return int(found[0]) if found else None

    def glance(self, statement: str, values: Mapping[str, object] = MappingProxyType({})) -> tuple[Any, ...] | None:
        """The first row as SQLite has it, in microseconds; None where there is none, or that cannot be said at once.

        To be asked in one thread: the connection for it is its own, and waits for nobody.
        """
        if not self.is_sqlite:
            return None
        try:
            if self._watch is None:
                uri = f"file:{quote(str(self.engine.url.database))}?mode=ro"
                self._watch = sqlite3.connect(uri, uri=True, timeout=0, check_same_thread=False)
            row: tuple[Any, ...] | None = self._watch.execute(statement, dict(values)).fetchone()
        except sqlite3.Error:
            return None
        return row

    def close(self) -> None:
        if self._watch is not None:
            self._watch.close()
            self._watch = None
        self.engine.dispose()


def _engine_options(url: str) -> dict[str, Any]:
    if url.startswith("sqlite"):
        return {"pool_size": 8, "max_overflow": 8}
    return {"pool_size": 8, "max_overflow": 8, "pool_pre_ping": True}


def _as_sqlite(engine: Engine, busy_timeout: int) -> None:
    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions are begun below, not by the driver
        connection.execute(f"PRAGMA busy_timeout = {busy_timeout}")
        _use_wal(connection, busy_timeout / 1000)
        connection.execute("PRAGMA synchronous = FULL")  # NORMAL forgets commits in a power cut
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _use_wal(connection: Any, patience: float) -> None:
    """Try for `patience` seconds: two programs that both make it WAL get "locked" at once, whatever the timeout."""
    until = time.monotonic() + patience
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.01)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise _storage_error(error) from error
    except NoConnectionError as error:
        raise StorageError("数据库连接都在使用中，请稍后重试", "all connections are in use; try again") from error


_CAUSES = (
    ("locked", "数据库正被占用，请稍后重试", "the database is locked by another program; try again"),
    ("full", "磁盘已满，请腾出空间后重试", "the disk is full; free some space and try again"),
    ("readonly", "数据库只读，请检查文件权限", "the database is read-only; check the file's permissions"),
    (
        "unable to open",
        "打不开数据库，请检查路径与权限",
        "the database cannot be opened; check its folder and permissions",
    ),
    (
        "not a database",
        "该文件不是数据库，请检查 database.url",
        "that file is no database; check database.url",
    ),
    ("disk i/o", "磁盘读写出错，请检查磁盘", "the disk fails to read or write; check it"),
    ("connection", "连不上数据库，请检查 database.url", "the database cannot be reached; check database.url"),
)


def _storage_error(error: DBAPIError) -> StorageError:
    detail = str(error.orig).strip().splitlines()[0] if error.orig and str(error.orig).strip() else type(error).__name__
    for word, zh, en in _CAUSES:
        if word in detail.lower():
            return StorageError(f"{zh}（{detail}）", en)
    return StorageError(f"数据库出错（{detail}）", "the database refused the operation; see the log")
