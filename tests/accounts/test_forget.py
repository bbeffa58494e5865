"""A person who is forgotten is nowhere in the tables, and the accounts still add up. What they take away is all."""

import asyncio
import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import text

from accounts.person import HERS, LI, WANG, everything, fill, watched
from notifier.accounts import suppress
from notifier.accounts.export import export_data
from notifier.accounts.forget import forget
from notifier.bootstrap import Service
from notifier.bootstrap.running import open_signups
from notifier.domain import SubscriberState
from notifier.errors import InputError
from notifier.pipeline.explaining.check import check_accounts
from notifier.storage.alerts import accounts
from notifier.storage.events import events_of
from notifier.storage.personal import KEPT, owned
from notifier.storage.subscribers import get_subscriber, subscriber_row
from pipeline.job import lines, note, subscribe, take


@pytest.fixture
def number(service: Service) -> int:
    return fill(service)


def test_nothing_of_the_person_is_left_and_nothing_of_others_is_gone(service: Service, number: int) -> None:
    before = everything(service)
    assert all(word in before for word in (LI, HERS, "李的手机", "hub.example.org"))
    wangs = [line for line in lines(service) if line.subscriber == WANG]
    forget(service.database, LI, now=service.clock())
    after = everything(service)
    assert not any(word in after for word in (LI, HERS, "李的手机", "hub.example.org", "li.xiaoming"))
    assert [line for line in lines(service) if line.subscriber == WANG] == wangs
    assert WANG in after


def test_nothing_of_the_person_is_left_in_the_files_of_the_database(service: Service, number: int, place: Path) -> None:
    """SQLite leaves what is deleted where it stood, until that is written over."""

    def stored() -> bytes:
        return b"".join(path.read_bytes() for path in place.glob("notifier.db*"))

    if not service.database.is_sqlite:
        return
    assert HERS.encode() in stored()
    forget(service.database, LI, now=service.clock())
    assert HERS.encode() not in stored()


def test_the_accounts_still_add_up_and_the_receipt_that_is_kept_names_what_went(service: Service, number: int) -> None:
    with service.database.read() as session:
        before = accounts(session)
    receipt = forget(service.database, LI, now=service.clock())
    with service.database.read() as session:
        after = accounts(session)
        (event,) = events_of(session, "erasure", number)
        row = get_subscriber(session, number)
    assert (after["due"], after["sent"]) == (before["due"], before["sent"])
    assert after["suppressed"] > before.get("suppressed", 0)  # what was on its way
    assert check_accounts(service.database).verdict == "good"
    for name in ("rule", "rule_version", "channel", "feed_token", "login_link", "web_session", "event", "alert_rule"):
        assert receipt.removed[name] > 0, name
    assert receipt.kept["delivery"] > 0
    assert (event.data["receipt"], event.data["removed"]) == (receipt.id, receipt.removed)
    assert row is not None
    assert row.state == SubscriberState.UNSUBSCRIBED


def test_the_forgotten_get_nothing_more_and_may_come_again_as_new(service: Service, number: int) -> None:
    token = service.tokens.sign("feed", number, 1)
    assert service.feeds.find(token, "rss") is not None
    forget(service.database, LI, now=service.clock())
    take(service, "c.txt", note("核电与广元"))
    asyncio.run(service.deliver())
    assert service.feeds.find(token, "rss") is None
    assert not any(line.subscriber == LI for line in lines(service))
    signups = open_signups(service)
    assert signups.ask(signups.check(LI, ["核电"]), network="192.0.2.1")


def test_a_suppressed_address_stays_so_and_the_receipt_says_it(service: Service) -> None:
    subscribe(service, LI, "核电")
    suppress.add(service.database, LI, reason="complaint", now=service.clock())
    assert forget(service.database, LI, now=service.clock()).suppressed
    signups = open_signups(service)
    assert not signups.ask(signups.check(LI, ["核电"]), network="192.0.2.1")


def test_nobody_is_an_error(service: Service) -> None:
    with pytest.raises(InputError):
        forget(service.database, LI, now=service.clock())


def test_every_table_that_refers_to_a_person_is_in() -> None:
    """A table that somebody adds is found by its reference; these are those of today, so that a new one is noticed."""
    assert {table.name for table, _ in owned(1)} - set(KEPT) == {
        *(
            "alert_mark",
            "alert_rule",
            "channel",
            "event",
            "feed_token",
            "login_link",
            "rule",
            "rule_version",
            "web_session",
        ),
    }


def test_the_export_holds_everything_but_keys(service: Service, number: int) -> None:
    archive = zipfile.ZipFile(io.BytesIO(export_data(service.database, LI, now=service.clock())))
    data = json.loads(archive.read("data.json"))
    assert data["subscriber"][0]["email"] == LI
    assert [row["text"] for row in data["rule_version"]] == [HERS, "广元"]
    assert {row["title"] for row in data["article"]} == {"核电项目开工", "核电项目并网"}
    assert {row["kind"] for row in data["message"]} == {"alert", "notice"}
    assert all(data[name] for name in ("alert", "delivery", "attempt", "event", "content", "feed_token"))
    assert WANG not in str(data)
    whole = b"".join(archive.read(name) for name in archive.namelist()).decode()
    with service.database.read() as session:
        row = subscriber_row(session, LI)
        hashes = list(session.execute(text("SELECT key_hash FROM web_session")).scalars())
    assert row is not None
    keys = (service.tokens.sign("feed", number, 1), service.tokens.sign("unsubscribe", number, 1), *hashes)
    assert not any(key in whole for key in keys)
    rules = list(csv.DictReader(io.StringIO(archive.read("rule_version.csv").decode("utf-8-sig"))))
    assert [rule["text"] for rule in rules] == [HERS, "广元"]


def test_an_export_asks_the_same_of_the_database_however_many_alerts_there_are(service: Service, number: int) -> None:
    """PostgreSQL takes 65,535 parameters a statement, and all texts at once would fill the memory."""

    def asked() -> list[str]:
        said: list[str] = []
        with watched(service, said):
            export_data(service.database, LI, now=service.clock())
        return said

    few = asked()
    for at in range(3):
        take(service, f"more{at}.txt", note(f"广元新闻之{at}"))
    assert asked() == few
    assert not any("article.body" in statement for statement in few)


def test_spreadsheets_compute_nothing_of_what_others_wrote(service: Service) -> None:
    subscribe(service, LI, "核电")
    take(service, "a.txt", note("=HYPERLINK(核电)"))
    archive = zipfile.ZipFile(io.BytesIO(export_data(service.database, LI, now=service.clock())))
    assert "'=HYPERLINK(核电)" in archive.read("article.csv").decode()
