"""subscribers when, preview, send-test: what a person types, and what they see."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.conftest import Notifier


@pytest.fixture
def reader(notifier: Notifier, config: Path) -> str:
    assert notifier("subscribers", "add", "a@example.org", "--rule", "核电").code == 0
    return "a@example.org"


def test_when_shows_and_changes_the_times_of_a_subscriber(notifier: Notifier, reader: str) -> None:
    said = notifier(
        "subscribers", "when", reader, "--delivery", "monthly", "--hour", "9", "--monthday", "31",
        "--quiet", "22:00-07:00", "--working-days", "--remind", "5", "--json",
    )  # fmt: skip
    assert said.code == 0, said.err
    found = json.loads(said.out)
    expected = {
        "email": reader, "delivery": "monthly", "digest_hour": 9, "digest_monthday": 31, "quiet": "22:00-07:00",
        "working_days": True, "remind_days": 5, "timezone": "Asia/Shanghai",
    }  # fmt: skip
    assert found | expected == found
    assert set(found["next"]) == {"urgent", "immediate", "daily", "weekly", "monthly"}
    shown = notifier("subscribers", "when", reader)
    assert "免打扰 22:00-07:00；仅工作日；截止前 5 天提醒" in shown.out
    assert notifier("subscribers", "when", reader, "--all-days", "--quiet", "none").out.count("免打扰 无；每天") == 1


@pytest.mark.parametrize(
    "wrong",
    [("--quiet", "late"), ("--hour", "25"), ("--delivery", "urgent"), ("--delivery", "yearly"), ("--timezone", "X/Y")],
)
def test_a_wrong_time_is_wrong_use_in_one_line(notifier: Notifier, reader: str, wrong: tuple[str, str]) -> None:
    said = notifier("subscribers", "when", reader, *wrong)
    assert said.code == 2
    assert said.err.count("\n") == 1


def test_an_urgent_rule_is_listed_and_moved_as_one(notifier: Notifier, reader: str, place: Path) -> None:
    assert notifier("rules", "add", reader, "停堆", "--urgent").code == 0
    assert notifier("rules", "add", reader, "停机", "--urgent", "--delivery", "daily").code == 2
    rows = json.loads(notifier("rules", "list", "--json").out)
    assert [(row["rule"], row["delivery"]) for row in rows] == [("核电", ""), ("停堆", "urgent")]
    (place / "rules.json").write_text(notifier("rules", "export").out, encoding="utf-8")
    assert notifier("rules", "remove", str(rows[1]["id"])).code == 0
    assert notifier("rules", "import", "rules.json").code == 0
    assert "urgent" in notifier("rules", "list", "--json").out


def test_a_preview_is_a_page_and_a_calendar_file(
    notifier: Notifier, reader: str, place: Path, inbox: Callable[[str, str], Path]
) -> None:
    assert notifier("preview", "--subscriber", reader).code == 0
    assert "<html" in (place / "preview.html").read_text(encoding="utf-8")
    assert not (place / "preview.ics").exists()
    said = notifier("preview", "--subscriber", reader, "--kind", "reminder", "-o", "r.html", "--json")
    found = json.loads(said.out)
    assert (found["kind"], found["origin"], found["html"], found["calendar"]) == (
        "reminder",
        "sample",
        "r.html",
        "r.ics",
    )
    assert found["bytes"] < 100_000
    assert (place / "r.ics").read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
    inbox("a.txt", "核电项目开工\n\n正文说明了有关情况。\n")
    assert notifier("poll").code == 0
    assert "核电项目开工（alert，最近的提醒" in notifier("preview", "--subscriber", reader).out


def test_a_test_goes_to_the_operator_or_where_it_is_told(notifier: Notifier, reader: str, place: Path) -> None:
    assert notifier("send-test", "--subscriber", reader).code == 0
    assert notifier("send-test", "--subscriber", reader, "--to", "boss@example.org", "--kind", "digest").code == 0
    sent = [path.read_text(encoding="utf-8") for path in (place / "mail" / "new").iterdir()]
    assert {to for mail in sent for to in ("operator", "boss") if f"To: {to}@example.org" in mail} == {
        "operator",
        "boss",
    }
    assert json.loads(notifier("ledger", "--json").out) == []


@pytest.mark.parametrize("command", [("preview",), ("send-test",)])
def test_who_is_not_there_has_no_preview(notifier: Notifier, config: Path, command: tuple[str]) -> None:
    said = notifier(*command, "--subscriber", "nobody@example.org")
    assert said.code == 2
    assert said.err.count("\n") == 1
