"""Addresses that lead to the same page have one canonical form, others have not."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from notifier.domain import canonical_url

PAGE = "https://kjt.example.cn/tzgg/a.shtml"

SAME = [
    "HTTP://KJT.example.CN/tzgg/a.shtml",
    "https://kjt.example.cn:443/tzgg/a.shtml",
    "http://kjt.example.cn:80/tzgg/a.shtml",
    "https://kjt.example.cn./tzgg/a.shtml",
    "https://user:secret@kjt.example.cn/tzgg/a.shtml",
    "https://kjt.example.cn/x/../tzgg/./a.shtml",
    "https://kjt.example.cn/%74zgg/a%2Eshtml",
    "https://kjt.example.cn/tzgg/a.shtml#top",
    "https://kjt.example.cn/tzgg/a.shtml?utm_source=x&spm=1.2.3",
    "https://kjt.example.cn/tzgg/a.shtml;jsessionid=0A1B",
    "https://kjt.example.cn/tzgg/a.shtml?from=singlemessage&isappinstalled=0",
    "  https://kjt.example.cn/tzgg/\na.shtml ",
]
PAIRS = [
    ("http://a.example", "https://a.example/"),
    ("https://a.example/col/index.html", "http://a.example/col/"),
    ("https://a.example/?b=2&a=1", "https://a.example/?a=1&b=2"),
    ("https://a.example/附件.pdf", "https://a.example/%e9%99%84%E4%BB%B6.pdf"),
    ("https://例子.example/x", "https://xn--fsqu00a.example/x"),
    ("https://a.example/a/..", "https://a.example/"),
    ("https://a.example/a/b/.", "https://a.example/a/b/"),
    ("http://[::1]:80/x", "https://[::1]/x"),
]
DIFFERENT = [
    ("https://a.example/col", "https://a.example/col/"),
    ("https://a.example/a%2Fb", "https://a.example/a/b"),
    ("https://a.example/A", "https://a.example/a"),
    ("https://a.example:8080/a", "https://a.example/a"),
    ("https://a.example/a?id=1", "https://a.example/a?id=2"),
    ("https://a.example/a?from=kjt", "https://a.example/a?from=jxt"),
    ("https://a.example/#/detail?id=1", "https://a.example/#/detail?id=2"),
    ("https://a.example/%D6%D0", "https://a.example/%D6%D1"),
    ("https://www.a.example/", "https://a.example/"),
]


@pytest.mark.parametrize("url", SAME)
def test_ways_to_write_one_address_are_one(url: str) -> None:
    assert canonical_url(url) == PAGE


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_the_two_are_one(one: str, other: str) -> None:
    assert canonical_url(one) == canonical_url(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_the_two_are_two(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


@pytest.mark.parametrize("url", ["", "mailto:a@example.cn", "news/a.html", "https://a:b/", "http://[", "ftp://a/b"])
def test_what_is_no_web_address_comes_back(url: str) -> None:
    assert canonical_url(f" {url} ") == url


_PIECES = st.sampled_from(
    [*"/.%:?&=;#@[]!~Aa1 \\|", "..", "%2", "%2e", "%25", "index.html", "中", "é", "\ud800", "utm_a=1"]
)


@given(st.one_of(st.text(), st.lists(_PIECES).map("".join)))
@example("http://a/%%41")
@example("http://a/x/index.html/index.html/..")
@example("http://a/?&=&%26")
def test_the_canonical_form_of_a_canonical_form_is_itself(rest: str) -> None:
    for url in (f"http://a.example/{rest}", f"https://{rest}", rest):
        assert canonical_url(canonical_url(url)) == canonical_url(url)
