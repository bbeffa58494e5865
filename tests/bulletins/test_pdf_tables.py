"""Tables on pages, ruled or only aligned, are rows of cells; what merely looks like one is text."""

import random
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulletins.sheets import Stroke, Text, pdf
from notifier.bulletins import read
from notifier.domain import Article, Document, Table

TITLE = Text(150, 100, "全省重点项目建设稳步推进", 20)
LEAD = [
    Text(112, 140, "省科技厅会同有关部门推进平台建设，完善配套政策，支持", 16),
    Text(80, 168, "企业牵头组建创新联合体，具体情况如下。", 16),
]
CLOSE = "下一步，将完善评价体系，强化结果运用，推动比学赶超。"
CELLS = (
    "甲市",
    "核电装备",
    "算力平台",
    "1200",
    "4.4%",
    "广元新材料基地",
    "丙公司",
    "中试与服务",
    "2027年",
    "AI",
)

Texts = tuple[tuple[str, ...], ...]


def _article(*pages: Sequence[Text | Stroke]) -> Article:
    bulletin = read(Document(key="k", name="k.pdf", media_type="", content=pdf(pages)))
    assert len(bulletin.articles) == 1
    return bulletin.articles[0]


def _tables(article: Article) -> list[Texts]:
    assert isinstance(article.body, tuple)
    return [block.rows for block in article.body if isinstance(block, Table)]


def _set(rows: Texts, lefts: Sequence[float], top: float, *, leading: float = 26.0) -> Iterator[Text]:
    """A cell a place; a line break within a cell stays."""
    y = top
    for row in rows:
        lines = [cell.split("\n") for cell in row]
        for left, cell in zip(lefts, lines, strict=True):
            yield from (Text(left, y + 15 * at, text, 12) for at, text in enumerate(cell) if text)
        y += leading + 15 * (max(map(len, lines)) - 1)


def _ruled(xs: Sequence[float], ys: Sequence[float], *, filled: bool = False) -> Iterator[Stroke]:
    yield from (Stroke(xs[0], y, xs[-1], y, filled) for y in ys)
    yield from (Stroke(x, ys[0], x, ys[-1], filled) for x in xs)


cell_texts = st.sampled_from(CELLS)


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 4), st.integers(3, 7), st.booleans(), st.randoms(use_true_random=False))
def test_a_table_reads_back_between_its_paragraphs(columns: int, rows: int, filled: bool, rng: random.Random) -> None:
    head = ("序号", "项目", "单位", "投资")[:columns]
    table = (head, *(tuple(rng.choice(CELLS) for _ in head) for _ in range(rows)))
    lefts = [90 + at * 108 for at in range(columns)]
    ys = [186 + 26 * at for at in range(rows + 2)]
    close = Text(112, ys[-1] + 30, CLOSE, 16)
    ruled = list(_ruled([80.0 + at * 108 for at in range(columns + 1)], ys, filled=filled))
    for strokes in ([], ruled):
        article = _article([TITLE, *LEAD, *_set(table, lefts, 204), *strokes, close])
        assert _tables(article) == [table]
        assert [block.kind for block in article.body if not isinstance(block, str)] == [
            "paragraph",
            "table",
            "paragraph",
        ]


def test_text_that_wraps_within_its_cell_is_one_cell() -> None:
    table = (
        ("序号", "项目", "单位"),
        ("1", "核电装备关键材料\n研发平台建设", "甲院"),
        ("2", "算力平台", "乙大学和\n丙公司"),
    )
    joined = (table[0], ("1", "核电装备关键材料研发平台建设", "甲院"), ("2", "算力平台", "乙大学和丙公司"))
    ys = [186, 212, 253, 294]
    strokes = list(_ruled([80, 130, 260, 400], ys))
    for lines in ([], strokes):
        article = _article([TITLE, *LEAD, *_set(table, (90, 140, 270), 204), *lines, Text(112, 340, CLOSE)])
        assert _tables(article) == [joined]


