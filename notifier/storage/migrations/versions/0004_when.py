"""when: quiet hours, working days, monthly digests, reminders"""

import sqlalchemy as sa
from alembic import op

from notifier.storage.tables import Instant

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("deadline", sa.String(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["alert_id"],
            ["alert.id"],
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
        ),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscriber.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("alert_id", "label", "deadline"),
    )
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reminder_message_id"), ["message_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reminder_subscriber_id"), ["subscriber_id"], unique=False)
        batch_op.create_index(
            "ix_reminder_waiting",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("message_id IS NULL AND state = 'waiting'"),
            postgresql_where=sa.text("message_id IS NULL AND state = 'waiting'"),
        )

    op.add_column("content", sa.Column("calendar", sa.String(), server_default=sa.text("''"), nullable=False))

    op.add_column("subscriber", sa.Column("digest_monthday", sa.Integer(), server_default="1", nullable=False))
    op.add_column("subscriber", sa.Column("quiet", sa.String(), server_default=sa.text("''"), nullable=False))
    op.add_column("subscriber", sa.Column("working_days", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("subscriber", sa.Column("remind_days", sa.Integer(), server_default="3", nullable=False))
