"""topics suggest: what a person sees, and what is written when they take a term."""

import json
from collections.abc import Callable
from pathlib import Path

from cli.conftest import Notifier

Inbox = Callable[[str, str], Path]


def _ingest(notifier: Notifier, inbox: Inbox) -> None:
    texts = [f"科技金融新闻{number}\n\n科技金融支持创投母基金，第{number}号。\n" for number in "甲乙丙"]
    texts += [f"旅游新闻{number}\n\n旅游旺季到来，游客{number}很多。\n" for number in "甲乙丙丁"]
    files = [str(inbox(f"{number}.txt", text)) for number, text in enumerate(texts)]
    assert notifier("ingest", *files).code == 0


def test_terms_are_proposed_and_taken(notifier: Notifier, config: Path, inbox: Inbox, place: Path) -> None:
    _ingest(notifier, inbox)
    said = notifier("topics", "suggest", "科技金融", "--json")
    assert said.code == 0, said.err
    found = json.loads(said.out)
    assert (found["topic"], found["articles"], found["others"]) == ("科技金融", 3, 4)
    (term,) = [one for one in found["terms"] if one["term"] == "创投母基金"]
    assert (term["articles"], term["others"]) == (3, 0)
    assert "[[创投母基金]]" in term["example"]
    assert "创投母基金" in notifier("topics", "suggest", "#科技金融").out
    assert notifier("topics", "suggest", "科技金融", "--accept", "创投母基金").code == 0
    assert "创投母基金" in (place / "topics" / "sci-tech-finance.toml").read_text(encoding="utf-8")
    again = json.loads(notifier("topics", "suggest", "科技金融", "--json").out)
    assert "创投母基金" not in {one["term"] for one in again["terms"]}


def test_a_word_that_is_no_topic_has_proposals_too(notifier: Notifier, config: Path, inbox: Inbox) -> None:
    _ingest(notifier, inbox)
    found = json.loads(notifier("topics", "suggest", "旅游旺季", "--json").out)
    assert (found["articles"], found["others"]) == (4, 3)
    assert "游客" in {one["term"] for one in found["terms"]}


def test_nothing_is_proposed_from_an_empty_store_and_wrong_use_is_2(notifier: Notifier, config: Path) -> None:
    assert "还没有" in notifier("topics", "suggest", "科技金融").out
    assert notifier("topics", "suggest", "核电 (").code == 2
    assert notifier("topics", "suggest", "核电", "--most", "0").code == 2
    assert notifier("topics", "suggest", "核电", "--accept", "核 电 站").code == 2
