"""reminders by channel: a deadline is reminded of by mail and by whatever else its subscriber has"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
_NAMES = {"uq": "%(table_name)s_%(column_0_N_name)s_key"}  # as PostgreSQL names them; SQLite has no names of its own
_WAITING = sa.text("message_id IS NULL AND state = 'waiting'")


def upgrade() -> None:
    op.drop_index("ix_reminder_waiting", table_name="reminder")
    with op.batch_alter_table("reminder", schema=None, naming_convention=_NAMES) as batch_op:
        batch_op.add_column(sa.Column("channel", sa.String(), server_default=sa.text("'email'"), nullable=False))
        batch_op.drop_constraint("reminder_alert_id_label_deadline_key", type_="unique")
        batch_op.create_unique_constraint(
            "reminder_alert_id_channel_label_deadline_key", ["alert_id", "channel", "label", "deadline"]
        )
    op.create_index("ix_reminder_waiting", "reminder", ["due_at"], sqlite_where=_WAITING, postgresql_where=_WAITING)
