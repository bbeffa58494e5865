"""The engine: what is a hit, where it stands, how it is scored, and what Matcher promises."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.domain import Article, Paragraph, Point
from notifier.errors import RuleError
from notifier.matching import Matcher, Matches, OpenGate, Topic, Verdict
from notifier.matching.fold import Offsets, folded, is_word
from notifier.matching.mention.gate import VERDICTS, Gate, Verdicts
from notifier.matching.prepared import PreparedArticle


def match(rule: str, article: Article | str, **topics: Topic) -> Matches:
    matcher = Matcher(topics)
    matcher.add("rule", rule)
    return matcher.match(Article(title="", body=article) if isinstance(article, str) else article)


def texts(rule: str, article: Article | str) -> list[str]:
    return [hit.text for one in match(rule, article) for hit in one.hits]


@pytest.mark.parametrize(
    ("rule", "body", "hits"),
    [
        ("科技金融", "支持科技\n金融 发展", ["科技\n金融"]),
        ("科技金融", "科 技 金 融。", ["科 技 金 融"]),
        ("科技金融", "“科技”金融", ["科技”金融"]),
        ("科 技金融", "科技与金融", []),
        ("AI", "ＡＩ技术和ai、said", ["ＡＩ", "ai"]),
        ("傳統", "传统产业", ["传统"]),
        ("传统", "傳統產業", ["傳統"]),
        ("5G", "15G和5G基站", ["5G"]),
        ("5G基站", "15G基站，5G 基站", ["5G 基站"]),
        ("30", "到2030年，30个", ["30"]),
        ("4.4", "提升了4.4%，14.4", ["4.4"]),
        ("4.4%", "提升了4.4％", ["4.4％"]),
        ("11个方面", "部署 11 个方面，211个方面", ["11 个方面"]),
        ("“nuclear power”", "Nuclear\npower, nuclearpower", ["Nuclear\npower"]),
        ("nuclear", "nuclears", []),
        ("nuclear*", "nuclears and Nuclear", ["nuclears", "Nuclear"]),
        ("科技*金融", "科技创新与金融", ["科技创新与金融"]),
        ("科技*金融", "科技一二三四五六七八九十金融", ["科技一二三四五六七八九十金融"]),
        ("科技*金融", "科技一二三四五六七八九十一金融", []),
        ("科技*金融", "科技。金融", []),
        ("colo*r", "colour colors", ["colour"]),
        ("核电*", "核电站", ["核电"]),
        ("/第.{1,3}方阵/", "全国第一方阵", ["第一方阵"]),
        ("/傳統.業/", "传统产业、传统事业部、传统", ["传统产业", "传统事业"]),
        ("/CHAT ?GPT/", "ChatGPT, chat gpt", ["ChatGPT", "chat gpt"]),
        ("广元、核电", "核电在广元", ["核电", "广元"]),
        ("哈哈", "哈哈哈", ["哈哈", "哈哈"]),
        ("核电", "核\n\n电", []),
        ("核电", "核\r\n \r\n电", []),
        ("核电", "核\r\n电", ["核\r\n电"]),
        ("don't", "I don’t know", ["don’t"]),
        ("2025年", "①2025年底", ["2025年"]),
        ("“科技、金融”", "科技、金融", ["科技、金融"]),
    ],
)
def test_the_hits_are_these_spans_of_the_original(rule: str, body: str, hits: list[str]) -> None:
    assert texts(rule, body) == hits


@pytest.mark.parametrize(
    ("rule", "body", "matched"),
    [
        ("核电 四川", "四川的核电", True),
        ("核电 四川", "核电", False),
        ("核电 非 四川", "核电", True),
        ("核电 非 四川", "四川核电", False),
        ("核电 或 风电 四川", "核电", True),
        ("(核电 或 风电) 四川", "核电", False),
        ("NOT (NOT 核电 OR 广元)", "核电", True),
        ("NOT (NOT 核电 OR 广元)", "核电广元", False),
        ("核电 邻近3 四川", "四川的的的核电", True),
        ("核电 邻近3 四川", "四川的的 “的”\n核电", True),
        ("核电 邻近3 四川", "核电的的的的四川", False),
        ("核电 NEAR/3 四川", "核电。\n\n四川", False),
        ("核电 邻近1 四川 邻近1 成都", "核电四川成都", True),
        ("核电 邻近1 四川 邻近1 成都", "核电四川，一二三四川成都", False),
        ("(核电 或 风电) 邻近1 四川", "风电四川", True),
        ("核电 同句 四川", "核电4.4亿，四川。", True),
        ("核电 同句 四川", "核电；四川", False),
        ("核电 同句 四川", "核电! 四川", False),
        ("核电 同段 四川", "核电。四川", True),
        ("核电 同段 四川", "核电\n\n四川", False),
        ("(核电 风电) 同段 四川", "核电四川\n\n风电四川", False),
        ("(核电 风电) 同段 四川", "核电四川风电", True),
        ("(核电 非 风电) 同句 四川", "风电。核电四川。", True),
        ("(核电 非 风电) 同句 四川", "风电核电四川。", False),
        ("(核电 邻近1 风电) 同段 四川", "四川有风电核电", True),
        ("(核电 非 (风电 或 水电)) 同段 四川", "四川有核电", True),
        ("(核电 非 (风电 或 水电)) 同段 四川", "四川有核电和水电", False),
        ("核电 非 (风电 邻近1 四川)", "核电，风电的的四川", True),
    ],
)
def test_operators_combine_clauses(rule: str, body: str, *, matched: bool) -> None:
    assert bool(match(rule, body)) is matched


ARTICLE = Article(
    title="标题词", section="栏目词", body="正文词", source="来源词", byline="科技厅", bulletin="刊名词"
)  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ("标题词 栏目词 正文词", ["title", "section", "body"]),
        ("来源词", []),
        ("刊名词", []),
        ("来源:来源词", ["source"]),
        ("来源:科技厅", ["byline"]),
        ("来源:词", ["source"]),
        ("刊名:刊名词 栏目:栏目词", ["section", "bulletin"]),
        ("标题:正文词", []),
        ("title:(标题词 or OR 标题)", ["title"]),
        ("body:词 NEAR/2 正文", ["body", "body"]),
        ("标题:标题 NEAR/2 正文:正文", []),
    ],
)
def test_a_field_limits_where_a_term_is_looked_for(rule: str, fields: list[str]) -> None:
    assert [hit.field for one in match(rule, ARTICLE) for hit in one.hits] == fields


def test_offsets_count_code_points_of_the_body_as_displayed() -> None:
    article = Article(title="", body=(Paragraph("一段。"), Point(1, "标题", "𠮷 核\n电。")))
    (hit,) = match("核电", article)[0].hits
    assert (hit.field, article.text[hit.start : hit.end], hit.text) == ("body", "核\n电", "核\n电")


def test_a_term_never_spans_two_blocks() -> None:
    assert not match("核电", Article(title="", body=(Paragraph("核"), Paragraph("电"))))


def test_hits_come_in_the_order_of_fields_each_with_its_term_as_typed_and_once() -> None:
    article = Article(title="傳統", section="传统", body="传统")
    hits = match("傳統 OR 傳統 OR “传统”", article)[0].hits
    assert [(hit.field, hit.term) for hit in hits] == [
        (field, term) for field in ("title", "section", "body") for term in ("传统", "傳統")
    ]


def test_only_clauses_that_hold_contribute_hits() -> None:
    assert texts("(核电 四川) OR 风电", "核电和风电") == ["风电"]


def score(rule: str, article: Article | str) -> float:
    return match(rule, article)[0].score


def test_title_over_section_over_heading_over_first_paragraph_over_body() -> None:
    rest = Paragraph("别的")
    ordered = [
        Article(title="核电"),
        Article(title="", section="核电"),
        Article(title="", body=(rest, Point(1, "核电", "别的"))),
        Article(title="", body=(Paragraph("核电"), rest)),
        Article(title="", body=(rest, Paragraph("核电"))),
    ]
    scores = [score("核电", article) for article in ordered]
    assert scores == sorted(set(scores), reverse=True)
    assert score("核电", "别的\n\n核电") == scores[-1]


@given(st.lists(st.sampled_from(["核电", "四川", "别的"]), min_size=1, max_size=30), st.sampled_from(["核电", "四川"]))
def test_adding_a_hit_never_lowers_a_score_and_no_score_leaves_0_to_1(words: list[str], added: str) -> None:
    for rule in ("核电 OR 四川", "核电 四川", "核电、四川", "核电 同段 四川", "核电 四川 OR 核电"):
        before, after = match(rule, "，".join(words)), match(rule, "，".join([*words, added]))
        if before:
            assert 0 < before[0].score <= after[0].score <= 1


def test_min_score_holds_back_weak_matches() -> None:
    matcher = Matcher()
    matcher.add("weak", "核电", min_score=0.0)
    matcher.add("strong", "核电", "standard", 0.9)
    assert [one.key for one in matcher.match(Article(title="", body="核电"))] == ["weak"]


def test_adding_a_key_again_replaces_and_removing_forgets() -> None:
    matcher = Matcher()
    matcher.add(("a", 1), "核电")
    matcher.add(("a", 1), "风电")
    matcher.add("b", "风电")
    assert [one.key for one in matcher.match(Article(title="风电"))] == [("a", 1), "b"]
    matcher.remove(("a", 1))
    assert [one.key for one in matcher.match(Article(title="风电"))] == ["b"]
    with pytest.raises(KeyError):
        matcher.remove(("a", 1))


def test_a_rule_that_is_refused_leaves_the_old_one() -> None:
    matcher = Matcher()
    matcher.add("a", "核电")
    with pytest.raises(RuleError):
        matcher.add("a", "核电 AND")
    assert len(matcher.match(Article(title="核电"))) == 1


def test_a_result_shows_the_rules_of_the_moment_of_match() -> None:
    matcher = Matcher()
    matcher.add("a", "核电")
    matches = matcher.match(Article(title="核电"))
    matcher.remove("a")
    assert [one.key for one in matches] == ["a"]
    assert matches[0].hits[0].text == "核电"
    assert matches[:1] == (matches[0],)


def one_by_one(gate: Gate, article: PreparedArticle, starts: Offsets, ends: Offsets) -> Verdicts:
    spans = zip(starts.tolist(), ends.tolist(), strict=True)
    return np.array([VERDICTS.index(gate.grade(article, *span)) for span in spans], np.uint8)


class CountingGate:
    """Keeps what does not stand before `refuse`, as likely, and counts how often it is asked for a grade."""

    def __init__(self, refuse: str = "") -> None:
        self.asked = 0
        self.refuse = refuse

    def grade(self, article: PreparedArticle, start: int, end: int) -> Verdict:
        self.asked += 1
        return "accident" if self.refuse and article.text.startswith(self.refuse, end) else "likely"

    def grades(self, article: PreparedArticle, starts: Offsets, ends: Offsets) -> Verdicts:
        return one_by_one(self, article, starts, ends)


def test_however_many_rules_the_gate_is_asked_for_each_span_once() -> None:
    gate = CountingGate()
    matcher = Matcher(gate=gate)
    for key in range(100):
        matcher.add(key, "标题:广元 OR 核电")
    assert len(matcher.match(Article(title="广元", body="广元，核电"))) == 100
    assert gate.asked == 3


def test_the_gate_sees_bare_terms_only_and_not_sees_only_what_it_keeps() -> None:
    matcher = Matcher(gate=CountingGate("宇"))
    for rule in ("广元", "“广元”", "推广 非 广元", "/推广元/"):
        matcher.add(rule, rule)
    matches = matcher.match(Article(title="推广元宇宙"))
    assert [(one.key, one.hits[0].certainty) for one in matches] == [
        ("“广元”", "certain"),
        ("推广 非 广元", "likely"),
        ("/推广元/", "certain"),
    ]


class BrokenGate(OpenGate):
    def grade(self, article: PreparedArticle, start: int, end: int) -> Verdict:
        if article.text[start:end] == "核电":
            raise ValueError("broken")
        return super().grade(article, start, end)

    def grades(self, article: PreparedArticle, starts: Offsets, ends: Offsets) -> Verdicts:
        return one_by_one(self, article, starts, ends)


@pytest.mark.parametrize("indexed", [True, False])
def test_a_rule_that_breaks_is_reported_and_stops_no_other(*, indexed: bool) -> None:
    topics = {"核电": Topic("核电", ("核电",)), "四川": Topic("四川", ("四川",))}
    matcher = Matcher(topics, gate=BrokenGate(), indexed=indexed)
    bad = ("核电", "四川 核电 OR 四川", "核电 NEAR/3 四川", "#核电", "核电 非 广元")
    good = ("四川", "“核电”", "四川 非 #四川", "核电站 或 四川")
    for rule in (*bad, *good):
        matcher.add(rule, rule)
    matches = matcher.match(Article(title="四川核电"))
    assert {one.key for one in matches} == {"四川", "“核电”", "核电站 或 四川"}
    assert {(key, str(error)) for key, error in matches.errors} == {(rule, "broken") for rule in bad}


def test_an_article_with_a_lone_surrogate_is_matched_by_every_kind_of_rule() -> None:
    assert [bool(match(rule, "\ud800核电站")) for rule in ("核电", "“核电”", "/核电站/")] == [True] * 3


def test_an_unknown_topic_is_refused_at_its_column_with_the_nearest_names() -> None:
    matcher = Matcher({"科技金融": Topic("科技金融", ("科技金融",))})
    with pytest.raises(RuleError) as caught:
        matcher.add("a", "四川 #科技金")
    assert caught.value.position == 3
    assert "科技金融" in caught.value.hint


def test_a_topic_matches_through_its_terms_and_children_unless_excluded() -> None:
    topics = {
        "能源": Topic("能源", ("风电",), excluded=("风电场旅游",)),
        "核电": Topic("核电", ("核能", "“核电”"), parents=("能源",)),
    }
    assert [hit.term for hit in match("#能源", "核电与风电", **topics)[0].hits] == ["核电", "风电"]
    assert [hit.term for hit in match("#能源", "核电与风电场旅游", **topics)[0].hits] == ["核电"]
    assert not match("#能源", "风电场旅游", **topics)
    assert not match("标题:#核电", "核电", **topics)
    assert match("#核電 同句 四川", "四川核能", **topics)


WORDS = st.text("核电广元aB2 ，。\n“", min_size=0, max_size=40)


@given(st.one_of(st.text("核电广元", min_size=2, max_size=3), st.text("aB2", min_size=2, max_size=3)), WORDS)
def test_a_simple_term_hits_what_a_naive_loop_over_the_original_finds(term: str, body: str) -> None:
    """The loop grows each span of the original until it folds to the term, and looks at the letters beside it."""
    expected = []
    for block in re.finditer(r"(?:(?!\n\s*\n).)+", body, re.DOTALL):
        expected += list(naive(term, block[0], base=block.start()))
    article = Article(title="", body=body)
    assert [(hit.start, hit.end) for one in match(term, article) for hit in one.hits] == expected


def naive(term: str, text: str, *, base: int) -> list[tuple[int, int]]:
    spans = []
    for start in range(len(text)):
        for end in range(start + 1, len(text) + 1):
            if folded(text[start:end]) != folded(term) or not folded(text[start]) or not folded(text[end - 1]):
                continue
            before, after = text[start - 1 : start], text[end : end + 1]
            joined_before = before and is_word(before.lower()) and is_word(text[start].lower())
            joined_after = after and is_word(after.lower()) and is_word(text[end - 1].lower())
            if not joined_before and not joined_after:
                spans.append((base + start, base + end))
    return spans


@given(st.text(), st.text("核电aB2 *“”傳統", min_size=2, max_size=6), st.data())
def test_every_hit_is_the_slice_of_its_field_and_contains_its_term(text: str, term: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    article = Article(title=text, section=term, body=(Paragraph(text[:at] + term + text[at:]), Point(1, text, term)))
    matcher = Matcher()
    try:
        matcher.add("rule", f"{term} OR 标题:“电”")
    except RuleError:
        return
    fields = {"title": article.title, "section": article.section, "body": article.text}
    for hit in (hit for one in matcher.match(article) for hit in one.hits):
        assert hit.text == fields[hit.field][hit.start : hit.end]
        parts = [part for part in map(folded, hit.term.split("*")) if part]
        assert all(part in folded(hit.text) for part in parts)
