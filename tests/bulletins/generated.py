"""Bulletins that no one wrote: what a printer of any format prints must read back as them."""

import datetime as dt

from hypothesis import strategies as st

from notifier.domain import Article, Block, Bulletin, Paragraph, Point, Section

WORDS = (
    "推动", "科技", "金融", "产业", "创新", "平台", "建设", "企业", "服务", "研发", "投入", "融合", "发展",
    "支持", "高校", "院所", "成果", "转化",
    "示范", "园区", "数据", "算力", "人才", "引育", "机制", "改革",
    "“揭榜制”", "《若干措施》", "5G", "AI", "2027年", "4.4%", "300家",
    "（试点）", "全省", "各地", "完善", "探索", "强化", "布局", "核电", "广元", "绵阳", "生态", "体系", "需求", "标准",
)  # fmt: skip
OPENINGS = ("省科技厅", "该市", "各单位", "本次改革", "平台建成后", "“十五五”时期", "工作专班")
SECTIONS = ("部委动态", "省外速览", "省内要情", "他山之石")

phrases = st.lists(st.sampled_from(WORDS), min_size=3, max_size=9).map("".join)
sentences = st.lists(phrases, min_size=2, max_size=5).map(lambda parts: "，".join(parts) + "。")


def _paragraphs() -> st.SearchStrategy[Paragraph]:
    return st.builds(
        lambda opening, parts: Paragraph(opening + "".join(parts)),
        st.sampled_from(OPENINGS),
        st.lists(sentences, min_size=1, max_size=4),
    )


@st.composite
def _bodies(draw: st.DrawFn) -> tuple[Block, ...]:
    first = draw(st.lists(_paragraphs(), min_size=1, max_size=3))
    count = draw(st.sampled_from([0, 0, 2, 3, 5]))
    headings = [draw(st.lists(st.sampled_from(WORDS[:20]), min_size=2, max_size=5).map("".join)) for _ in range(count)]
    points = [Point(at, heading, draw(sentences)) for at, heading in enumerate(headings, 1)]
    return (*first, *points)


@st.composite
def bulletins(draw: st.DrawFn) -> Bulletin:
    titles = draw(
        st.lists(
            st.lists(st.sampled_from(WORDS[:20]), min_size=6, max_size=14, unique=True).map("".join),
            min_size=1, max_size=5, unique=True,
        )
    )  # fmt: skip
    articles = [Article(title=title, body=draw(_bodies())) for title in titles]
    cut = draw(st.integers(1, len(articles)))
    groups = [group for group in (articles[:cut], articles[cut:]) if group]
    sections = tuple(Section(name, tuple(group)) for name, group in zip(SECTIONS, groups, strict=False))
    return Bulletin(
        title="创新要参", issue="8", date=dt.date(2026, 3, 5), publishers=("某省科学技术厅",), sections=sections
    )
