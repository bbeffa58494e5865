"""subscribers when, preview, send-test: what a person types, and what they see."""

import json
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
