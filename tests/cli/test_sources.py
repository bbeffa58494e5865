"""sources import and export: lists of feeds as a person moves them from and to other programs."""

import json
from pathlib import Path
from typing import Any

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


def _shown(notifier: Notifier, name: str) -> dict[str, Any]:
    return dict(json.loads(notifier("sources", "show", name).out))


def test_a_mailbox_is_added_with_all_that_the_config_can_say(notifier: Notifier, config: Path, place: Path) -> None:
    add = ("sources", "add", "邮箱", "--kind", "mailbox", "--address", "imaps://a@mail.example.org/INBOX")
    more = ("--password-file", "pw", "--set", r"flag=\Seen", "--set", "move_to=已读/要参", "--set", "display=title")
    assert notifier(*add, *more, "--set", "timezone=Asia/Urumqi", "--set", "category=部委").code == 0
    shown = _shown(notifier, "邮箱")
    kept = {"password_file": str(place / "pw"), "flag": "\\Seen", "move_to": "已读/要参", "category": "部委"}
    assert shown["options"] == kept
    assert (shown["display"], shown["timezone"], shown["every"]) == ("title", "Asia/Urumqi", "900s")


def test_a_list_is_added_with_selectors_that_are_given(notifier: Notifier, config: Path) -> None:
    add = ("sources", "add", "厅", "--kind", "listing", "--address", "http://127.0.0.1:1/a", "--set", "item=.list li")
    more = ("--set", 'pages={url="i_{page}.html", second=1}', "--set", "pinned=false", "--ignore-robots", "书面许可")
    detail = ("--set", 'detail=[{content=".text", drop=[".share"]}]', "--set", "every=2h")
    assert notifier(*add, *more, *detail).code == 0
    shown = _shown(notifier, "厅")
    assert shown["options"] == {
        "item": ".list li",
        "pages": {"url": "i_{page}.html", "second": 1},
        "detail": [{"content": ".text", "drop": [".share"]}],
        "pinned": False,
        "ignore_robots": "书面许可",
    }
    assert (shown["every"], shown["ignore_robots"]) == ("7200s", "书面许可")


def test_what_cannot_be_a_setting_is_refused_with_what_to_write(notifier: Notifier, config: Path) -> None:
    add = ("sources", "add", "源", "--kind", "feed", "--address", "http://127.0.0.1:1/a")
    for setting, word in (("timzone=Asia/Shanghai", "timezone"), ("flag", "键=值"), ("password=x", "password_file")):
        said = notifier(*add, "--set", setting)
        assert (said.code, word in said.err) == (2, True), said.err
    said = notifier(*add, "--password-file", "pw")
    assert (said.code, "mailbox" in said.err) == (2, True)
    assert _names(notifier) == ["要参"]


def test_show_and_health_say_when_it_is_polled_next_and_why(notifier: Notifier, config: Path) -> None:
    assert "being polled" in _shown(notifier, "要参")["next_because"]
    notifier("poll")
    shown = _shown(notifier, "要参")
    assert (shown["next_because"], shown["hub"]) == ("按设定的间隔 / by its interval", None)
    assert "按设定的间隔" in notifier("sources", "health", "要参").out


def test_a_source_that_failed_once_is_not_called_well(notifier: Notifier, config: Path) -> None:
    add = ("sources", "add", "邮箱", "--kind", "mailbox", "--address", "imap://a@127.0.0.1:1/INBOX")
    said = notifier(*add, "--password-file", "pw")
    assert (said.code, "还不存在" in said.err) == (0, True)
    notifier("poll")
    said = notifier("sources", "health")
    assert "邮箱：最近失败 1 次，还不算持续：" in said.out
    assert "连续失败 1 次，退避中" in said.out
    assert "没有发现问题" in notifier("sources", "health", "要参").out


def test_a_kind_that_there_is_not_is_told_with_those_that_there_are(notifier: Notifier, config: Path) -> None:
    said = notifier("sources", "add", "源", "--kind", "mail", "--address", "x")
    assert (said.code, "应为以下之一" in said.err, "'mailbox'" in said.err) == (2, True, True)
