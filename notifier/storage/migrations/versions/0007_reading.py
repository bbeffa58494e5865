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
    with op.batch_alter_table("source", schema=None) as batch_op:
        batch_op.add_column(sa.Column("display", sa.String(), server_default=sa.text("'full'"), nullable=False))
