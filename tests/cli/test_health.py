"""What the operator sees of sources that are not well, and of articles that changed."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.conftest import Notifier
from conftest import NOON
from notifier.config import load_settings
from notifier.domain import Condition
from notifier.storage.database import Database
from notifier.storage.source_health import begin_condition, end_conditions, list_conditions


@pytest.fixture
def ill(notifier: Notifier, config: Path) -> Database:
    """The inbox has lost its layout; what was wrong with its clock is over."""
    notifier("sources", "list")
    database = Database(load_settings(config).database_url)
    with database.write() as session:
        begin_condition(session, 1, Condition("clock", NOON, "慢 10 分钟"))
        end_conditions(session, [one.id for one in list_conditions(session)], now=NOON)
        begin_condition(session, 1, Condition("layout", NOON, "没有日期"))
    database.close()
    return database


def test_sources_health_says_what_is_wrong_and_on_request_what_was(notifier: Notifier, ill: Database) -> None:
    now = json.loads(notifier("sources", "health", "--json").out)
    row = {"source": "要参", "kind": "layout", "since": NOON.isoformat(), "until": "", "evidence": "没有日期"}
    assert now == [row]
    every = json.loads(notifier("sources", "health", "要参", "--all", "--json").out)
    assert [(one["kind"], one["until"]) for one in every] == [("clock", NOON.isoformat()), ("layout", "")]
    assert "版式变了" in notifier("sources", "health").out
    assert notifier("sources", "health", "nobody").code == 2


def test_list_show_and_check_have_it_too(notifier: Notifier, ill: Database) -> None:
    shown = json.loads(notifier("sources", "show", "要参").out)
    assert [one["kind"] for one in shown["conditions"]] == ["layout"]
    (listed,) = json.loads(notifier("sources", "list", "--json").out)
    assert listed["conditions"] == shown["conditions"]
    assert "版式变了" in notifier("sources", "list").out
    findings = json.loads(notifier("check", "--json").out)
    assert [one["verdict"] for one in findings if one["what"] == "sources"] == ["warn"]


def test_history_tells_what_changed(notifier: Notifier, config: Path, inbox: Callable[[str, str], Path]) -> None:
    inbox("a.txt", "核电项目公告\n\n截止日期为3月20日。\n")
    notifier("poll")
    assert "没有变化" in notifier("history", "--article", "核电项目").out
    inbox("a.txt", "核电项目公告\n\n截止日期为3月25日。另行通知。\n")
    notifier("poll")
    told = json.loads(notifier("history", "--article", "1", "--json").out)
    assert (told["title"], told["ended"]) == ("核电项目公告", "")
    (change,) = told["changes"]
    assert (change["added"], change["removed"]) == (["截止日期为3月25日。", "另行通知。"], ["截止日期为3月20日。"])
    assert "+ 另行通知。" in notifier("history", "--article", "1").out
    assert notifier("history", "--article", "没有的").code == 2
