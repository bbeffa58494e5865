"""web: sessions, login links, feed tokens, invitations; pauses that end; what feeds show is watched"""

import sqlalchemy as sa
from alembic import op

from notifier.storage.tables import Instant

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code_hash"),
    )
    op.create_table(
        "feed_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("mailed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("read_at", Instant(), nullable=True),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscriber.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("feed_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feed_token_subscriber_id"), ["subscriber_id"], unique=False)

    op.create_table(
        "login_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("next_path", sa.String(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscriber.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("login_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_link_created_at"), ["created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_login_link_subscriber_id"), ["subscriber_id"], unique=False)

    op.create_table(
        "web_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.String(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscriber.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key_hash"),
    )
    with op.batch_alter_table("web_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_web_session_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_web_session_subscriber_id"), ["subscriber_id"], unique=False)

    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.create_index("ix_alert_subscriber", ["subscriber_id", "id"], unique=False)

    with op.batch_alter_table("subscriber", schema=None) as batch_op:
        batch_op.add_column(sa.Column("paused_until", Instant(), nullable=True))

    _watch_what_feeds_show()


# What a feed shows of things that were stored before its newest alert: a change of any of it counts one up, whoever
# makes it, in the transaction that makes it. So a feed that was put together once is good until then. What comes in
# anew counts nothing: only a bulletin that is seen elsewhere too, an article that turns out to repeat another.
SEEN_BEFORE = "(SELECT count(*) FROM sighting WHERE bulletin_id = NEW.bulletin_id) > 1"
WATCHED = (
    ("article", "UPDATE OF position, section, title, body, url, byline, author, editor, facts, published_at", ""),
    ("article", "UPDATE OF same_as", "coalesce(OLD.same_as, 0) <> coalesce(NEW.same_as, 0)"),
    ("bulletin", "UPDATE", ""),
    ("sighting", "INSERT", SEEN_BEFORE),
    ("sighting", "DELETE", ""),
    ("source", "UPDATE OF name, audience, timezone, options", ""),
    ("match", "UPDATE OF score, hits", ""),
    ("channel", "INSERT", ""),
    ("channel", "UPDATE", ""),
    ("channel", "DELETE", ""),
)


def _watch_what_feeds_show() -> None:
    op.execute("INSERT INTO counter (name, value) VALUES ('shown', 0)")
    postgresql = op.get_bind().dialect.name == "postgresql"
    for number, (table, change, condition) in enumerate(WATCHED):
        name = f"shown_{number}_{table}"
        also = f" AND {condition}" if condition else ""
        count = f"UPDATE counter SET value = value + 1 WHERE name = 'shown'{also}"
        head = f'CREATE TRIGGER {name} AFTER {change} ON "{table}" FOR EACH ROW'
        if postgresql:
            body = f"$$ BEGIN {count}; RETURN NULL; END $$"
            op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS {body}")
            op.execute(f"{head} EXECUTE FUNCTION {name}()")
        else:
            op.execute(f"{head} BEGIN {count}; END")
