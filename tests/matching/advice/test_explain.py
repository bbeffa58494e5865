"""Why a rule missed, and how a rule is understood, in both languages."""

import pytest

from notifier.domain import Article
from notifier.matching import OpenGate, Topic, Verdict, describe_rule, explain_miss, parse_rule
from notifier.matching.prepared import PreparedArticle

ARTICLE = Article(title="广元出台政策", body="推广元宇宙。核电一二三四五四川。\n\n风电在成都。", source="省科技厅")
TOPICS = {"核电": Topic("核电", ("核电",), excluded=("风电",))}


@pytest.mark.parametrize(
    ("rule", "cause", "clause", "zh"),
    [
        ("水电", "absent", "水电", "没有 水电：文章里找不到它"),
        ("核电 水电", "absent", "水电", "没有 水电：文章里找不到它"),
        ("水电 或 煤电", "absent", "水电 OR 煤电", "没有一个分支成立：水电 OR 煤电"),
        ("标题:核电", "other_field", "核电", "核电 只出现在正文里，而规则要求在标题里"),
        ("水电 或 标题:核电", "other_field", "核电", "核电 只出现在正文里，而规则要求在标题里"),
        ("科技厅", "other_field", "科技厅", "科技厅 只出现在来源里，而规则要求在标题、栏目或正文里"),
        ("核电 非 风电", "excluded", "NOT 风电", "被“非”排除：正文第 19 个字起有“风电”"),
        ("核电 邻近3 四川", "too_far", "核电 NEAR/3 四川", "离得太远：最近的一处隔了 5 个字，超过 3"),
        ("元宇宙 同句 核电", "too_far", "元宇宙 同句 核电", "离得太远：最近的一处隔了 1 个字，不在同一句"),
        ("核电 同段 风电", "too_far", "核电 同段 风电", "从不在同一段里：核电 同段 风电"),
        ("核电 同段 水电", "absent", "水电", "没有 水电：文章里找不到它"),
        ("#核电", "excluded", "#核电", "话题 #核电 被它的排除词挡住：正文第 19 个字起有“风电”"),
        ("/第.方阵/", "absent", "/第.方阵/", "没有 /第.方阵/：文章里找不到符合它的文字"),
    ],
)
def test_a_miss_names_the_clause_that_failed_and_why(rule: str, cause: str, clause: str, zh: str) -> None:
    miss = explain_miss(rule, ARTICLE, topics=TOPICS)
    assert miss
    assert (miss.cause, miss.clause, miss.zh) == (cause, clause, zh)
    assert miss.en
    assert miss.en.isprintable()


def test_a_rule_that_matches_has_no_miss() -> None:
    assert explain_miss("广元", ARTICLE) is None


def test_a_score_below_the_least_is_a_miss() -> None:
    miss = explain_miss("核电", ARTICLE, min_score=0.9)
    assert miss
    assert (miss.cause, miss.score) == ("score", 0.4)


class NoMention(OpenGate):
    def grade(self, article: PreparedArticle, start: int, end: int) -> Verdict:
        return "accident"


def test_what_the_gate_dropped_is_said_to_be_no_mention() -> None:
    miss = explain_miss("广元", ARTICLE, gate=NoMention())
    assert miss
    assert miss.cause == "not_mention"
    assert "请加引号" in miss.zh


@pytest.mark.parametrize(
    ("rule", "zh", "en"),
    [
        ("科技金融", "找这样的文章：标题、栏目或正文里有“科技金融”。",
         "Articles in which the title, section or body has “科技金融”."),
        ("标题:四川 非 “核电”", "找这样的文章：标题里有“四川”，并且标题、栏目或正文里没有原文“核电”。",
         "Articles in which the title has “四川”, and the title, section or body does not have the exact text “核电”."),
        ("核电 邻近5 四川、成都",
         "找这样的文章：标题、栏目或正文里有“核电”与“四川”、“成都”中的任何一个相隔不超过 5 个字。",
         "Articles in which the title, section or body has “核电” at most 5 characters from any of “四川”, “成都”."),
        ("来源:科技厅 或 #核电", "找这样的文章：来源里有“科技厅”，或者标题、栏目或正文里有话题“核电”里的任何一个词。",
         "Articles in which the source has “科技厅”, or the title, section or body has any term of the topic “核电”."),
        ("核电 (风电 或 水电)",
         "找这样的文章：标题、栏目或正文里有“核电”，并且（标题、栏目或正文里有“风电”，或者标题、栏目或正文里有“水电”）。",
         "Articles in which the title, section or body has “核电”, and (the title, section or body has “风电”, or the "
         "title, section or body has “水电”)."),
    ],
)  # fmt: skip
def test_a_rule_is_described_as_it_is_understood(rule: str, zh: str, en: str) -> None:
    assert describe_rule(rule) == zh
    assert describe_rule(parse_rule(rule), "en") == en
