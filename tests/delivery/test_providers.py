"""Providers' posts: what they report, and which are believed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import NOON
from delivery.posts import SECRETS, post
from notifier.delivery.providers import PROVIDERS, Posted, UsedTokens, provider_of
from notifier.delivery.reports import Report
from notifier.delivery.verdicts import Verdict, judge
from notifier.errors import ConfigError, ForgeryError, InputError

ID = "0123abcd@example.org"
KINDS = {"delivered": "arrived", "bounced": "failed", "complained": "complaint"}


def _read(provider: str, posted: Posted) -> tuple[Report, ...]:
    return PROVIDERS[provider].read(posted, SECRETS[provider]).reports


@pytest.mark.parametrize("provider", sorted(PROVIDERS))
@pytest.mark.parametrize("what", sorted(KINDS))
def test_each_provider_names_the_message_and_what_became_of_it(provider: str, what: str) -> None:
    words = "550 5.1.1 no such user" if what == "bounced" else ""
    (report,) = _read(provider, post(provider, what, ID, words=words, now=NOON))
    assert (report.kind, report.about) == (KINDS[what], ID)
    if what == "bounced":
        assert judge(report.code, report.words, status=report.status) is Verdict.UNKNOWN_USER


@pytest.mark.parametrize("provider", sorted(PROVIDERS))
def test_what_is_no_word_of_delivery_reports_nothing(provider: str) -> None:
    assert _read(provider, post(provider, "opened", ID, now=NOON)) == ()


def test_a_mail_that_is_still_tried_is_delayed() -> None:
    for provider in ("standard", "mailgun"):
        (report,) = _read(provider, post(provider, "delayed", ID, words="451 later", now=NOON))
        assert (report.kind, report.code) == ("delayed", 451)


@pytest.mark.parametrize("provider", sorted(PROVIDERS))
def test_a_wrong_key_or_changed_words_under_a_whole_signature_are_no_reports(provider: str) -> None:
    other = SECRETS["standard"][:-8] + "AAAAAAA=" if provider == "standard" else "another"
    with pytest.raises(ForgeryError):
        _read(provider, post(provider, "bounced", ID, now=NOON, secret=other))
    unsigned = post(provider, "bounced", ID, now=NOON)
    with pytest.raises(InputError):
        _read(provider, Posted({}, unsigned.content.replace(b"ignature", b"ignored")))


def test_a_token_serves_for_one_content() -> None:
    tokens = UsedTokens()
    tokens.use("mailgun", "t", b"one")
    tokens.use("mailgun", "t", b"one")
    tokens.use("sendcloud", "t", b"two")
    with pytest.raises(ForgeryError):
        tokens.use("mailgun", "t", b"two")


@given(st.binary(max_size=300), st.sampled_from(sorted(PROVIDERS)))
def test_any_bytes_are_refused_without_harm(noise: bytes, provider: str) -> None:
    with pytest.raises(InputError):
        _read(provider, Posted({}, noise))


@pytest.mark.parametrize(
    "content",
    [
        b"[]",
        b"{}",
        b'{"signature": 1}',
        b'{"signature": {"timestamp": [], "token": {}}}',
        b'{"signature": {"timestamp": "1", "token": "\\ud800", "signature": "\\ud800"}}',
        b'{"signature": "\\ud800", "token": "\\udfff"}',
        b"[" * 100_000,
        b"a=b&" * 300,
    ],
)
@pytest.mark.parametrize("provider", sorted(PROVIDERS))
def test_a_body_of_another_form_is_refused(provider: str, content: bytes) -> None:
    with pytest.raises(InputError):
        _read(provider, Posted({}, content))


def test_an_unknown_provider_is_named_with_those_that_are_known() -> None:
    with pytest.raises(ConfigError, match="mailgun"):
        provider_of("postbird")
