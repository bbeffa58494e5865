"""Tokens: long, for one purpose, for one version; and the secret that signs them."""

import base64
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from notifier.accounts.tokens import Tokens, load_secret
from notifier.errors import ConfigError

TOKENS = Tokens(b"s" * 64)


def test_a_token_carries_a_mac_of_256_bits_and_is_the_same_every_time() -> None:
    token = TOKENS.sign("feed", 7, 1)
    mac = token.rpartition(".")[2]
    assert len(base64.urlsafe_b64decode(mac + "=" * (-len(mac) % 4))) == 32
    assert token == TOKENS.sign("feed", 7, 1)
    assert TOKENS.verify("feed", token) == (7, 1)


def test_a_token_of_one_purpose_does_nothing_elsewhere() -> None:
    assert TOKENS.verify("unsubscribe", TOKENS.sign("feed", 7, 1)) is None
    assert TOKENS.verify("feed", TOKENS.sign("unsubscribe", 7, 1)) is None


def test_another_secret_knows_nothing_of_it() -> None:
    assert Tokens(b"t" * 64).verify("feed", TOKENS.sign("feed", 7, 1)) is None


def test_a_token_with_any_one_character_changed_is_refused() -> None:
    """But for the unused bits of the last one, which decode to the same MAC."""
    token = TOKENS.sign("feed", 7, 1)
    for place in range(len(token) - 1):
        for char in "Aa0_.\n é":
            if token[place] != char:
                assert TOKENS.verify("feed", token[:place] + char + token[place + 1 :]) is None


@pytest.mark.parametrize("token", ["", ".", "a.b", "a" * 10_000, "\0", "é", "\ud800", "[7,1]", "WzcsMV0", "WzcsMV0."])
def test_what_is_no_token_is_refused(token: str) -> None:
    assert TOKENS.verify("feed", token) is None


def test_a_token_cut_short_is_refused() -> None:
    token = TOKENS.sign("feed", 7, 1)
    assert all(TOKENS.verify("feed", token[:length]) is None for length in range(len(token)))


def test_the_secret_is_made_once_for_its_owner_alone_and_then_stays(tmp_path: Path) -> None:
    first = load_secret(tmp_path / "secret")
    assert len(first) == 64
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600
    assert load_secret(tmp_path / "secret") == first
    assert [file.name for file in tmp_path.iterdir()] == ["secret"]


def test_many_who_make_the_secret_at_once_agree_on_one(tmp_path: Path) -> None:
    for attempt in range(20):
        found: list[bytes] = []
        path = tmp_path / f"secret{attempt}"
        start = threading.Barrier(8)

        def load(path: Path = path, found: list[bytes] = found, start: threading.Barrier = start) -> None:
            start.wait()
            found.append(load_secret(path))

        threads = [threading.Thread(target=load) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 8
        assert set(found) == {path.read_bytes()}


def test_so_do_processes(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib; from notifier.accounts.tokens import load_secret; "
        "print(load_secret(pathlib.Path(sys.argv[1])))"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "secret")]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = {process.communicate(timeout=30)[0] for process in running}
    assert len(said) == 1
    assert said != {""}


@pytest.mark.parametrize("content", [b"", b"short", b" \n" * 40])
def test_a_secret_that_is_too_short_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "secret").write_bytes(content)
    with pytest.raises(ConfigError):
        load_secret(tmp_path / "secret")


def test_a_secret_that_cannot_be_made_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="secret_file"):
        load_secret(tmp_path / "nowhere" / "secret")
    with pytest.raises(ConfigError, match="secret_file"):
        load_secret(tmp_path)
