"""What `check` says of From, the signing domain and the published records."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from notifier.pipeline.explaining.alignment import check_sender
from notifier.rendering.dkim import Signer


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("keys") / "dkim.pem"
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    made = rsa.generate_private_key(65537, 2048)
    file.write_bytes(made.private_bytes(pem, pkcs8, serialization.NoEncryption()))
    return file


def said(domain: str, signer: Signer | None, records: dict[str, list[str]] | None) -> dict[str, str]:
    """English finding -> verdict."""
    found = check_sender(domain, signer, lambda name: None if records is None else records.get(name, []))
    return {one.en: one.verdict for one in found}


def test_all_is_well_where_everything_is_published(key: Path) -> None:
    signer = Signer("example.org", "notifier", key)
    split = signer.record[:60] + " " + signer.record[60:]
    records = {
        "mail.example.org": ["other", "v=spf1 mx -all"],
        "_dmarc.example.org": ["v=DMARC1; p=reject"],
        "notifier._domainkey.example.org": [split],
    }
    assert set(said("mail.example.org", signer, records).values()) == {"good"}


@pytest.mark.parametrize(
    ("domain", "verdict"),
    [("example.org", "good"), ("a.example.org", "good"), ("example.com", "bad"), ("notexample.org", "bad")],
)
def test_the_signing_domain_must_be_that_of_from_or_its_kin(key: Path, domain: str, verdict: str) -> None:
    found = said(domain, Signer("example.org", "s", key), {})
    assert next(value for text, value in found.items() if text.startswith("signed by")) == verdict


def test_another_key_is_bad_and_none_is_told_with_the_record_to_publish(key: Path) -> None:
    signer = Signer("example.org", "s", key)
    other = said("example.org", signer, {"s._domainkey.example.org": ["v=DKIM1; p=AAAA"]})
    assert other["another key is published at s._domainkey.example.org"] == "bad"
    none = said("example.org", signer, {})
    assert any(signer.record in text and verdict == "warn" for text, verdict in none.items())


def test_without_a_signer_only_from_is_looked_at() -> None:
    assert set(said("example.org", None, {}).values()) == {"warn"}
    assert len(said("example.org", None, {})) == 2


def test_a_closed_network_is_no_fault(key: Path) -> None:
    assert sorted(said("example.org", Signer("example.org", "s", key), None).values()) == ["good", "warn"]


@pytest.mark.parametrize(
    ("returns", "verdict"),
    [
        ("bounces.example.org", "good"),
        ("example.org", "good"),
        ("mail.provider.cn", "warn"),
        ("notexample.org", "warn"),
    ],
)
def test_returns_that_go_elsewhere_do_not_count_for_from(returns: str, verdict: str) -> None:
    asked: list[str] = []
    found = {
        one.en: one.verdict
        for one in check_sender("alerts.example.org", None, lambda name: asked.append(name) or [], returns=returns)
    }
    assert next(value for text, value in found.items() if text.startswith("returns")) == verdict
    assert asked[0] == returns  # SPF is about the domain of the return address


def test_two_of_one_public_suffix_are_no_kin() -> None:
    found = check_sender("a.gov.cn", None, lambda name: [], returns="b.gov.cn")
    assert next(one.verdict for one in found if one.en.startswith("returns")) == "warn"
