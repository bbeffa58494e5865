"""The commands that other tools rely on: their keys, exit codes and places."""

import csv
import io
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Notifier

ARTICLE = "核电项目开工\n\n核电项目今日开工。三代核电技术。\n"
Inbox = Callable[[str, str], Path]


def _json(notifier: Notifier, *arguments: str) -> Any:
    said = notifier(*arguments)
    assert said.code == 0, said.err
    return json.loads(said.out)


def _fails(notifier: Notifier, code: int, *arguments: str, stdin: str = "") -> str:
    """The one line of a command that must fail with this code."""
    said = notifier(*arguments, stdin=stdin)
    assert said.code == code, (arguments, said)
    lines = said.err.splitlines()
    assert len(lines) == 1, said.err
    assert lines[0].startswith("notifier: ")
    assert "Traceback" not in said.err
    return lines[0]


def test_every_command_of_the_contract_exists_and_explains_itself(notifier: Notifier) -> None:
    commands = (
        "demo", "run", "poll", "ingest", "deliver", "recover", "parse", "match", "feed", "explain", "ledger", "check",
        "subscribers add", "subscribers import", "subscribers list",
        *(f"{noun} {verb}" for noun in ("rules", "sources", "topics")
          for verb in ("add", "list", "show", "remove", "import", "export")),
    )  # fmt: skip
    for command in commands:
        said = notifier(*command.split(), "--help")
        assert said.code == 0, command
        assert "Usage" in said.out


def test_the_main_job_by_hand(notifier: Notifier, config: Path, inbox: Inbox) -> None:
    assert notifier("subscribers", "add", "A@Example.org", "--rule", "核电", "--delivery", "immediate").code == 0
    inbox("a.txt", ARTICLE)
    polled = _json(notifier, "poll", "--json")
    assert polled["messages"] == 1
    assert _json(notifier, "deliver", "--json") == {"sent": 1}
    assert _json(notifier, "deliver", "--json") == {}
    assert _json(notifier, "recover", "--json") == {}
    assert len(list((config.parent / "mail" / "new").iterdir())) == 1
    (line,) = _json(notifier, "ledger", "--json")
    assert {"subscriber", "channel", "kind", "articles", "state", "attempts"} <= line.keys()
    assert (line["subscriber"], line["articles"], line["state"]) == ("a@example.org", ["核电项目开工"], "sent")
    told = _json(notifier, "explain", "--subscriber", "a@example.org", "--article", "1", "--json")
    assert (told["reached"], told["parted"]) == (True, "")
    assert [link["step"] for link in told["chain"]][:2] == ["fetch", "read"]
    assert {finding["verdict"] for finding in _json(notifier, "check", "--json")} == {"good"}


