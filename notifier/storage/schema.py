"""The layout of the tables: made where there is none, brought up to date where it is older."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from notifier.errors import StorageError
from notifier.storage.database import Database

if TYPE_CHECKING:
    from alembic.config import Config

CURRENT = "0012"  # the newest file in migrations/versions


def prepare(database: Database) -> None:
    """Bring the tables to this program's layout. Does nothing, quickly, where they have it."""
    with database.read() as session:
        if _layout(session.connection()) == CURRENT:
            return
    with database.write() as session:
        connection = session.connection()
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(7240109)"))  # one migrator at a time
        layout = _layout(connection)
        if layout is not None and layout > CURRENT:
            raise StorageError(
                f"数据库由更新版本的程序建立（{layout}），请升级本程序",
                f"the database was made by a newer version ({layout}): upgrade this program",
            )
        if layout != CURRENT:
            migrate(connection)


def _layout(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def migrate(connection: Connection, revision: str = "head") -> None:
    """Run the migrations over this connection, in its transaction."""
    from alembic import command

    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def alembic_config() -> "Config":
    """Alembic's settings, for developers' own commands too."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config
