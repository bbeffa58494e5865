"""Signatures that another implementation verifies, and that break where they should."""

import datetime as dt
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from notifier.delivery.wire import wire_body
from notifier.domain import Frozen, Recipient
from notifier.errors import ConfigError
from notifier.rendering import assemble
from notifier.rendering.dkim import SIGNED, Signer

LETTER = Frozen("核电：" + "很长的标题" * 12, "正文。\n\n\n", "<p>正文  正文</p>\n\n")


def _write(key: object, file: Path) -> Path:
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    file.write_bytes(key.private_bytes(pem, pkcs8, serialization.NoEncryption()))  # type: ignore[attr-defined]
    return file


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    file = tmp_path_factory.mktemp("keys") / "dkim.pem"
    return Signer("example.org", "notifier", _write(rsa.generate_private_key(65537, 2048), file))


def _message(*, unsubscribe: str = "https://alerts.example.org/unsubscribe/" + "x" * 300) -> bytes:
    date = dt.datetime(2026, 3, 16, 4, tzinfo=dt.UTC)
    recipient = Recipient("li@example.com", "m1@example.org", date, unsubscribe, "https://alerts.example.org/feed/1")
    return assemble(
        LETTER, recipient, sender="要参速递科技金融与核电简报 <alerts@example.org>", list_id="alerts.example.org"
    )


def _verified(signer: Signer, content: bytes) -> bool:
    def records(name: bytes, timeout: int = 5) -> bytes:
        assert name == b"notifier._domainkey.example.org."
        return signer.record.encode()

    return bool(dkim.verify(content, dnsfunc=records))


def test_another_implementation_verifies_what_we_sign(signer: Signer) -> None:
    assert _verified(signer, signer(_message()))
    assert _verified(signer, signer(_message(unsubscribe="")))


def test_what_is_signed_can_go_on_the_wire_as_it_is(signer: Signer) -> None:
    signed = signer(_message())
    assert wire_body(signed) == signed


def test_a_relay_that_folds_header_fields_anew_breaks_nothing(signer: Signer) -> None:
    signed = signer(_message())
    assert _verified(signed and signer, signed.replace(b"To: li@", b"TO:   li@"))
    assert _verified(signer, signed.replace(b"List-Unsubscribe: <", b"List-Unsubscribe:\r\n\t<"))


@pytest.mark.parametrize("name", SIGNED)
def test_every_field_that_is_promised_is_signed(signer: Signer, name: bytes) -> None:
    signed = signer(_message())
    at = signed.lower().index(b"\r\n" + name + b": ") + len(name) + 4
    assert not _verified(signer, signed[:at] + b"x" + signed[at:])


def test_a_changed_body_and_a_second_from_are_seen(signer: Signer) -> None:
    signed = signer(_message())
    assert not _verified(signer, signed.replace(b"\r\nPHA+", b"\r\nPHB+"))
    assert not _verified(signer, b"From: evil@example.net\r\n" + signed)


def test_the_same_bytes_get_the_same_signature_and_keep_their_lines_short(signer: Signer) -> None:
    assert signer(_message()) == signer(_message())
    head = signer(_message()).partition(b"\r\n\r\n")[0]
    assert head.startswith(b"DKIM-Signature: ")
    assert max(map(len, head.split(b"\r\nFrom:")[0].split(b"\r\n"))) <= 120


def test_a_key_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "no.pem").write_text("nothing")
    short = _write(ed25519.Ed25519PrivateKey.generate(), tmp_path / "ed.pem")
    for file in (tmp_path / "missing.pem", tmp_path / "no.pem", short):
        with pytest.raises(ConfigError, match=file.name):
            Signer("example.org", "s", file)
