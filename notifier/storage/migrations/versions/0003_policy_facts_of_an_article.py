"""policy facts of an article"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("article", sa.Column("facts", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("article", "facts")
