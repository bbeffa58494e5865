"""rules …: what a person sees who writes a rule, looks at one, tries a change, moves them."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.conftest import Notifier

ARTICLES = (
    "广元出台科技金融政策\n\n广元市出台政策，鼓励设立科技金融专营机构。\n",
    "各地推广元宇宙\n\n专家提出推广元宇宙应用，推广元件国产化。\n",
    "四川核电装备出海\n\n四川研制的核电装备交付。\n",
)


@pytest.fixture
def filled(notifier: Notifier, config: Path, inbox: Callable[[str, str], Path]) -> Notifier:
    """One subscriber with a rule, and articles in the store."""
    assert notifier("subscribers", "add", "a@example.org", "--rule", "科技金融").code == 0
    files = [str(inbox(f"{number}.txt", text)) for number, text in enumerate(ARTICLES)]
    assert notifier("ingest", *files).code == 0
    return notifier


def test_adding_a_rule_says_what_may_be_wrong_on_stderr_and_takes_it(filled: Notifier) -> None:
    said = filled("rules", "add", "a@example.org", "科技金融 广元")
    assert said.code == 0
    assert said.out.startswith("规则 2 已生效")
    assert "规则 1（科技金融） 已包含它" in said.err
    assert "永远不会命中" in filled("rules", "add", "a@example.org", "核电 非 核电").err


def test_a_rule_without_fault_is_added_in_silence(filled: Notifier) -> None:
    assert filled("rules", "add", "a@example.org", "核电 四川").err == ""
    assert filled("subscribers", "add", "b@example.org", "--rule", "核电").err == ""


def test_adding_a_subscriber_says_it_too(filled: Notifier) -> None:
    said = filled("subscribers", "add", "b@example.org", "--rule", "核电", "--rule", "核电 四川")
    assert (said.code, "已包含它" in said.err) == (0, True)


def test_a_rule_is_shown_in_full(filled: Notifier) -> None:
    said = filled("rules", "show", "广元")
    assert said.code == 0
    assert "找这样的文章" in said.out
    assert "Articles in which" in said.out
    assert "每周约" in said.out
    assert "只是碰巧" in said.out
    assert "[[广元]]" in said.out


def test_a_rule_is_shown_as_json_by_its_number_too(filled: Notifier) -> None:
    shown = json.loads(filled("rules", "show", "1", "--json").out)
    assert shown["rule"] == shown["canonical"] == "科技金融"
    assert shown["estimate"]["matched"] == 1
    assert {"articles", "matched", "days", "per_week", "limited", "titles"} <= set(shown["estimate"])
    assert {"term", "raw", "kept", "likely"} <= set(shown["terms"][0])
    assert filled("rules", "show", "99").code == 2


def test_a_change_is_replayed(filled: Notifier) -> None:
    found = json.loads(filled("rules", "replay", "广元 或 核电", "--against", "1", "--json").out)
    assert [one["title"] for one in found["gained"]] == ["四川核电装备出海"]
    assert found["lost"] == []
    assert found["both"] == 1
    plain = filled("rules", "replay", "核电", "--against", "科技金融").out
    assert re.search(r"^\+ [\d-]{10} 四川核电装备出海$", plain, re.MULTILINE)
    assert re.search(r"^- [\d-]{10} 广元出台科技金融政策$", plain, re.MULTILINE)
    assert filled("rules", "replay", "核电", "--against", "科技金融", "--days", "0").code == 2
    assert filled("rules", "replay", "核电").code == 2


def test_rules_go_out_and_come_in_in_both_forms(filled: Notifier, place: Path) -> None:
    for kind in ("csv", "json"):
        (place / f"r.{kind}").write_text(filled("rules", "export", "--format", kind).out, encoding="utf-8", newline="")
        assert "新增 0 条" in filled("rules", "import", f"r.{kind}").out
    filled("rules", "remove", "1")
    assert "新增 1 条" in filled("rules", "import", "r.csv").out
    assert filled("rules", "export", "--format", "xml").code == 2


def test_the_words_of_trendradar_are_asked_about_and_taken(filled: Notifier, place: Path) -> None:
    (place / "frequency_words.txt").write_text("核电\n!招聘\n@3\n", encoding="utf-8")
    said = filled("rules", "import", "frequency_words.txt", "--email", "a@example.org")
    assert (said.code, "--exclude" in said.err) == (2, True)
    said = filled("rules", "import", "frequency_words.txt", "--email", "a@example.org", "--exclude", "group")
    assert (said.code, "@3" in said.err, "新增 1 条" in said.out) == (0, True, True)
    assert "核电 AND NOT 招聘" in filled("rules", "export").out


def test_a_bad_line_is_one_line_and_nothing_is_taken(filled: Notifier, place: Path) -> None:
    (place / "x.txt").write_text("核电\n核电^3\n", encoding="utf-8")
    said = filled("rules", "import", "x.txt", "--format", "lucene", "--email", "a@example.org")
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert "第 2 行" in said.err
    (place / "x.csv").write_bytes("rule\n核电\n".encode("gb18030"))
    assert "UTF-8" in filled("rules", "import", "x.csv", "--email", "a@example.org").err
