"""A mailbox as a source, against a real IMAP server: by number, once, marked only after it was stored."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from delivery.relays import make_certificate
from notifier.domain import PollResult, PollState, Source
from notifier.errors import SourceError
from notifier.sources import poll
from notifier.sources.mailbox import poller as mail_source

from ..sites import local_fetcher
from .imap import ImapServer

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
EMPTY = PollState()


def mail(number: int, text: str = "x") -> bytes:
    head = (
        f"Message-ID: <{number}@e.org>\r\nSubject: =?utf-8?b?6KaB5Y+C?= {number}\r\nFrom: =?gbk?b?v8a8vMz8?= <k@e.org>"
    )
    return f"{head}\r\nDate: Tue, 25 Aug 2020 16:44:16 +0800\r\n\r\n{text}\r\n".encode()


@pytest.fixture
def server() -> Iterator[ImapServer]:
    with ImapServer({number: mail(number) for number in (3, 5)}).running() as running:
        yield running


def polled(
    server: ImapServer, folder: Path, state: PollState = EMPTY, *, first: Any = "all", **options: str
) -> PollResult:
    (folder / "password").write_text("geheim\n")
    options = {"password_file": str(folder / "password")} | options
    scheme = "imaps" if "ca_file" in options else "imap"
    source = Source("s", "mailbox", f"{scheme}://k@127.0.0.1:{server.port}/Bulletins", first=first, options=options)
    stored = PollState(cursor=json.loads(json.dumps(state.cursor)))
    return asyncio.run(poll(source, stored, now=NOW, fetcher=local_fetcher()))


def keys(result: PollResult) -> list[str]:
    return [document.key for document in result.documents]


def test_mails_come_with_their_bytes_once_whoever_reads_them_otherwise(server: ImapServer, tmp_path: Path) -> None:
    server.flags[3] = {"\\Seen"}  # a person has read it in their mail program
    first = polled(server, tmp_path)
    assert keys(first) == ["<3@e.org>", "<5@e.org>"]
    one = first.documents[0]
    assert (one.name, one.media_type, one.content, one.title) == ("要参 3.eml", "message/rfc822", mail(3), "")
    server.mails[9] = mail(9)
    again = polled(server, tmp_path, first.state)
    assert keys(again) == ["<9@e.org>"]
    assert keys(polled(server, tmp_path, again.state)) == []
    assert server.flags == {3: {"\\Seen"}}, "reading marks nothing"
    assert server.selected == "Bulletins"


def test_where_only_new_mails_count_what_was_there_is_not_even_fetched(server: ImapServer, tmp_path: Path) -> None:
    first = polled(server, tmp_path, first="new")
    assert keys(first) == []
    assert not any("BODY" in command for command in server.commands)
    server.mails[6] = mail(6)
    assert keys(polled(server, tmp_path, first.state, first="new")) == ["<6@e.org>"]


def test_a_mail_is_marked_and_moved_only_by_the_poll_after_the_one_that_brought_it(
    server: ImapServer, tmp_path: Path
) -> None:
    options = {"flag": "$Bulletin", "move_to": "Read"}
    first = polled(server, tmp_path, **options)
    assert (server.flags, sorted(server.mails)) == ({}, [3, 5])
    again = polled(server, tmp_path, **options)  # a crash: nothing was remembered, all comes again
    assert keys(again) == keys(first)
    second = polled(server, tmp_path, first.state, **options)
    assert (server.flags, server.mails) == ({3: {"$Bulletin"}, 5: {"$Bulletin"}}, {})
    assert server.others == {"Read": [mail(3), mail(5)]}
    assert second.state.cursor["stored"] == []
    assert not any("EXPUNGE" in command.upper() for command in server.commands)


def test_a_server_without_move_keeps_the_mail_and_gets_a_copy(server: ImapServer, tmp_path: Path) -> None:
    server.capabilities = "IMAP4rev1"
    state = polled(server, tmp_path, move_to="Read").state
    state = polled(server, tmp_path, state, move_to="Read").state
    assert (sorted(server.mails), len(server.others["Read"])) == ([3, 5], 2)
    assert not any("Deleted" in command for command in server.commands)
    polled(server, tmp_path, state, move_to="Read")
    assert len(server.others["Read"]) == 2, "a copy is made once"


def test_a_folder_that_refuses_is_told_and_stops_no_reading(server: ImapServer, tmp_path: Path) -> None:
    server.refused = {"CREATE", "MOVE"}
    first = polled(server, tmp_path, move_to="Read")
    server.mails[8] = mail(8)
    second = polled(server, tmp_path, first.state, move_to="Read")
    assert (keys(second), [key for key, _ in second.errors]) == (["<8@e.org>"], ["Read"])
    server.refused = set()
    third = polled(server, tmp_path, second.state, move_to="Read")
    assert (third.errors, server.mails) == ((), {})


def test_a_folder_that_is_numbered_anew_comes_again_under_the_same_keys(server: ImapServer, tmp_path: Path) -> None:
    first = polled(server, tmp_path, flag="\\Flagged")
    server.validity, server.mails = 8, {1: mail(3), 2: mail(5), 4: mail(6)}
    second = polled(server, tmp_path, first.state, flag="\\Flagged")
    assert keys(second) == ["<3@e.org>", "<5@e.org>", "<6@e.org>"]
    assert server.flags == {}, "numbers of before are nobody's now"


def test_numbered_anew_what_was_there_at_the_start_stays_old(server: ImapServer, tmp_path: Path) -> None:
    first = polled(server, tmp_path, first="new")
    server.validity, server.mails = 8, {1: mail(3), 2: mail(5), 4: mail(6)}
    server.arrived = {1: "01-Nov-2026 10:00:00 +0800", 2: "23-Nov-2026 15:59:59 +0800", 4: " 3-Dec-2026 10:00:00 +0800"}
    second = polled(server, tmp_path, first.state, first="new")
    assert keys(second) == ["<6@e.org>"]
    server.mails[7] = mail(7)
    assert keys(polled(server, tmp_path, second.state, first="new")) == ["<7@e.org>"]


def test_one_that_is_too_large_is_told_once_and_left_where_it_is(
    server: ImapServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_source, "MAX_MAIL", 1_000)
    server.mails[4] = mail(4, "x" * 2_000)
    first = polled(server, tmp_path, move_to="Read")
    assert (keys(first), [key for key, _ in first.errors]) == (["<3@e.org>", "<5@e.org>"], ["uid 4"])
    assert polled(server, tmp_path, first.state, move_to="Read").errors == ()
    assert list(server.mails) == [4]


def test_many_mails_come_over_several_polls(
    server: ImapServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_source, "MAX_MAILS", 1)
    first = polled(server, tmp_path)
    assert (keys(first), keys(polled(server, tmp_path, first.state))) == (["<3@e.org>"], ["<5@e.org>"])


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n\r\n",
        b"no mail at all",
        b"Subject: =?x-none?b?//8=?=\r\n\r\nx",
        b"Subject:\xff\x00\r\n\r\n",
        b"\0" * 9,
    ],
)
def test_what_is_hardly_a_mail_stops_no_other(tmp_path: Path, raw: bytes) -> None:
    with ImapServer({1: raw, 2: mail(2)}).running() as server:
        assert keys(polled(server, tmp_path))[-1] == "<2@e.org>"


def test_mails_without_an_id_are_told_apart_by_their_bytes(tmp_path: Path) -> None:
    with ImapServer({1: b"Subject: a\r\n\r\n1", 2: b"Subject: a\r\n\r\n2"}).running() as server:
        first, second = keys(polled(server, tmp_path))
    assert first != second
    assert first.startswith("sha256:")


def test_a_server_that_is_away_or_refuses_is_an_error_in_one_line(server: ImapServer, tmp_path: Path) -> None:
    server.password = "other"
    with pytest.raises(SourceError, match=r"127\.0\.0\.1"):
        polled(server, tmp_path)


def test_over_tls_with_the_certificate_checked(tmp_path: Path) -> None:
    context = make_certificate(tmp_path, name="127.0.0.1")
    with ImapServer({1: mail(1)}, context=context).running() as server:
        assert keys(polled(server, tmp_path, ca_file=str(tmp_path / "127.0.0.1.pem"))) == ["<1@e.org>"]
        source = Source("s", "mailbox", f"imaps://k@127.0.0.1:{server.port}/INBOX")
        with pytest.raises(SourceError, match="cannot read the mailbox"):
            asyncio.run(poll(source, EMPTY, now=NOW, fetcher=local_fetcher()))
