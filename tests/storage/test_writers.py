"""Many writers at once: on SQLite none fails, on either none loses a count."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from notifier.domain import Frozen
from notifier.storage.database import Database
from notifier.storage.messages import store_content
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


def test_writers_of_the_same_letter_share_it(database_url: str) -> None:
    """Two that plan at once: neither fails, and the letter is stored once."""
    database, together = Database(database_url), Barrier(8)
    prepare(database)

    def write(_: int) -> list[int]:
        found = []
        for number in range(20):
            together.wait(10)
            with database.write() as session:
                found.append(store_content(session, Frozen(f"letter {number}", "", "")))
        return found

    with ThreadPoolExecutor(8) as pool:
        stored = list(pool.map(write, range(8)))
    assert len(set(stored[0])) == 20
    assert all(one == stored[0] for one in stored)
    database.close()


def test_several_programs_that_make_the_tables_at_once_make_them_once(database_url: str) -> None:
    databases = [Database(database_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(prepare, databases))
    for database in databases:
        with database.read() as session:
            assert current_revision(session) == 0
        database.close()
