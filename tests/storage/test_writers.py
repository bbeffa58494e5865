"""Many writers at once: on SQLite none fails, on either none loses a count."""

from concurrent.futures import ThreadPoolExecutor

from notifier.storage.database import Database
from notifier.storage.revisions import current_revision, next_revision
from notifier.storage.schema import prepare


def test_threads_that_write_at_once_never_fail_and_lose_nothing(database_url: str) -> None:
    database = Database(database_url)
    prepare(database)
    with database.write() as session:
        next_revision(session)

    def write(_: int) -> list[int]:
        found = []
        for _ in range(5):
            with database.read() as session:
                current_revision(session)
            with database.write() as session:
                found.append(next_revision(session))
        return found

    with ThreadPoolExecutor(24) as pool:
        numbers = [number for found in pool.map(write, range(24)) for number in found]
    assert sorted(numbers) == list(range(2, 122))
    with database.read() as session:
        assert current_revision(session) == 121
    database.close()


def test_several_programs_that_make_the_tables_at_once_make_them_once(database_url: str) -> None:
    databases = [Database(database_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(prepare, databases))
    for database in databases:
        with database.read() as session:
            assert current_revision(session) == 0
        database.close()
