"""Alembic runs this: it migrates over the connection that `schema.migrate` hands in."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

from notifier.storage import tables
from notifier.storage.text_index import is_mapped


def _rendered(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Spell our types as a migration imports them."""
    if kind == "type" and isinstance(item, tables.Instant):
        return "Instant()"
    if kind == "type" and isinstance(item, AutoString):
        return "sa.String()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    render_item=_rendered,
    include_name=is_mapped,
)
with context.begin_transaction():
    context.run_migrations()
