"""What a feed shows is watched: whoever changes it, the state of the feed is another. On both engines."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from notifier.accounts.channels import add_channel
from notifier.accounts.feed_tokens import add_feed, revoke_feed
from notifier.accounts.feeds import FeedAddress
from notifier.accounts.sources import MANUAL
from notifier.accounts.subscribers import set_groups
from notifier.bootstrap import Service
from notifier.domain import Source
from notifier.storage.feed_tokens import feed_tokens, note_read
from notifier.storage.sources import save_source
from pipeline.job import note, subscribe, take, work

LI = "li@example.org"


def _run(statement: str) -> Callable[[Service], None]:
    def change(service: Service) -> None:
        with service.database.write() as session:
            session.execute(text(statement))

    return change


def _audience(service: Service) -> None:
    source = Source(name=MANUAL.name, kind="manual", address="", first="all", audience=("内部",))
    with service.database.write() as session:
        save_source(session, source, origin="database", now=service.clock())


CHANGES: dict[str, Callable[[Service], None]] = {
    "a new alert": lambda service: take(service, "b.txt", note("核电并网")) and None,
    "a body": _run("UPDATE article SET body = '[]'"),
    "facts": _run("UPDATE article SET facts = '[]'"),
    "another that tells the same": _run("UPDATE article SET same_as = id"),
    "held": _run("UPDATE bulletin SET held = NOT held"),
    "an audience": _audience,
    "seen elsewhere": _run("INSERT INTO sighting SELECT bulletin.id, 1, bulletin.created_at FROM bulletin"),
    "hits": _run("UPDATE match SET score = 0.25"),
    "groups": lambda service: set_groups(service.database, LI, ["内部"], now=service.clock()),
    "language": _run("UPDATE subscriber SET language = 'en'"),
    "a hub": lambda service: (
        add_channel(service.database, LI, "https://hub.example.org/", kind="websub", now=service.clock()) and None
    ),
}


@pytest.fixture
def state(service: Service) -> Callable[[], object]:
    number = subscribe(service, LI, "核电")
    take(service, "a.txt", note("核电开工"))
    token = service.tokens.sign("feed", number, 1)

    def now() -> object:
        found = service.feeds.find(token, "rss")
        assert isinstance(found, FeedAddress)
        return found.state

    return now


def test_each_change_of_what_a_feed_shows_is_another_state(service: Service, state: Callable[[], object]) -> None:
    seen = [state()]
    for name, change in CHANGES.items():
        change(service)
        seen.append(state())
        assert seen[-1] != seen[-2], name


def test_what_no_feed_shows_leaves_the_state(service: Service, state: Callable[[], object]) -> None:
    before = state()
    work(service)  # polls, sends, records
    subscribe(service, "wang@example.org", "广元")
    take(service, "c.txt", note("广元新闻"))  # alerts others
    assert state() == before


def test_an_address_of_ones_own_has_the_same_state_until_it_is_revoked(
    service: Service, state: Callable[[], object]
) -> None:
    now = service.clock()
    token_id = add_feed(service.database, 1, "手机", now=now)
    token = service.tokens.sign("own_feed", token_id, 1)
    found = service.feeds.find(token, "atom")
    assert found is not None
    assert (found.state, found.own) == (state(), token_id)
    with service.database.write() as session:
        for which in (token_id, None):
            note_read(session, 1, which, now=now)
            note_read(session, 1, which, now=now)
        assert [(one.mailed, one.read_at) for one in feed_tokens(session, 1)] == [(False, now), (True, now)]
    assert revoke_feed(service.database, 1, token_id, now=now)
    assert service.feeds.find(token, "atom") is None
    assert service.feeds.find(service.tokens.sign("own_feed", 2, 1), "atom") is None  # the mailed one's record


def test_the_version_of_the_database_changes_with_every_commit_and_only_then(service: Service) -> None:
    database = service.database
    first = database.version()
    if not database.is_sqlite:
        assert first is None
        return
    assert database.version() == first
    _run("UPDATE counter SET value = value + 1 WHERE name = 'revision'")(service)
    second = database.version()
    assert second != first
    assert database.version() == second
