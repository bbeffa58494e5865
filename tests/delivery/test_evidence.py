"""What a Postfix log proves, and what it does not."""

import asyncio
from pathlib import Path

import pytest

from notifier.delivery import Relays, evidence
from notifier.delivery.evidence import PostfixLog
from notifier.errors import DeliveryError

SEEN = "Nov 26 10:00:0{n} mail postfix/cleanup[812]: {q}: message-id=<{m}>\n"
QUEUED = "Nov 26 10:00:0{n} mail postfix/qmgr[99]: {q}: from=<alerts@example.org>, size=1843, nrcpt=1 (queue active)\n"
LOST = "Nov 26 10:00:0{n} mail postfix/smtpd[7]: lost connection after DATA (412 bytes) from box[127.0.0.1]\n"


def taken(queue: str, message: str) -> str:
    return SEEN.format(n=1, q=queue, m=message) + QUEUED.format(n=2, q=queue)


def found(log: PostfixLog, message: str) -> bool | None:
    return asyncio.run(log.found(message))


def test_what_is_safe_in_the_queue_was_taken(tmp_path: Path) -> None:
    file = tmp_path / "mail.log"
    file.write_text("something else\n" + taken("3F2A91C0D2", "a@example.org") + taken("4XyZ9k1bz", "b@example.org"))
    log = PostfixLog(file)
    assert [found(log, name) for name in ("a@example.org", "b@example.org", "c@example.org")] == [True, True, None]


def test_what_broke_off_in_the_body_was_not(tmp_path: Path) -> None:
    """Postfix writes the Message-ID before the dot has come."""
    file = tmp_path / "mail.log"
    file.write_text(SEEN.format(n=1, q="AAA1", m="a@example.org") + LOST.format(n=2))
    log = PostfixLog(file)
    assert found(log, "a@example.org") is None
    with file.open("a") as more:
        more.write(taken("AAA1", "b@example.org"))
    assert found(log, "b@example.org") is True
    assert found(log, "a@example.org") is None, "a queue id that is used again is another message"


def test_a_line_that_is_half_written_counts_when_it_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "mail.log"
    text = taken("B2", "a@example.org")
    log = PostfixLog(file)
    for end in range(0, len(text), 7):
        file.write_text(text[:end])
        assert found(log, "a@example.org") is None
    file.write_text(text)
    assert found(log, "a@example.org") is True


def test_a_log_that_was_rotated_is_read_to_its_end(tmp_path: Path) -> None:
    file = tmp_path / "mail.log"
    file.write_text(SEEN.format(n=1, q="C3", m="a@example.org"))
    log = PostfixLog(file)
    assert found(log, "a@example.org") is None
    with file.open("a") as more:
        more.write(QUEUED.format(n=2, q="C3"))
    file.rename(tmp_path / "mail.log.1")
    file.write_text(taken("D4", "b@example.org"))
    assert found(log, "a@example.org") is True
    assert found(log, "b@example.org") is True


def test_a_log_that_was_rotated_before_we_started_counts_too(tmp_path: Path) -> None:
    (tmp_path / "mail.log.1").write_text(taken("E5", "a@example.org"))
    (tmp_path / "mail.log").write_text("")
    assert found(PostfixLog(tmp_path / "mail.log"), "a@example.org") is True


def test_of_a_long_log_the_newest_messages_are_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "MOST_KEPT", 3)
    file = tmp_path / "mail.log"
    file.write_text("".join(taken(f"F{number}", f"{number}@example.org") for number in range(5)))
    log = PostfixLog(file)
    assert [found(log, f"{number}@example.org") for number in range(5)] == [None, None, True, True, True]


def test_a_log_that_cannot_be_read_is_the_operators_matter(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match="postfix_log"):
        found(PostfixLog(tmp_path / "none.log"), "a@example.org")


def test_a_way_without_a_log_knows_nothing(tmp_path: Path) -> None:
    assert asyncio.run(Relays([{"host": "127.0.0.1", "port": 1}]).evidence("a@example.org")) is None
    (tmp_path / "mail.log").write_text(taken("F6", "a@example.org"))
    way = Relays([{"host": "127.0.0.1", "port": 1}], postfix_log=tmp_path / "mail.log")
    assert asyncio.run(way.evidence("a@example.org")) is True
