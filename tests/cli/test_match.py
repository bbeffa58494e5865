"""match: one rule on texts, or the engine as a filter."""

import json
from pathlib import Path

import pytest

from cli.conftest import Notifier


def _filter(
    notifier: Notifier, place: Path, rules: list[object], articles: list[object], code: int = 0
) -> list[dict[str, object]]:
    (place / "r.jsonl").write_text("\n".join(json.dumps(rule) for rule in rules) + "\n\n", encoding="utf-8")
    said = notifier("match", "--rules", "r.jsonl", stdin="\n".join(json.dumps(one) for one in articles))
    assert said.code == code, said.err
    assert "Traceback" not in said.err
    return [json.loads(line) for line in said.out.splitlines()]


def test_a_rule_on_a_text_as_json(notifier: Notifier, place: Path) -> None:
    (row,) = json.loads(notifier("match", "核电", "--text", "三代核 电技术", "--json").out)
    assert row.keys() >= {"id", "title", "rule", "matched", "score", "hits"}
    assert row["matched"]
    assert 0 <= row["score"] <= 1
    (hit,) = row["hits"]
    assert hit == {"field": "body", "start": 2, "end": 5, "text": "核 电", "term": "核电", "certainty": "certain"}
    (row,) = json.loads(notifier("match", "核电", "--text", "水电", "--json").out)
    assert (row["matched"], row["score"], row["hits"]) == (False, 0.0, [])
    assert not (place / "notifier.db").exists()


def test_a_text_may_come_from_standard_input(notifier: Notifier) -> None:
    said = notifier("match", "核电", "--json", stdin="三代核电技术")
    assert json.loads(said.out)[0]["matched"]


def test_the_filter_prints_one_json_line_a_match(notifier: Notifier, place: Path) -> None:
    rules = [{"id": "r1", "rule": "核电"}, {"id": 2, "rule": "广元 AND 核电"}, {"id": "t", "rule": "标题:广元"}]
    articles = [
        {"id": "a", "title": "核电开工", "body": "广元。"},
        {"id": "b", "title": "广元", "body": [{"kind": "paragraph", "text": "别的。"}]},
        {"id": "c", "title": "别的"},
    ]
    found = _filter(notifier, place, rules, articles)
    assert sorted((str(row["id"]), str(row["rule"])) for row in found) == [("a", "2"), ("a", "r1"), ("b", "t")]
    assert all(row["matched"] and row["hits"] for row in found)


def test_one_broken_rule_or_article_never_stops_the_others(notifier: Notifier, place: Path) -> None:
    rules = [
        {"id": "bad", "rule": "NOT 核电"},
        {"id": "mode", "rule": "核电", "mode": "fuzzy"},
        {"id": "score", "rule": "核电", "min_score": "much"},
        {"id": "number", "rule": 5},
        {"id": "good", "rule": "核电"},
    ]
    articles = [
        {"title": "没有编号的核电"},
        {"id": "null", "title": "核电", "body": None},
        {"id": "odd", "title": "核电", "body": ["核电"]},
        {"id": "list", "title": ["核电"]},
        {"id": "a", "title": "核电"},
    ]
    found = _filter(notifier, place, rules, articles, 1)
    assert ("a", "good") in {(row["id"], row["rule"]) for row in found}
    assert {row["rule"] for row in found} == {"good"}


@pytest.mark.parametrize("line", ["{", "[]", "5", '{"rule": "核电"}', '{"id": ["x"], "rule": "核电"}'])
def test_a_line_that_is_no_rule_is_named_by_its_number(notifier: Notifier, place: Path, line: str) -> None:
    (place / "r.jsonl").write_text('{"id": 1, "rule": "核电"}\n' + line + "\n", encoding="utf-8")
    said = notifier("match", "--rules", "r.jsonl", stdin="")
    assert said.code == 2
    assert "r.jsonl:2" in said.err
    assert len(said.err.splitlines()) == 1
