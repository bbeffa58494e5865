"""The mention gate: what it keeps, what it drops, and that it does nothing else."""

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifier.domain import Article, Mode
from notifier.errors import RuleError
from notifier.matching import Matcher, MentionGate, OpenGate, Topic, explain_miss
from notifier.matching.language.terms import find_spans, term_pattern
from notifier.matching.mention.gate import VERDICTS, Kept, kept
from notifier.matching.mention.lattice import crossing_margin, cut_marks, inner_margin
from notifier.matching.prepared import PreparedArticle, Span, prepare

DATA = Path(__file__).resolve().parents[2] / "data" / "matching"
GATE = MentionGate()

MEANT = [
    ("科技金融", "构建科技金融专营机构体系。"),
    ("广元", "广元市出台政策。"),
    ("广元", "将广元建成川陕甘结合部中心城市。"),
    ("核电", "秦山核电站安全运行。"),
    ("华龙一号", "全球最大“华龙一号”基地启动装料。"),
    ("科技金融", "推进 科 技 金\n融 改革。"),
    ("知识产权", "国家知识产权局发布年报。"),
    ("中国", "中国家电企业加快出海。"),
    ("长江", "南京市长江大桥维修完成。"),
    ("四川", "2025四川国际博览会开幕。"),
    ("四川", "“十四五”四川科技规划发布。"),
    ("四川", "四川路桥中标。"),
    ("南山", "南山区企业来川投资。"),
    ("三星堆", "三星堆遗址新出土文物。"),
    ("5G网络", "加快5G网络建设。"),
    ("芯片", "AI芯片出货量增长。"),
    ("核", "核能供暖。"),
]
ACCIDENTS = [
    ("广元", "各地积极推广元宇宙技术。"),
    ("核电", "市政府考核电子政务建设。"),
    ("成都", "将建成都市圈一小时交通网。"),
    ("中国", "广大发展中国家面临压力。"),
    ("广元", "各地积极推\n广 元 宇宙技术。"),
    ("市长", "南京市长江大桥维修完成。"),
    ("家电", "国家电网公司发布白皮书。"),
    ("百度", "炉内温度超过三百度时报警。"),
    ("万达", "日均客流2万达到高点。"),
    ("三星", "三星堆遗址新出土文物。"),
    ("眉山", "峨眉山景区改造。"),
    ("四川", "北四川路站完成改造。"),
    ("海洋", "教授孙海洋当选会士。"),
    ("国庆", "李国庆研究员作报告。"),
    ("铁矿", "地铁矿用支架技术获奖。"),
]


def hits(term: str, text: str, mode: Mode = "standard", gate: object = GATE) -> list[tuple[str, str]]:
    matcher = Matcher(gate=gate)  # type: ignore[arg-type]
    matcher.add("rule", f"正文:{term}", mode)
    return [(hit.text, hit.certainty) for one in matcher.match(Article(title="", body=text)) for hit in one.hits]


@pytest.mark.parametrize(("term", "text"), MEANT)
def test_a_term_is_kept_where_it_is_a_word_or_a_part_of_one_that_means_it(term: str, text: str) -> None:
    assert hits(term, text)


@pytest.mark.parametrize(("term", "text"), ACCIDENTS)
def test_an_accident_is_dropped_unless_loose_and_a_quoted_term_bypasses_the_gate(term: str, text: str) -> None:
    assert hits(term, text) == hits(term, text, "strict") == []
    assert {certainty for _, certainty in hits(term, text, "loose")} == {"likely"}
    assert {certainty for _, certainty in hits(f"“{term}”", text)} == {"certain"}


def test_what_is_uncertain_is_likely_in_standard_and_loose_and_dropped_in_strict() -> None:
    text = "省地质学会举办学术年会。"
    assert hits("学会", text) == hits("学会", text, "loose") == [("学会", "likely")]
    assert hits("学会", text, "strict") == []


