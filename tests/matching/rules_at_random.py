"""Rules over the whole language, and articles that they may match, for hypothesis."""

import datetime as dt
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from notifier.domain import Article, Fact, Paragraph, Point
from notifier.matching import Topic

TOPICS = {
    "能源": Topic("能源", ("风电", "核电*站", "“光伏”"), excluded=("风电场",)),
    "核电": Topic("核电", ("核能", "核电"), excluded=("考核电*", "“审核电子”"), parents=("能源",)),
    "元宇宙": Topic("元宇宙", ("元宇宙", "AI")),
}
WORDS = (
    "核电 广元 推广 元宇宙 考核 电子 科技 金融 科技金融 風電 风电 成都 四川 成都市 AI 5G nuclear ai said "
    "核能 审核电子 风电场 学会 科技金融专营机构体系建设 power"
).split()
PATTERNS = ("科*金融", "核电*站", "nuclear*", "A*I", "广元*宇", "推*元*宙")
REGEXES = ("/第.{1,3}批/", "/核电(站|厂)/", "/^科技/", "/金融$/", "/广元|推广/", "/风电.*核电/", "/AI[0-9]?模型/")
FACTS = (
    "地区:四川", "地区:广元、苍溪县", "地区:(四川 非 成都)", "机关:科技厅", "机关:“四川省”", "文号:川科发〔2025〕12号",
    "文号:川科发*号", "日期>=2026-01-01", "日期<2026", "截止<=2026-03", "截止>2026-03-01", "机关:(科技厅 或 财政厅)",
    "机关:/科技.厅/", "机关:#能源",
)  # fmt: skip
FIELDS = ("标题", "正文", "栏目", "来源", "刊名")

_item = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(WORDS).map(lambda word: f"“{word}”"),
    st.sampled_from(PATTERNS),
    st.sampled_from(REGEXES),
    st.sampled_from(list(TOPICS)).map(lambda name: f"#{name}"),
    st.text("核电广元推宇宙AI5", min_size=1, max_size=4),
)
_leaf = st.one_of(
    st.sampled_from(WORDS),
    _item,
    st.lists(_item, min_size=2, max_size=4).map("、".join),
    st.tuples(st.sampled_from(FIELDS), _item).map(":".join),
    st.sampled_from(FACTS),
    st.lists(st.sampled_from(WORDS), min_size=5, max_size=7).map(lambda words: f"({' OR '.join(words)})"),
)
_link = st.sampled_from(["NEAR/3", "邻近10", "同句", "同段"])


def _joined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    bracketed = inner.map(lambda text: f"({text})")
    return st.one_of(
        st.lists(bracketed | _leaf, min_size=2, max_size=4).map(" ".join),
        st.lists(bracketed | _leaf, min_size=2, max_size=4).map(" OR ".join),
        st.tuples(bracketed | _leaf, bracketed | _leaf).map(" NOT ".join),
        st.tuples(bracketed | _leaf, _link, bracketed | _leaf).map(" ".join),
        st.tuples(st.sampled_from(FIELDS), bracketed).map(":".join),
        bracketed.map(lambda text: f"NOT {text}"),
    )


def rules() -> st.SearchStrategy[str]:
    """Texts of rules; some are refused by the parser."""
    return st.recursive(_leaf, _joined, max_leaves=8)


_PIECES = (
    *WORDS, "站", "场", "专营机构", "体系建设", "，", "。", "、", "的", "第三批", "子政务", "都市圈", "模型", " ", "\n",
    "“", "”", "　", "\n\n", "ＡＩ", "傳統", "nuclears", "said", "①", "…", "e\u0301", "核", "电", "元", "3",
    "一、二、三、四、五、六、七、八、九、",
)  # fmt: skip
_text = st.lists(st.sampled_from(_PIECES), max_size=14).map("".join)
_body = st.one_of(
    _text,
    st.lists(
        st.one_of(_text.map(Paragraph), st.tuples(st.integers(1, 9), _text, _text).map(lambda one: Point(*one))),
        max_size=4,
    ).map(tuple),
)
_FACTS = (
    Fact("issuer", "四川省科学技术厅", "四川省科学技术厅", "body", 0, 8),
    Fact("docno", "川科发〔2025〕12号", "川科发〔2025〕12号", "body", 0, 12),
    Fact("deadline", "2026年3月15日", "2026-03-15", "body", 0, 10),
    Fact("place", "苍溪县", "510824", "title", 0, 3),
    Fact("place", "成都", "510100", "body", 0, 2),
)
_day = st.none() | st.dates(dt.date(2025, 6, 1), dt.date(2026, 6, 1)).map(
    lambda day: dt.datetime(day.year, day.month, day.day, tzinfo=ZoneInfo("Asia/Shanghai"))
)


def articles() -> st.SearchStrategy[Article]:
    return st.builds(
        Article,
        title=_text,
        body=_body,
        section=st.sampled_from(["", "科技金融", "核电"]),
        source=st.sampled_from(["", "科技厅", "AI日报"]),
        byline=st.sampled_from(["", "风电网"]),
        bulletin=st.sampled_from(["", "创新驱动要参", "核电周报"]),
        published_at=_day,
        facts=st.lists(st.sampled_from(_FACTS), unique=True, max_size=4).map(tuple),
    )
