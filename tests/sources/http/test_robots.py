"""robots.txt as RFC 9309 has it, and files made to be slow."""

import time

import pytest

from notifier.sources.http.robots import MAX_BYTES, read_robots


def allows(text: str, path: str, agent: str = "notifier") -> bool:
    return read_robots(text.encode(), agent).allows(path)


@pytest.mark.parametrize(
    ("lines", "path", "allowed"),
    [
        ("", "/a", True),
        ("Disallow: /", "/a", False),
        ("Disallow:", "/a", True),
        ("Disallow: /a", "/ab/c", False),
        ("Disallow: /a/", "/a", True),
        ("Disallow: /\nAllow: /tzgg/", "/tzgg/1.html", True),
        ("Allow: /tzgg/\nDisallow: /tzgg/old", "/tzgg/old/1", False),
        ("Allow: /p\nDisallow: /p", "/p", True),
        ("Disallow: /*.pdf$", "/x/a.pdf", False),
        ("Disallow: /*.pdf$", "/x/a.pdf?v=1", True),
        ("Disallow: *?id=", "/list?id=3", False),
        ("Disallow: /a*b*c", "/a-c-b", True),
        ("Disallow: /a*b*c", "/a-b-b-c", False),
        ("Disallow: /a*bc$", "/abcbc", False),
        ("Disallow: /ab*b$", "/ab", True),
        ("Disallow: /$", "/", False),
        ("Disallow: /$", "/a", True),
        ("Disallow: /通知", "/%E9%80%9A%E7%9F%A5/1", False),
        ("Disallow: /%e9%80%9a", "/%E9%80%9A", False),
        ("Disallow: /%7Ea", "/~a", False),
        ("Disallow: /a%2Fb", "/a/b", True),
        ("Disallow: /robots.txt", "/robots.txt", True),
        ("Disallow: / # all of it", "/a", False),
        ("disallow : /a", "/a", False),
    ],
)
def test_the_longest_line_that_matches_decides(lines: str, path: str, allowed: bool) -> None:
    assert allows(f"User-agent: *\n{lines}", path) is allowed


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("User-agent: notifier\nDisallow: /\n\nUser-agent: *\nAllow: /", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Notifier/2.0\nAllow: /", True),
        ("User-agent: other\nDisallow: /", True),
        ("User-agent: other\nUser-agent: notifier\nDisallow: /", False),
        ("User-agent: notifier\nDisallow: /b\nUser-agent: notifier\nDisallow: /a", False),
        ("User-agent: notifierbot\nDisallow: /", True),
        ("Disallow: /", True),
        ("\ufeffUser-agent: *\r\nDisallow: /", False),
        ("User-agent: *\rDisallow: /", False),
        ("<html><body>404: not found</body></html>", True),
    ],
)
def test_the_lines_for_us_come_before_those_for_all(text: str, allowed: bool) -> None:
    assert allows(text, "/a") is allowed


@pytest.mark.parametrize(("value", "delay"), [("5", 5.0), ("0.5", 0.5), ("soon", 0.0), ("-1", 0.0), ("１", 0.0)])
def test_a_crawl_delay_is_a_number(value: str, delay: float) -> None:
    assert read_robots(f"User-agent: *\nCrawl-delay: {value}".encode(), "notifier").delay == delay


def test_what_stands_behind_the_bound_is_not_read() -> None:
    text = b"User-agent: *\n" + b"#" * MAX_BYTES + b"\nDisallow: /"
    assert read_robots(text, "notifier").allows("/a")


def test_patterns_that_are_made_to_be_slow_are_not() -> None:
    """Fifty wildcards over a path of two thousand characters take `re` longer than anybody waits."""
    rules = read_robots(b"User-agent: *\nDisallow: /" + b"a*" * 50 + b"b$", "notifier")
    started = time.process_time()
    assert rules.allows("/" + "a" * 2000)
    assert time.process_time() - started < 1.0