def test_each_span_is_judged_by_itself() -> None:
    """A field, NEAR and the score look at single spans: a certain one elsewhere settles nothing."""
    article = Article(title="推广元宇宙", body="广元市出台政策。推广元宇宙。")
    matcher = Matcher()
    matcher.add("any", "广元")
    matcher.add("title", "标题:广元")
    matcher.add("near", "广元 同句 宇宙")
    (match,) = matcher.match(article)
    assert [(hit.field, hit.start) for hit in match.hits] == [("body", 0)]


def test_not_sees_only_what_the_gate_keeps() -> None:
    matcher = Matcher()
    matcher.add("rule", "推广 非 广元")
    assert matcher.match(Article(title="推广元宇宙"))
    assert not matcher.match(Article(title="在广元推广"))


def test_the_terms_of_a_topic_pass_the_gate_and_its_quoted_ones_do_not() -> None:
    matcher = Matcher({"广元": Topic("广元", ("广元",)), "原文": Topic("原文", ("“广元”",))})
    matcher.add("topic", "#广元")
    matcher.add("quoted", "#原文")
    assert [one.key for one in matcher.match(Article(title="推广元宇宙"))] == ["quoted"]


def test_both_ends_of_a_term_with_a_wildcard_are_judged() -> None:
    assert hits("广元*政策", "广元出台科技政策。")
    assert not hits("广元*技术", "推广元宇宙等技术。")
    assert not hits("技术*广元", "技术推广元宇宙。")
    assert hits("核电nuclear*", "核电nuclears。")


def test_a_miss_through_the_gate_is_explained_with_its_sentence() -> None:
    article = Article(title="", body="第一句。各地积极推广元宇宙\n技术在文旅场景中的应用。")
    miss = explain_miss("广元", article)
    assert miss
    assert (miss.cause, miss.clause) == ("not_mention", "广元")
    assert "各地积极推广元宇宙" in miss.zh
    assert "各地积极推广元宇宙" in miss.en
    assert "第一句" not in miss.zh
    assert miss.zh.isprintable()
    assert not miss.hit or miss.hit.text == "广元"


def test_a_miss_of_strict_mode_says_that_it_was_not_certain() -> None:
    miss = explain_miss("学会", Article(title="省地质学会举办学术年会。"), mode="strict")
    assert miss
    assert miss.cause == "not_mention"
    assert "精确模式不收" in miss.zh


def test_an_endless_latin_word_beside_a_term_is_not_read_through() -> None:
    assert not hits("广元", "推广元" + "a" * 100_000)
    assert crossing_margin.cache_info().currsize < 10_000
    assert hits("广元", "b" * 100_000 + "广元市")


# --- the sets ---------------------------------------------------------------------------------------------


def read_lines(path: Path) -> list[list[str]]:
    """Term, sentence, 1 where it is real, kind."""
    return [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]


def figures(path: Path, gate: object = GATE, mode: Mode = "standard") -> tuple[float, float]:
    """Precision and recall."""
    lines = read_lines(path)
    kept = [real for term, sentence, real, _ in lines if hits(term, sentence, mode, gate)]
    return kept.count("1") / len(kept), kept.count("1") / sum(line[2] == "1" for line in lines)


@pytest.mark.parametrize(
    ("name", "precision", "recall"), [("mentions_tuned.tsv", 0.98, 0.99), ("mentions_unseen.tsv", 0.97, 0.99)]
)
def test_our_own_sets_are_told_apart(name: str, precision: float, recall: float) -> None:
    reached = figures(DATA / name)
    assert reached[0] >= precision
    assert reached[1] >= recall
    assert figures(DATA / name, OpenGate()) < (0.75, 1.1)
    assert figures(DATA / name, mode="strict")[0] >= reached[0]


def test_of_the_hardest_accidents_five_in_six_are_dropped() -> None:
    lines = read_lines(DATA / "mentions_hard.tsv")
    dropped = [not hits(term, sentence) for term, sentence, real, _ in lines if real == "0"]
    assert sum(dropped) / len(dropped) >= 5 / 6
    assert figures(DATA / "mentions_hard.tsv")[1] >= 0.9