def test_a_database_is_made_where_there_is_none_beside_the_config(
    notifier: Notifier, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Paths are relative to the config's folder, however it was named."""
    there = place / "there"
    there.mkdir()
    (there / "my.toml").write_text('[database]\nurl = "sqlite:///data/x.db"\n', encoding="utf-8")
    assert _json(notifier, "subscribers", "list", "--json", "-c", str(there / "my.toml")) == []
    assert (there / "data" / "x.db").exists()
    assert (there / "secret").stat().st_mode & 0o777 == 0o600
    assert not (place / "notifier.db").exists()
    notifier("subscribers", "add", "a@example.org", "-c", "there/my.toml")
    monkeypatch.setenv("NOTIFIER_CONFIG", "there/my.toml")
    assert len(_json(notifier, "subscribers", "list", "--json")) == 1
    (place / "other.toml").write_text("", encoding="utf-8")
    assert _json(notifier, "subscribers", "list", "--json", "-c", "other.toml") == []
    monkeypatch.setenv("NOTIFIER_CONFIG", "nowhere.toml")
    assert "nowhere.toml" in _fails(notifier, 2, "ledger")


def test_without_any_config_the_defaults_work(notifier: Notifier, place: Path) -> None:
    assert _json(notifier, "ledger", "--json") == []
    assert (place / "notifier.db").exists()


def test_subscribers_are_listed_with_the_promised_keys(notifier: Notifier, config: Path) -> None:
    notifier("subscribers", "add", "a@example.org", "--rule", "核电", "--rule", "广元", "--delivery", "weekly")
    (one,) = _json(notifier, "subscribers", "list", "--json")
    assert one | {"email": "a@example.org", "state": "active", "rules": ["核电", "广元"], "delivery": "weekly"} == one
    for verb, state in (
        ("pause", "paused"),
        ("resume", "active"),
        ("suppress", "suppressed"),
        ("remove", "unsubscribed"),
    ):
        assert notifier("subscribers", verb, "a@example.org").code == 0
        assert _json(notifier, "subscribers", "show", "a@example.org", "--json")[0]["state"] == state


def test_an_exported_list_of_people_can_be_imported_again(notifier: Notifier, config: Path, place: Path) -> None:
    notifier("subscribers", "add", "a@example.org", "--rule", "核电", "--rule", "标题:广元,德阳", "--delivery", "daily")
    notifier("subscribers", "add", "b@example.org", "--group", "内部")
    exported = notifier("subscribers", "export").out
    (place / "people.csv").write_text(exported, encoding="utf-8")
    (place / "other.toml").write_text('[database]\nurl = "sqlite:///other.db"\n', encoding="utf-8")
    assert notifier("subscribers", "import", "people.csv", "-c", "other.toml").code == 0
    assert notifier("subscribers", "export", "-c", "other.toml").out == exported


def test_a_file_that_is_not_utf8_is_refused_with_its_line(notifier: Notifier, config: Path, place: Path) -> None:
    (place / "people.csv").write_bytes("email,rule\na@example.org,\nb@example.org,核电\n".encode("gb18030"))
    assert "3" in _fails(notifier, 2, "subscribers", "import", "people.csv")
    assert _json(notifier, "subscribers", "list", "--json") == []


@pytest.mark.parametrize("kind", ["rss", "atom", "json"])
def test_a_feed_is_printed_with_its_own_address_in_it(notifier: Notifier, config: Path, kind: str) -> None:
    notifier("subscribers", "add", "a@example.org")
    said = notifier("feed", "a@example.org", "--format", kind)
    assert said.code == 0
    assert f".{kind}" in said.out
    assert "http://127.0.0.1:8000/feeds/" in said.out


def test_the_ledger_since_and_as_csv_runs_no_formula(notifier: Notifier, config: Path, inbox: Inbox) -> None:
    title = '=HYPERLINK("http://evil.example.org","核电")'
    notifier("subscribers", "add", "a@example.org", "--rule", "核电")
    inbox("a.txt", f"{title}\n\n核电。\n")
    notifier("poll")
    notifier("deliver")
    (row,) = csv.DictReader(io.StringIO(notifier("ledger", "--csv").out))
    assert (row["subscriber"], row["state"]) == ("a@example.org", "sent")
    assert all(not cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row.values())
    assert title in row["articles"]
    assert len(_json(notifier, "ledger", "--since", "1h", "--json")) == 1
    assert len(_json(notifier, "ledger", "--since", "2020-01-01", "--json")) == 1
    assert _json(notifier, "ledger", "--since", "2099-01-01T08:00", "--json") == []
    for wrong in ("yesterday", "99999999999999d", "2026-13-01", "1e9d"):
        _fails(notifier, 2, "ledger", "--since", wrong)


def test_rules_go_out_and_in_again(notifier: Notifier, config: Path, place: Path) -> None:
    notifier("subscribers", "add", "a@example.org")
    assert notifier("rules", "add", "a@example.org", "核电 NOT 招聘", "--mode", "精确", "--min-score", "0.2").code == 0
    exported = notifier("rules", "export").out
    (row,) = json.loads(exported)
    assert (row["rule"], row["mode"], row["min_score"]) == ("核电 NOT 招聘", "strict", 0.2)
    assert "核电" in notifier("rules", "show", "1").out
    assert "核电" in notifier("rules", "show", "核电 NOT 招聘").out
    assert notifier("rules", "remove", "1").code == 0
    _fails(notifier, 2, "rules", "remove", "1")
    _fails(notifier, 2, "rules", "show", "1")
    (place / "rules.json").write_text(exported, encoding="utf-8")
    assert notifier("rules", "import", "rules.json").code == 0
    assert [one["rule"] for one in _json(notifier, "rules", "list", "--json")] == ["核电 NOT 招聘"]
    for bad in ("{", "{}", '["x"]', '[{"email": "a@example.org"}]'):
        (place / "rules.json").write_text(bad, encoding="utf-8")
        _fails(notifier, 2, "rules", "import", "rules.json")


def test_sources_go_out_and_in_again_all_or_none(notifier: Notifier, config: Path, place: Path) -> None:
    assert notifier("sources", "add", "网站", "--kind", "feed", "--url", "https://x.example.org/rss").code == 0
    _fails(notifier, 2, "sources", "add", "要参", "--kind", "folder", "--path", "x")
    _fails(notifier, 2, "sources", "add", "x", "--kind", "pigeon", "--path", "x")
    _fails(notifier, 2, "sources", "remove", "要参")
    exported = notifier("sources", "export").out
    (place / "sources.toml").write_text(exported, encoding="utf-8")
    (place / "other.toml").write_text('[database]\nurl = "sqlite:///other.db"\n', encoding="utf-8")
    assert notifier("sources", "import", "sources.toml", "-c", "other.toml").code == 0
    assert notifier("sources", "export", "-c", "other.toml").out == exported
    extra = '[[sources]]\nname = "新的"\nkind = "folder"\npath = "y"\n'
    (place / "sources.toml").write_text(extra + exported, encoding="utf-8")
    _fails(notifier, 2, "sources", "import", "sources.toml")
    assert {one["name"] for one in _json(notifier, "sources", "list", "--json")} == {"要参", "网站"}
    assert notifier("sources", "remove", "网站").code == 0
    _fails(notifier, 2, "sources", "show", "网站")


def test_topics_are_added_shown_exported_and_removed(notifier: Notifier, config: Path, place: Path) -> None:
    assert notifier("topics", "add", "星桥", "--term", "星桥", "--term", "燃料电池").code == 0
    assert notifier("match", "#星桥", "--text", "燃料电池").out.startswith("✓")
    assert "燃料电池" in notifier("topics", "show", "#星桥").out
    assert {"核电", "星桥"} <= {one["name"] for one in _json(notifier, "topics", "list", "--json")}
    assert notifier("topics", "export", "all").code == 0
    assert (place / "all" / "星桥.toml").exists()
    assert notifier("topics", "remove", "星桥").code == 0
    for arguments in (("remove", "星桥"), ("remove", "核电"), ("show", "星桥"), ("import", "nowhere.toml")):
        _fails(notifier, 2, "topics", *arguments)
    assert notifier("topics", "import", "all/星桥.toml").code == 0


def test_ingest_takes_files_and_folders_and_names_what_it_could_not_read(
    notifier: Notifier, config: Path, place: Path
) -> None:
    (place / "in").mkdir()
    (place / "in" / "a.txt").write_text(ARTICLE, encoding="utf-8")
    said = notifier("ingest", "in", "--json")
    assert json.loads(said.out)["messages"] == 0
    (place / "b.txt").write_bytes(bytes(range(256)) * 40)
    said = notifier("ingest", "b.txt")
    assert said.code == 1
    assert "b.txt" in said.err
    assert "nowhere" in _fails(notifier, 2, "ingest", "nowhere")
    assert "没有" in _fails(notifier, 2, "ingest", "in", "--source", "没有")


def test_parse_prints_the_promised_shape_and_stores_nothing(notifier: Notifier, place: Path, shared: Path) -> None:
    gold = (shared / "bulletins" / "52.gold.json").read_text(encoding="utf-8")
    assert _json(notifier, "parse", str(shared / "bulletins" / "52.txt"), "--json") == json.loads(gold)
    assert not (place / "notifier.db").exists()
    _fails(notifier, 2, "parse", "nowhere.txt")
    _fails(notifier, 2, "parse", "inbox")


def test_poll_without_sources_says_so_and_one_that_fails_is_one_line(notifier: Notifier, place: Path) -> None:
    assert "没有来源" in notifier("poll").err
    (place / "config.toml").write_text('[[sources]]\nname = "x"\nkind = "folder"\npath = "nowhere"\n', encoding="utf-8")
    assert "nowhere" in _fails(notifier, 1, "poll")


# --- wrong use ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "hint"),
    [
        ("[mail]\ntransprot = 'smtp'", "transport"),
        ("[servce]\nname = 'x'", "service"),
        ("[[sources]]\nname = 'x'\nkind = 'folder'\npth = 'y'", "path"),
        ("[mail]\nport = 'many'", "mail.port"),
        ("[mail]\ntimeout = 'soon'", "mail.timeout"),
        ("[mail]\ntimeout = '99999999999999999999d'", "mail.timeout"),
        ("[service]\ntimezone = 'Mars/Olympus'", "service.timezone"),
        ("[service]\ndigest_hour = 25", "service.digest_hour"),
        ("[mail]\nsender = 'nobody'", "mail.sender"),
        ("[database]\nurl = 'nonsense'", "database.url"),
        ("[[sources]]\nname = 'x'\nkind = 'feed'", "url"),
        ("[[sources]]\nname = 'x'\nkind = 'folder'\npath = 'y'\naudience = []", "audience"),
        ("[[sources]]\nname='x'\nkind='folder'\npath='y'\n[[sources]]\nname='x'\nkind='folder'\npath='z'", "x"),
        ("= broken", "line 1"),
        ("service = 5", "service"),
    ],
)
def test_a_wrong_config_is_one_line_that_names_the_key_or_the_nearest(
    notifier: Notifier, place: Path, lines: str, hint: str
) -> None:
    (place / "config.toml").write_text(lines, encoding="utf-8")
    assert hint in _fails(notifier, 2, "ledger")


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["poll", "--nonsense"],
        ["explain", "--subscriber", "a@example.org"],
        ["subscribers", "add"],
        ["subscribers", "add", "nobody"],
        ["subscribers", "add", "a@example.org", "--delivery", "hourly"],
        ["subscribers", "import", "nowhere"],
        ["subscribers", "pause", "nobody@example.org"],
        ["feed", "nobody@example.org"],
        ["rules", "add", "nobody@example.org", "核电"],
        ["rules", "remove", "x"],
        ["run", "--roles", "king"],
        ["run", "--roles", ""],
        ["ledger", "-c", "nowhere.toml"],
        ["match"],
        ["match", "核电", "nowhere.txt"],
        ["match", "核电", "--text", "x", "--mode", "fuzzy"],
    ],
)
def test_wrong_use_is_one_line_and_2(notifier: Notifier, config: Path, arguments: list[str]) -> None:
    _fails(notifier, 2, *arguments)


