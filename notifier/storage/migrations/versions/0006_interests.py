"""interests: the text index, rules that pause

Articles that are stored already are indexed by the next pass of the pipeline, in small transactions; until then they
count as found by every look-up.
"""

import sqlalchemy as sa
from alembic import op

from notifier.storage.tables import Instant

revision = "0006"
down_revision = "0005"

# Grams are words of their own; neither places nor lengths are asked for, so neither is kept.
_SQLITE = "CREATE VIRTUAL TABLE text_index USING fts5(grams, tokenize = 'ascii', detail = none, columnsize = 0)"
_POSTGRESQL = (
    "CREATE TABLE text_index (article_id INTEGER PRIMARY KEY REFERENCES article (id) ON DELETE CASCADE, "
    "grams TEXT[] NOT NULL)",
    "CREATE INDEX ix_text_index_grams ON text_index USING gin (grams)",
)


def upgrade() -> None:
    op.add_column("article", sa.Column("text_indexed", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index(
        "ix_article_unindexed",
        "article",
        ["id"],
        sqlite_where=sa.text("text_indexed = 0"),
        postgresql_where=sa.text("NOT text_indexed"),
    )
    op.add_column("rule_version", sa.Column("paused_until", Instant(), nullable=True))
    for statement in (_SQLITE,) if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(statement)
