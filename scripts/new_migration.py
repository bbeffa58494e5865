"""Write the next migration from the difference between the migrations so far and notifier/storage/tables/.

python scripts/new_migration.py 0002 "what changed"
"""

import sys
import tempfile

from alembic import command

from notifier.storage.database import Database
from notifier.storage.schema import alembic_config, migrate


def main(revision: str, message: str) -> None:
    """Compare on a fresh SQLite database and write the file; read it before you commit it."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/new.db")
        with database.write() as session:
            config = alembic_config()
            config.attributes["connection"] = session.connection()
            migrate(session.connection())
            command.revision(config, message, autogenerate=True, rev_id=revision)
        database.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