@pytest.mark.parametrize(
    ("rule", "column"),
    [("核电 AND (广元", "column"), ("NOT 核电", "column"), ("标提:核电", "标题"), ("#核电站", "核电")],
)
def test_a_bad_rule_shows_its_column_and_a_hint(notifier: Notifier, config: Path, rule: str, column: str) -> None:
    notifier("subscribers", "add", "a@example.org")
    for arguments in (["match", rule, "--text", "x"], ["rules", "add", "a@example.org", rule], ["rules", "show", rule]):
        line = _fails(notifier, 2, *arguments)
        assert "column" in line
        assert column in line


def test_a_database_that_cannot_be_used_is_one_line_and_1(notifier: Notifier, config: Path, place: Path) -> None:
    (place / "notifier.db").write_bytes(b"a letter, not a database\n" * 100)
    assert "database.url" in _fails(notifier, 1, "ledger")
    (place / "notifier.db").unlink()
    notifier("ledger")
    with sqlite3.connect(place / "notifier.db") as plain:
        plain.execute("UPDATE alembic_version SET version_num = '9999'")
    plain.close()
    assert "upgrade" in _fails(notifier, 1, "ledger")
    config.write_text('[database]\nurl = "sqlite:///config.toml/x.db"\n', encoding="utf-8")
    _fails(notifier, 1, "ledger")


def test_check_fails_where_something_is_wrong(notifier: Notifier, config: Path, place: Path) -> None:
    notifier("topics", "add", "星桥", "--term", "星桥")
    notifier("subscribers", "add", "a@example.org", "--rule", "#星桥")
    assert notifier("check").code == 0
    (place / "topics" / "星桥.toml").unlink()
    said = notifier("check", "--json")
    assert said.code == 1
    assert {one["what"] for one in json.loads(said.out) if one["verdict"] == "bad"} == {"rules"}
