"""reading: what subscribers note on their alerts, sources that give out only titles"""

import sqlalchemy as sa
from alembic import op

from notifier.storage.tables import Instant

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "alert_mark",
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("read_at", Instant(), nullable=True),
        sa.Column("saved_at", Instant(), nullable=True),
        sa.Column("irrelevant_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["alert_id"],
            ["alert.id"],
        ),
        sa.PrimaryKeyConstraint("alert_id"),
    )
    op.add_column("source", sa.Column("display", sa.String(), server_default=sa.text("'full'"), nullable=False))
    _watch_what_feeds_show()


def _watch_what_feeds_show() -> None:
    """As 0005_web_pages does, for the new column."""
    count = "UPDATE counter SET value = value + 1 WHERE name = 'shown'"
    head = 'CREATE TRIGGER shown_source_display AFTER UPDATE OF display ON "source" FOR EACH ROW'
    if op.get_bind().dialect.name == "postgresql":
        body = f"$$ BEGIN {count}; RETURN NULL; END $$"
        op.execute(f"CREATE FUNCTION shown_source_display() RETURNS trigger LANGUAGE plpgsql AS {body}")
        op.execute(f"{head} EXECUTE FUNCTION shown_source_display()")
    else:
        op.execute(f"{head} BEGIN {count}; END")
