"""Signs in what a server sends: challenges, certificates, files."""

import datetime as dt

import pytest

from notifier.domain import Document
from notifier.sources import Response
from notifier.sources.glance import answered
from notifier.sources.health import certificate_end, has_attachments
from notifier.sources.health.certificate import end_of
from notifier.sources.http.challenge import challenge_sign

NOW = dt.datetime(2026, 3, 16, 4, 0, tzinfo=dt.UTC)

CHALLENGES = [
    "<html><title>访问验证页面</title><body>请完成以下验证</body>",
    "<html><script>document.cookie='__jsl_clearance=1';location.href='/'</script>",
    "<html><script>var arg1='A'; setCookie('acw_sc__v2', x)</script>",
    "<html><script>$_ts = {};</script>",
    "<html><title>Just a moment...</title>",
    "<html><noscript>请开启 JavaScript 后再访问</noscript>",
]
OTHERS = ["<html><ul><li>关于申报的通知</li></ul>", "验证码 is only a word", "", "<html>" + "x" * 100_000 + "验证码"]


@pytest.mark.parametrize("page", CHALLENGES)
def test_a_page_that_wants_to_see_a_browser_first(page: str) -> None:
    assert challenge_sign(page.encode())
    assert challenge_sign(page.encode("gb18030"))


@pytest.mark.parametrize("page", OTHERS)
def test_a_page_that_does_not(page: str) -> None:
    assert not challenge_sign(page.encode())


def test_when_a_certificate_ends() -> None:
    class Channel:
        def getpeercert(self) -> dict[str, str]:
            return {"notAfter": "Jan  5 09:34:43 2028 GMT"}

    class Stream:
        def get_extra_info(self, name: str) -> object:
            return Channel() if name == "ssl_object" else None

    ends = dt.datetime(2028, 1, 5, 9, 34, 43, tzinfo=dt.UTC)
    assert certificate_end({"network_stream": Stream()}) == ends
    assert certificate_end({}) is None
    assert end_of("soon") is None


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ('<a href="P020260316.pdf">附件</a>', True),
        ("<a href=/f/附件1.docx?x=1>附件</a>", True),
        ('<iframe src="https://a.example/x.OFD"></iframe>', True),
        ('<a href="list.html">pdf</a>', False),
        ("<p>见 a.pdf</p>", False),
    ],
)
def test_a_link_to_a_file_is_an_attachment(html: str, found: bool) -> None:
    assert has_attachments(Document("k", "n", "text/html", html.encode())) is found


@pytest.mark.parametrize(
    ("headers", "served"),
    [
        ({"date": "Mon, 16 Mar 2026 04:05:00 GMT"}, NOW + dt.timedelta(minutes=5)),
        ({"date": "Mon, 16 Mar 2026 04:05:00 GMT", "age": "3600"}, None),
        ({"date": "Mon, 01 Jan 1900 00:00:00 GMT"}, None),
        ({"date": "today"}, None),
        ({}, None),
    ],
)
def test_the_servers_clock(headers: dict[str, str], served: dt.datetime | None) -> None:
    assert answered(Response(200, "https://a.example/", headers), NOW).served_at == served
