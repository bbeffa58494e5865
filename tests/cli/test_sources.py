"""sources import and export: lists of feeds as a person moves them from and to other programs."""

import json
from pathlib import Path

from cli.conftest import Notifier

LIST = """<opml version="2.0"><body><outline text="部委">
<outline type="rss" text="科技部" xmlUrl="http://127.0.0.1:1/a"/>{more}
</outline></body></opml>"""


def _names(notifier: Notifier) -> list[str]:
    return [one["name"] for one in json.loads(notifier("sources", "list", "--json").out)]


def test_an_opml_list_comes_in_once_and_goes_out_again(notifier: Notifier, config: Path, place: Path) -> None:
    file = place / "list.opml"
    file.write_text(LIST.format(more=""), encoding="utf-8")
    assert notifier("sources", "import", "list.opml").code == 0
    assert _names(notifier) == ["要参", "科技部"]
    said = notifier("sources", "export", "--opml")
    assert '<outline text="部委">\n      <outline type="rss" text="科技部"' in said.out
    file.write_text(said.out, encoding="utf-8")
    assert "1 个已有" in notifier("sources", "import", "list.opml").out
    assert _names(notifier) == ["要参", "科技部"]


def test_a_list_with_a_bad_line_brings_nothing(notifier: Notifier, config: Path, place: Path) -> None:
    (place / "list.opml").write_text(LIST.format(more='\n<outline type="rss" text="无"/>'), encoding="utf-8")
    said = notifier("sources", "import", "list.opml")
    assert (said.code, "第 3 行" in said.err) == (2, True)
    assert _names(notifier) == ["要参"]


def test_what_only_some_sources_have_survives_export_and_import(notifier: Notifier, config: Path, place: Path) -> None:
    rows = """[[sources]]
name = "邮箱"
kind = "mailbox"
url = "imaps://a@mail.example.org/INBOX"
password_file = "pw"
flag = '\\Seen'
"""
    (place / "more.toml").write_text(rows, encoding="utf-8")
    assert notifier("sources", "import", "more.toml").code == 0
    exported = notifier("sources", "export").out
    assert f'password_file = "{place / "pw"}"' in exported
    (place / "again.toml").write_text(exported[exported.index("[[sources]]\nurl") :], encoding="utf-8")
    assert notifier("sources", "remove", "邮箱").code == 0
    assert notifier("sources", "import", "again.toml").code == 0
    assert notifier("sources", "export").out == exported


def test_an_address_that_is_no_mailbox_is_refused_at_once(notifier: Notifier, config: Path) -> None:
    said = notifier("sources", "add", "邮箱", "--kind", "mailbox", "--address", "imap://a@mail.example.org/INBOX")
    assert (said.code, "imaps://" in said.err) == (2, True)