def test_cells_that_stand_close_together_are_parted_by_their_line() -> None:
    lines = [Text(84, 204, "核电装备材料", 12), Text(160, 204, "甲材料研究院", 12), Text(84, 230, "平台", 12),
             Text(160, 230, "乙大学", 12)]  # fmt: skip
    table = _tables(_article([TITLE, *LEAD, *lines, *_ruled([80, 158, 240], [186, 212, 238]), Text(112, 290, CLOSE)]))
    assert table == [(("核电装备材料", "甲材料研究院"), ("平台", "乙大学"))]


def test_merged_cells_stand_once() -> None:
    lines = [Text(90, 204, "甲市", 12), Text(190, 204, "一期", 12), Text(290, 204, "1200", 12),
             Text(190, 230, "二期", 12), Text(290, 230, "800", 12), Text(150, 256, "合计", 12),
             Text(290, 256, "2000", 12)]  # fmt: skip
    level = [
        Stroke(80, 186, 380, 186),
        Stroke(180, 212, 380, 212),
        Stroke(80, 238, 380, 238),
        Stroke(80, 264, 380, 264),
    ]
    upright = [
        Stroke(80, 186, 80, 264),
        Stroke(180, 186, 180, 238),
        Stroke(280, 186, 280, 264),
        Stroke(380, 186, 380, 264),
    ]
    article = _article([TITLE, *LEAD, *lines, *level, *upright, Text(112, 300, CLOSE)])
    assert _tables(article) == [(("甲市", "一期", "1200"), ("", "二期", "800"), ("合计", "", "2000"))]


@pytest.mark.parametrize("ruled", [False, True])
@pytest.mark.parametrize("head", [False, True])
@pytest.mark.parametrize("first", [1, 2, 14])
def test_a_table_over_two_pages_is_one(ruled: bool, head: bool, first: int) -> None:
    """With its head repeated or not; however few of its rows the first page has."""
    top = ("序号", "项目", "单位")
    rows = tuple((str(at), f"第{at}批平台建设", f"第{at}研究院") for at in range(1, 21))
    pages: list[list[Text | Stroke]] = [[TITLE, *LEAD], []]
    spans = ((top, *rows[:first]), (top, *rows[first:]) if head else rows[first:])
    for at, (page, part) in enumerate(zip(pages, spans, strict=True)):
        start = 204.0 if at == 0 else 128.0
        page += list(_set(part, (90, 140, 270), start))
        if ruled:
            page += list(_ruled([80, 130, 260, 400], [start - 18 + 26 * row for row in range(len(part) + 1)]))
        page.append(Text(280, 800, f"— {at + 1} —", 12))
    pages[1].append(Text(112, 128 + 26 * len(spans[1]) + 20, CLOSE, 16))
    assert _tables(_article(*pages)) == [(top, *rows)]


def test_a_row_cut_by_the_end_of_the_page_is_one_row() -> None:
    first = [("序号", "项目", "单位"), ("1", "核电装备关键材料", "甲院"), ("2", "算力调度平台及其", "乙大学和")]
    second = [("", "应用示范", "丙公司"), ("3", "中试基地", "丁院")]
    xs = [80, 130, 260, 400]
    pages = [
        [TITLE, *LEAD, *_set(tuple(first), (90, 140, 270), 204), *_ruled(xs, [186, 212, 238, 264])],
        [*_set(tuple(second), (90, 140, 270), 128), *_ruled(xs, [110, 136, 162]), Text(112, 200, CLOSE)],
    ]
    table = (*first[:2], ("2", "算力调度平台及其应用示范", "乙大学和丙公司"), second[1])
    assert _tables(_article(*pages)) == [table]


def test_a_table_knows_its_page_and_place() -> None:
    rows = (("市", "投入"), ("甲市", "1200"), ("乙市", "800"), ("丙市", "650"))
    article = _article([TITLE, *LEAD, *_set(rows, (90, 240), 204), Text(112, 330, CLOSE)])
    place = next(block.place for block in article.body if isinstance(block, Table))
    assert place is not None
    assert (place.page, round(place.x)) == (1, 90)
    assert 190 < place.y < 204


