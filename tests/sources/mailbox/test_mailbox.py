"""A mailbox: what was taken is marked, what was not comes again."""

from pathlib import Path

import pytest

from notifier.errors import ConfigError, InputError, SourceError
from notifier.sources.mailbox.imap import Mailbox
from sources.mailbox.imap import ImapServer

RAW = b"Subject: one\r\n\r\n\xe6\xa0\xb8\xff\r\n"


def _mailbox(server: ImapServer, folder: Path, *, password: str = "geheim") -> Mailbox:
    (folder / "password").write_text(password + "\n")
    return Mailbox(f"imap://back%40x.org@127.0.0.1:{server.port}/Bounces", password_file=folder / "password", timeout=5)


def test_each_new_mail_is_handed_over_byte_by_byte_and_marked(tmp_path: Path) -> None:
    with ImapServer({2: b"x\r\n", 11: RAW}).running() as server:
        taken: list[bytes] = []
        assert _mailbox(server, tmp_path).read(taken.append) == 2
        assert taken == [b"x\r\n", RAW]
        assert server.selected == "Bounces"
        assert server.seen == {2, 11}
        assert not any("EXPUNGE" in command for command in server.commands), "what others deleted is theirs"
        assert _mailbox(server, tmp_path).read(taken.append) == 0


def test_a_mail_that_cannot_be_taken_comes_again_and_does_not_stop_the_others(tmp_path: Path) -> None:
    def take(raw: bytes) -> None:
        if raw == RAW:
            raise InputError("不行", "no")

    with ImapServer({1: RAW, 2: b"x\r\n"}).running() as server:
        assert _mailbox(server, tmp_path).read(take) == 1
        assert server.seen == {2}


def test_a_wrong_password_is_one_clear_error_without_it(tmp_path: Path) -> None:
    with ImapServer({}).running() as server, pytest.raises(SourceError, match=r"127\.0\.0\.1") as caught:
        _mailbox(server, tmp_path, password="wrong-one").read(lambda raw: None)
    assert "wrong-one" not in str(caught.value)


def test_a_server_that_is_away_is_one_clear_error() -> None:
    with pytest.raises(SourceError, match="cannot read the mailbox"):
        Mailbox("imap://a@127.0.0.1:1/INBOX", timeout=2).read(lambda raw: None)


@pytest.mark.parametrize(
    "url", ["imap://a@mail.example.org", "imaps://mail.example.org", "imaps://a:secret@x.org", "http://a@x.org", ""]
)
def test_what_is_no_mailbox_or_would_go_in_the_clear_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="imaps://") as caught:
        Mailbox(url)
    assert "secret" not in str(caught.value)
