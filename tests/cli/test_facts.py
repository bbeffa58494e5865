"""What an article states, in parse and match."""

import json
from pathlib import Path

from cli.conftest import Notifier

NOTICE = """四川省科学技术厅关于申报2026年科技计划项目的通知

川科发〔2025〕12号

请苍溪县有关单位于2025年12月5日17:00前申报。

四川省科学技术厅
2025年10月27日
"""


def test_parse_says_in_a_line_what_each_article_states(notifier: Notifier, place: Path) -> None:
    (place / "notice.txt").write_text(NOTICE, encoding="utf-8")
    said = notifier("parse", "notice.txt")
    assert said.code == 0
    (line,) = [line for line in said.out.splitlines() if "机关" in line]
    assert line.split("；") == [
        "  1. 机关 四川省科学技术厅",
        "文号 川科发〔2025〕12号",
        "成文 2025-10-27",
        "截止 申报 2025-12-05 17:00",
        "地区 四川省、四川省广元市苍溪县",
    ]


def test_parse_full_gives_the_facts_and_plain_json_does_not(notifier: Notifier, place: Path) -> None:
    (place / "notice.txt").write_text(NOTICE, encoding="utf-8")
    (article,) = json.loads(notifier("parse", "notice.txt", "--json", "--full").out)["sections"][0]["articles"]
    assert {fact["kind"] for fact in article["facts"]} == {"issuer", "docno", "date", "deadline", "place"}
    (article,) = json.loads(notifier("parse", "notice.txt", "--json").out)["sections"][0]["articles"]
    assert article.keys() == {"title", "body"}


def test_a_bare_text_states_its_facts_too(notifier: Notifier) -> None:
    text = "四川省科学技术厅印发《办法》。请苍溪县于2026年3月15日前申报。"
    for rule, matched in (("地区:广元 机关:科技厅", True), ("地区:成都", False), ("申报 截止<2026-03", False)):
        (row,) = json.loads(notifier("match", rule, "--text", text, "--json").out)
        assert row["matched"] is matched, rule
        assert all(text[hit["start"] : hit["end"]] == hit["text"] for hit in row["hits"])


def test_the_filter_takes_a_day_of_publication(notifier: Notifier, place: Path) -> None:
    (place / "r.jsonl").write_text(json.dumps({"id": 1, "rule": "核电 日期>=2026-01-01"}), encoding="utf-8")
    rows = [
        {"id": day, "title": "核电", "published_at": day} for day in ("2025-12-31", "2026-01-01T08:00:00+08:00", "")
    ]
    said = notifier("match", "--rules", "r.jsonl", stdin="\n".join(json.dumps(row) for row in rows))
    assert [json.loads(line)["id"] for line in said.out.splitlines()] == ["2026-01-01T08:00:00+08:00"]