NO_TABLES: dict[str, list[Text | Stroke]] = {
    "a frame around text": [
        Text(112, 220, "本表所列项目均已通过论证，资金已经到位，", 14), Text(90, 245, "预计年底前开工建设。", 14),
        *_ruled([80, 500], [190, 260])],
    "the lines of a chart": [
        *(Stroke(120, 200 + 20 * at, 400, 200 + 20 * at) for at in range(6)), Stroke(120, 200, 120, 300),
        *(Text(95, 204 + 20 * at, f"{100 - 20 * at}", 10) for at in range(6)), Text(180, 320, "图1　投入情况", 11)],
    "a list with its bullets apart": [
        text for at in range(4)
        for text in (Text(84, 210 + 26 * at, "•", 14), Text(124, 210 + 26 * at, f"推进第{at + 1}批平台建设。", 14))],
    "two sides of two lines": [
        Text(80, 210, "某省科学技术厅", 14), Text(400, 210, "项目办公室", 14), Text(80, 240, "电话：1234567", 14),
        Text(400, 240, "传真：7654321", 14)],
}  # fmt: skip


@pytest.mark.parametrize("name", NO_TABLES)
def test_what_only_looks_like_a_table_is_text(name: str) -> None:
    bulletin = read(
        Document(
            key="k", name="k", media_type="", content=pdf([[TITLE, *LEAD, *NO_TABLES[name], Text(112, 360, CLOSE)]])
        )
    )
    assert not [block for article in bulletin.articles for block in article.body if isinstance(block, Table)]
    shown = "".join(article.title + article.text for article in bulletin.articles)
    for item in NO_TABLES[name]:
        assert isinstance(item, Stroke) or item.text.replace("　", "") in shown.replace(" ", "").replace("　", "")


def test_a_contents_list_without_leaders_is_no_table() -> None:
    titles = ["全省重点项目建设稳步推进", "清溪市推出先用后转机制", "南湾市组建创新联合体", "北川县建设中试平台"]
    head = [Text(200, 80, "创新要参", 36), Text(220, 120, "2026年第8期"), Text(220, 150, "2026年3月5日")]
    rows = [text for at, title in enumerate(titles)
            for text in (Text(80, 240 + 28 * at, title), Text(480, 240 + 28 * at, f"{at + 2} "))]  # fmt: skip
    pages: list[list[Text | Stroke]] = [[*head, Text(260, 210, "目　录"), *rows]]
    for at, title in enumerate(titles):
        lines = [
            Text(80, 168 + 28 * line, f"企业牵头组建创新联合体第{at}{line}批，完善政策，推进平台建设")
            for line in range(4)
        ]
        pages.append([Text(150, 100, title, 20), *lines, Text(80, 300, "取得进展。")])
    bulletin = read(Document(key="k", name="k", media_type="", content=pdf(pages)))
    assert [article.title for article in bulletin.articles] == titles
    assert not [block for article in bulletin.articles for block in article.body if isinstance(block, Table)]
    assert bulletin.quality.score == 1.0


def test_a_document_may_be_nothing_but_a_table() -> None:
    rows = (("市", "投入"), ("甲市", "1200"), ("乙市", "800"), ("丙市", "650"))
    bulletin = read(Document(key="k", name="k", media_type="", content=pdf([list(_set(rows, (90, 240), 204))])))
    assert [_tables(article) for article in bulletin.articles] == [[rows]]


def test_squared_paper_is_no_table() -> None:
    level = [Stroke(40, 40 + 12 * at, 560, 40 + 12 * at) for at in range(60)]
    upright = [Stroke(40 + 12 * at, 40, 40 + 12 * at, 748) for at in range(44)]
    beside = [Text(80, 250, "甲市", 14), Text(300, 250, "乙市", 14)]
    assert not _tables(_article([TITLE, *LEAD, *level, *upright, *beside, Text(112, 360, CLOSE)]))


def test_what_stands_beyond_all_pages_harms_nothing() -> None:
    wild = [Text(1e38, 300, "很远的文字", 14), Text(90, 320, "很大的文字", 1e38), Stroke(-1e38, 200, 1e38, 200)]
    shown = _article([TITLE, *LEAD, *wild, Text(112, 360, CLOSE)]).text
    assert CLOSE in shown
