"""Titles with line breaks, controls and markup: through mail, feed, table and CSV, and none of it takes hold."""

import csv
import email
import email.policy
import io
import json
import resource
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

from cli.conftest import Notifier
from sources.sites import serving

TITLES = (
    "核电&#13;&#10;Bcc: evil@example.org",
    "核电 =?utf-8?q?=0d=0aBcc:_evil=40example.org?=",
    "核电&#x0d;&#x0a;&#x0d;&#x0a;&lt;script&gt;alert(1)&lt;/script&gt;",
    "核电 &lt;img src=x onerror=alert(2)&gt;",
    "核电 ]]&gt;&lt;/title&gt;&lt;script&gt;",
    "核电 {{ 7*7 }} {% raw %} [bold red]markup[/bold red]",
    "核电&#x85;&#x2028;NEL 与 LS &#x202e;反向",
    "核电 " + "很长" * 400,
)


def test_no_title_gets_out_of_its_place(notifier: Notifier, place: Path, config: Path) -> None:
    items = "".join(f"<item><guid>{n}</guid><title>{title}</title></item>" for n, title in enumerate(TITLES))
    body = f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>f</title>{items}</channel></rss>"
    with serving() as site:
        url = site.page("/rss", body.encode())
        source = f'[[sources]]\nname = "站"\nkind = "feed"\nurl = "{url}"\nfirst = "all"\n'
        config.write_text('[fetch]\nallow_private = ["127.0.0.0/8"]\n' + source, encoding="utf-8")
        notifier("subscribers", "add", "a@example.org", "--rule", "核电")
        polled = notifier("poll")
        assert polled.code == 0, polled.err
        notifier("deliver")
    (file,) = (place / "mail" / "new").iterdir()
    mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert mail["Bcc"] is None
    assert [mail["To"]] == mail.get_all("To")
    assert all("\n" not in str(value) and "\r" not in str(value) for value in mail.values())
    assert (
        b"\r\nBcc:" not in file.read_bytes().replace(b"\n", b"\r\n").replace(b"\r\r", b"\r").partition(b"\r\n\r\n")[0]
    )
    page = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "<script" not in page.lower()
    assert "<img src=x" not in page
    assert "49" not in mail.get_body(("plain",)).get_content().partition("7*7")[0][-3:]  # type: ignore[union-attr]
    assert "7*7" in page
    (line,) = json.loads(notifier("ledger", "--json").out)
    assert len(line["articles"]) == len(TITLES)
    assert not any(unicodedata.category(char) in ("Cc", "Zl", "Zp") for title in line["articles"] for char in title)
    for shown in (
        notifier("ledger"),
        notifier("articles"),
        notifier("explain", "--subscriber", "a@example.org", "--article", "NEL"),
    ):
        assert not any(unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp") for char in shown.out if char != "\n")
    assert len(list(csv.reader(io.StringIO(notifier("ledger", "--csv").out)))) == 2
    assert "[bold red]markup[/bold red]" in notifier("articles").out.replace("\n", "")
    for kind in ("rss", "atom"):
        ET.fromstring(notifier("feed", "a@example.org", "--format", kind).out)


def test_a_name_of_a_file_with_a_line_break_is_shown_in_one_line(
    notifier: Notifier, config: Path, inbox: Callable[[str, str], Path]
) -> None:
    inbox("a\nnotifier: all is well.txt", "")
    inbox("b\x1b[31m.txt", "核电\n\n核电。\n")
    said = notifier("poll")
    assert "\x1b" not in said.err + said.out
    assert all(not line.startswith("notifier: all is well") for line in said.err.splitlines())


def test_a_file_that_is_too_large_is_not_even_loaded(notifier: Notifier, place: Path) -> None:
    with (place / "large.ofd").open("wb") as file:
        file.write(b"PK\x03\x04")
        file.truncate(1024**3)  # sparse: it takes no room on the disk
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for command in (("parse", "large.ofd", "--json"), ("ingest", "large.ofd")):
        said = notifier(*command)
        assert (said.code, said.out) == (1, "")
        assert "large.ofd 超过 64 MB" in said.err
        assert len(said.err.splitlines()) == 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < before + 64 * 1024  # KB


def test_what_is_given_up_says_so_in_one_line_and_prints_nothing(notifier: Notifier, place: Path) -> None:
    (place / "deep.pdf").write_bytes(b"%PDF-1.4\n1 0 obj\n" + b"[" * 3_000_000)  # PDFium's stack ends
    said = notifier("parse", "deep.pdf", "--json")
    assert (said.code, said.out) == (1, "")
    assert "占用过多" in said.err
    assert len(said.err.splitlines()) == 1