def test_the_shared_set_is_told_apart(shared: Path) -> None:
    precision, recall = figures(shared / "mentions.tsv")
    assert precision >= 0.98
    assert recall >= 0.99


# --- what holds of any text -------------------------------------------------------------------------------

POOL = "推广元宇宙考核电子政务建成都市圈发展中国家市长江大桥三百度四川路南山区教授孙海洋a5，。 \n"
TEXTS = st.text(st.sampled_from(POOL), max_size=60) | st.text(max_size=30)
TERMS = st.text(st.sampled_from(POOL.strip()), min_size=1, max_size=4)


def raw_spans(article: PreparedArticle, term: str) -> list[Span]:
    pattern = term_pattern(term)
    return [Span(n, *span) for n, block in enumerate(article.blocks) for span in find_spans(pattern, block.text)]


def keep(article: PreparedArticle, term: str, spans: Sequence[Span], mode: Mode = "standard") -> list[Kept]:
    return kept(GATE, article, term_pattern(term), spans=spans, mode=mode)


@given(TEXTS, TERMS)
def test_the_gate_only_drops_and_grades(text: str, term: str) -> None:
    """Strict keeps no more than standard, standard no more than loose, loose what no gate keeps, in its order."""
    article = prepare(Article(title=text, body=text))
    spans = raw_spans(article, term)
    strict, standard, loose = (keep(article, term, spans, mode) for mode in ("strict", "standard", "loose"))  # type: ignore[arg-type]
    assert [one.span for one in loose] == spans
    assert [one for one in loose if one in standard] == standard
    assert [one for one in standard if one.certainty == "certain"] == strict


@given(TEXTS, TERMS, st.randoms(use_true_random=False))
def test_a_verdict_depends_on_no_order_and_on_no_cache(text: str, term: str, chance: random.Random) -> None:
    article = prepare(Article(title=text, body=text[::-1]))
    spans = raw_spans(article, term)
    cached = keep(article, term, spans)
    chance.shuffle(spans)
    keep(prepare(Article(title="推广元宇宙")), "广元", [Span(0, 1, 3)])
    crossing_margin.cache_clear()
    inner_margin.cache_clear()
    fresh = kept(MentionGate(), article, term_pattern(term), spans=spans, mode="standard")
    assert sorted(fresh) == cached


@given(TEXTS, st.lists(TERMS, min_size=1, max_size=8))
def test_many_spans_are_judged_as_each_is_alone(text: str, terms: list[str]) -> None:
    article = prepare(Article(title=text, body=text + "\n\n" + text[::-1]))
    spans = [span for term in terms if "*" not in term for span in raw_spans(article, term)]
    starts = np.array([article.begins[span.block] + span.start for span in spans], np.int32)
    ends = np.array([article.begins[span.block] + span.end for span in spans], np.int32)
    alone = [GATE.grade(article, *span) for span in zip(starts.tolist(), ends.tolist(), strict=True)]
    assert [VERDICTS[grade] for grade in GATE.grades(article, starts, ends)] == alone


@given(st.text())
def test_cutting_gives_a_mark_for_every_place_of_any_folded_text(text: str) -> None:
    for block in prepare(Article(title=text)).blocks:
        marks = cut_marks(block.text)
        assert len(marks) == len(block.text) + 1
        assert marks[0] == marks[-1] == 1


@settings(max_examples=20)
@given(st.lists(st.text(min_size=1, max_size=8), min_size=25, max_size=25))
def test_five_hundred_random_terms_break_nothing(terms: list[str]) -> None:
    text = "".join(terms) + "推广元宇宙" + "，".join(terms)
    matcher = Matcher()
    for term in terms:
        try:
            matcher.add(term, term)
        except RuleError:
            continue
    assert matcher.match(Article(title=text, body=text)).errors == ()
