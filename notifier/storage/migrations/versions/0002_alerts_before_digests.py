"""alerts do not stand in line behind digests"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    condition = sa.text("state IN ('ready', 'deferred') AND kind <> 'digest'")
    op.create_index("ix_message_prompt", "message", ["next_at"], sqlite_where=condition, postgresql_where=condition)
