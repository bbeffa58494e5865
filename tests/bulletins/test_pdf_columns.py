"""Columns on pages are read one after the other, block by block."""

import random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bulletins.sheets import Stroke, Text, pdf
from notifier.bulletins.formats.pdf.reader import read_pdf
from notifier.domain import Document

SIZE, LEADING = 10.5, 17.0
LEFT, RIGHT = 62.0, 310.0
LONG = "省科技厅会同有关部门推进平台建设完善政策"
HEADS = ("部委动态", "省内要情与市州创新工作", "他山之石", "科研进展")
Sheet = list[Text | Stroke]


def _texts(*sheets: Sheet) -> list[str]:
    lines = read_pdf(Document(key="k", name="k.pdf", media_type="", content=pdf(sheets))).lines
    return ["".join(line.text.split()) for line in lines]


def _line(number: int) -> str:
    """As wide as a column; no two are the same."""
    return f"{number:02}{LONG}"[:21]


def _block(sheet: Sheet, y: float, count: int, rest: int, first: int) -> tuple[float, list[str]]:
    """Two columns of lines from y on, the right one shorter by `rest`; where they end, and what they say in order."""
    right = count - rest
    said = [_line(first + at) for at in range(count + right)]
    for at, text in enumerate(said):
        row = at if at < count else at - count
        sheet.append(Text(LEFT if at < count else RIGHT, y + LEADING * row, text, SIZE))
    return y + LEADING * (count - 1), said


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["centred", "left", "rule", "open"]), st.integers(4, 9)), min_size=2, max_size=4
    ),
    st.randoms(use_true_random=False),
)
@example([("centred", 4), ("open", 4)], random.Random(1))  # the heading ends further out than the left column
def test_blocks_of_columns_are_read_block_by_block(blocks: list[tuple[str, int]], rng: random.Random) -> None:
    """What parts them: a heading over both, a large one at the left, a drawn line, white space in mid-sentence."""
    sheet: Sheet = []
    said: list[str] = []
    y = 80.0
    for at, (how, count) in enumerate(blocks):
        if how in ("centred", "left"):
            y += 34
            sheet.append(Text(270 - 8 * len(HEADS[at]) if how == "centred" else LEFT, y, HEADS[at], 16))
            said.append(HEADS[at])
            y += 26
        elif at:
            sheet += [Stroke(LEFT, y + 8, RIGHT + 220, y + 8)] if how == "rule" else []
            y += 18 if how == "rule" else 2.1 * LEADING
        y, lines = _block(sheet, y, count, rng.choice([0, 1]) if at + 1 < len(blocks) else 0, 20 * at + 10)
        said += lines
    assert _texts(sheet) == said


def test_pairs_of_columns_of_another_width_are_read_each_on_its_own() -> None:
    sheet: Sheet = []
    y, said = _block(sheet, 80, 8, 0, 10)
    sheet.append(Text(220, y + 34, "部委动态", 16))
    narrow = [f"{at}会同部门推进平台" for at in range(40, 58)]
    for at, text in enumerate(narrow):
        sheet.append(Text(LEFT + 165 * (at // 6), y + 62 + LEADING * (at % 6), text, SIZE))
    assert _texts(sheet) == [*said, "部委动态", *narrow]


@pytest.mark.parametrize("white", [1.0, 1.4])
def test_titles_that_stand_at_one_height_in_both_columns_are_no_end_of_them(white: float) -> None:
    """Both columns happen to have a title there; the text of the left one had ended."""
    sheet: Sheet = []
    _, said = _block(sheet, 80, 6, 0, 10)
    sheet = [line for line in sheet if isinstance(line, Text) and line.text not in (said[5], said[11])]
    said[5], said[11] = "平台建设取得进展。", "企业牵头组建联合体。"
    sheet += [Text(LEFT, 80 + 5 * LEADING, said[5], SIZE), Text(RIGHT, 80 + 5 * LEADING, said[11], SIZE)]
    y = 80 + 6 * LEADING + white * SIZE
    titles = ["清溪市推出先用后转", "南湾市组建创新联合体"]
    sheet += [Text(LEFT, y, titles[0], 11), Text(RIGHT, y, titles[1], 11)]
    _, below = _block(sheet, y + LEADING, 7, 0, 30)
    assert _texts(sheet) == [*said[:6], titles[0], *below[:7], *said[6:], titles[1], *below[7:]]


def test_headings_that_stand_at_one_height_in_both_columns_are_no_end_of_them() -> None:
    """A section begins at the head of each column."""
    sheet: Sheet = [Text(LEFT, 100, "部委动态", 16), Text(RIGHT, 100, "省外速览", 16)]
    sheet += [Text(LEFT, 130, "清溪市推出先用后转", 13), Text(RIGHT, 130, "南湾市组建创新联合体", 13)]
    _, said = _block(sheet, 156, 8, 0, 10)
    assert _texts(sheet) == [
        "部委动态", "清溪市推出先用后转", *said[:8], "省外速览", "南湾市组建创新联合体", *said[8:]
    ]  # fmt: skip


def test_a_page_of_two_pages_side_by_side_is_read_as_two() -> None:
    """Each half has two columns; the next sheet has its halves in one column."""
    left = [f"{at}省科技厅推进平台建设完善" for at in range(10, 34)]
    first: Sheet = [
        Text(40 + 128 * (at // 6) + (16 if at >= 12 else 0), 90 + LEADING * (at % 6), text, 9)
        for at, text in enumerate(left)
    ]
    wide = [f"{at}省科技厅会同有关部门推进平台建设完善配套政策支" for at in range(40, 54)]
    second: Sheet = [Text(40 + 272 * (at // 7), 90 + LEADING * (at % 7), text, 9) for at, text in enumerate(wide)]
    assert _texts(first, second) == [*left, *wide]


def test_a_short_list_beside_the_text_is_read_on_its_own() -> None:
    """Smaller, on lines of its own height, its rows broken within words; on the next page nothing stands beside."""
    rows = [
        "本期要目",
        "● 清溪市推进平台建设完善政",
        "策",
        "● 南湾市组建创新联合体支持",
        "企业",
        "● 北川县建设数字茶园",
    ]
    text = [f"{at}省科技厅会同有关部门推进平台建设完善配套" for at in range(10, 30)]
    beside: Sheet = [Text(62, 100 + 15 * at, row, 9) for at, row in enumerate(rows)]
    first: Sheet = [*beside, *(Text(240, 103 + 21 * at, line, 12) for at, line in enumerate(text))]
    below = [f"{at}省科技厅会同有关部门推进平台建设完善配套" for at in range(40, 46)]
    second: Sheet = [Text(240, 103 + 21 * at, line, 12) for at, line in enumerate(below)]
    assert _texts(first, second) == ["".join(row.split()) for row in rows] + text + below


def test_the_end_of_three_columns_is_read_as_three() -> None:
    """Two lines each on the last page, which does not show by itself where its columns are."""
    said = [f"{at}推进平台建设完善政策" for at in range(10, 34)]
    first: Sheet = [Text(62 + 165 * (at // 8), 140 + 17 * (at % 8), line, SIZE) for at, line in enumerate(said)]
    rest = [f"{at}推进平台建设完善政策" for at in range(40, 46)]
    second: Sheet = [Text(62 + 165 * (at // 2), 140 + 17 * (at % 2), line, SIZE) for at, line in enumerate(rest)]
    assert _texts(first, second) == said + rest
