"""polite: what polls have shown of a source's habits"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("source", sa.Column("pace", sa.JSON(), nullable=True))
