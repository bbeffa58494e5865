"""the quality of a reading, running numbers, editors and authors"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("article", sa.Column("author", sa.String(), nullable=False, server_default=sa.text("''")))
    op.add_column("article", sa.Column("editor", sa.String(), nullable=False, server_default=sa.text("''")))
    op.add_column("bulletin", sa.Column("total", sa.String(), nullable=False, server_default=sa.text("''")))
    op.add_column("bulletin", sa.Column("editors", sa.JSON(), nullable=True))
    op.add_column("bulletin", sa.Column("quality", sa.Float(), nullable=False, server_default="1.0"))
    op.add_column("bulletin", sa.Column("problems", sa.JSON(), nullable=True))


def downgrade() -> None:
    for column in ("problems", "quality", "editors", "total"):
        op.drop_column("bulletin", column)
    for column in ("editor", "author"):
        op.drop_column("article", column)
