"""PDF: what stands on a page is read as a person reads it, and nothing else is."""

import json
import random
import re
import threading
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bulletins.generated import bulletins
from bulletins.sheets import Text, pdf
from bulletins.typeset import LOOKS, Look, typeset
from notifier.bulletins import identity, read
from notifier.bulletins.formats.pdf.reader import read_pdf
from notifier.domain import Bulletin, Document, bulletin_to_dict, page_of
from notifier.errors import ReadError

SAMPLE = pdf(
    [[Text(80, 100 + 28 * at, "平台建设取得进展，成果丰硕。") for at in range(10)], [Text(80, 100, "第二页。")]]
)


def _document(content: bytes) -> Document:
    return Document(key="k", name="k.pdf", media_type="", content=content)


def _read(content: bytes) -> Bulletin:
    return read(_document(content))


def _bare(bulletin: Bulletin) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """Sections, titles and blocks without white space."""
    return [
        (section.name, [(_squeezed(one.title), list(map(_squeezed, _shown(one.body)))) for one in section.articles])
        for section in bulletin.sections
    ]


def _shown(body: object) -> list[str]:
    assert isinstance(body, tuple)
    return [block.display() for block in body]


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@settings(max_examples=40, deadline=None)
@given(bulletins(), st.sampled_from(LOOKS))
def test_a_bulletin_set_on_pages_reads_back(bulletin: Bulletin, look: Look) -> None:
    content = typeset(bulletin, look)
    assume(content)
    got = _read(content)
    assert _bare(got) == _bare(bulletin)
    assert (got.title, got.issue, got.total, got.date) == ("创新要参", "8", "126", bulletin.date)
    assert got.publishers == bulletin.publishers
    assert (got.distribution.to, got.distribution.cc) == (("甲", "乙、丙"), ("丁", "戊"))
    assert got.quality.score == 1.0
    assert all(page_of(article, 0) for article in got.articles)


def test_the_real_bulletin_reads_exactly_as_its_right_reading(shared: Path) -> None:
    folder = shared / "bulletins"
    got = _read((folder / "52.pdf").read_bytes())
    gold = (folder / "52.gold.json").read_text("utf-8")
    assert _squeezed(str(bulletin_to_dict(got))) == _squeezed(str(json.loads(gold)))
    as_text = read(Document(key="k", name="52.txt", media_type="", content=(folder / "52.txt").read_bytes()))
    assert identity(got) == identity(as_text)
    assert (page_of(got.articles[0], 0), page_of(got.articles[-1], 0)) == (2, 8)


def test_a_block_knows_where_it_begins() -> None:
    lines = [Text(80, 100 + 28 * at, f"这{at}段文字讲的是平台建设的进展情况，内容完整。") for at in range(3)]
    body = _read(pdf([[], lines])).articles[0].body
    assert isinstance(body, tuple)
    place = body[-1].place
    assert place is not None
    assert (place.page, round(place.x)) == (2, 80)
    assert 130 < place.y < 160


def test_a_scan_is_for_a_person_and_never_an_empty_bulletin() -> None:
    with pytest.raises(ReadError, match="扫描件") as caught:
        _read(pdf([[], []]))
    assert caught.value.needs_person


def test_glyphs_without_characters_are_for_a_person() -> None:
    with pytest.raises(ReadError, match="编码") as caught:
        _read(pdf([[Text(80, 100, "\ue101\ue102\ue103\ue104")]]))
    assert caught.value.needs_person


def test_a_damaged_file_says_so() -> None:
    with pytest.raises(ReadError, match="已损坏"):
        _read(b"%PDF-1.7\nnothing")


def test_a_page_without_text_among_others_is_told() -> None:
    quality = _read(pdf([[Text(80, 100, "平台建设取得进展，成果丰硕。")], []])).quality
    assert quality.doubtful
    assert "没有文字的页" in quality.problems[0][0]


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        ([Text(80, 100, "科⽬技⻓江")], "科目技长江"),
        ([Text(80, 100, "面积10"), Text(112 + 16, 94, "2", 8), Text(136, 100, "平方米")], "面积10²平方米"),
        ([Text(80, 100, "重影文字"), Text(80.3, 100, "重影文字")], "重影文字"),
        ([Text(80, 100, "第1页转过来的文字", turned=True)], "第1页转过来的文字"),
        ([Text(80, 100, "of\ufb01ce work")], "office work"),
    ],
)
def test_what_a_person_sees(lines: list[Text], text: str) -> None:
    assert _read(pdf([lines])).articles[0].title == text


def test_a_footnote_follows_the_text_that_it_interrupts() -> None:
    """It stands below the first page, in the middle of a paragraph that goes on over the page."""
    first = [Text(112, 100, "省科技厅会同有关部门推进平台建设，完善配套政策，支持企"),
             *[Text(80, 128 + 28 * at, "业牵头组建创新联合体，完善配套政策，推进平台建设，支持企") for at in range(20)],
             Text(80, 720, "① 数据来自统计公报。", 9)]  # fmt: skip
    second = [Text(80, 100, "业牵头。"), Text(112, 128, "第二段话也不短，说的是成果转化的进展情况，以及下一步。")]
    body = _read(pdf([first, second])).articles[0].body
    assert isinstance(body, tuple)
    ends = [block.display()[-7:] for block in body]
    assert ends == ["支持企业牵头。", "，以及下一步。", "据来自统计公报。"[-7:]]


def test_a_space_between_chinese_characters_is_kept_where_a_person_sees_it() -> None:
    """Browsers print none: they leave a gap, of a third of a character. What is spaced out evenly has none."""
    names = [Text(80 + 38 * at, 100, name) for at, name in enumerate(("王伟", "李明", "张三"))]
    assert [line.text for line in read_pdf(_document(pdf([names]))).lines] == ["王伟 李明 张三"]
    spread = [Text(80, 100, "王伟李明张三", spread=6)]
    assert [line.text for line in read_pdf(_document(pdf([spread]))).lines] == ["王伟李明张三"]


def test_a_page_with_few_full_lines_is_as_wide_as_the_others() -> None:
    """Two short lines of the second page end at one place, which is no margin."""
    full = "省科技厅会同有关部门推进平台建设，完善配套政策，支持企"
    first = [Text(112, 100, full[:25]), *[Text(80, 128 + 28 * at, f"{full[:25]}{at:02}业") for at in range(20)]]
    short = ["清溪市推进平台建设，完善政策。", "南湾市推进平台建设，完善政策。", "北川县推进平台建设，完善。"]
    second = [*(Text(112, 100 + 28 * at, text) for at, text in enumerate(short)),
              Text(112, 184, full[:25]), Text(80, 212, "业牵头组建创新联合体，完善政策，推进平。"),
              Text(112, 240, "云岭区推进平台建设，完善。"), Text(112, 268, "平川区推进平台建设。")]  # fmt: skip
    lines = read_pdf(_document(pdf([first, second]))).lines
    assert {line.extent for line in lines if line.text == full[:25]} == {54}


def test_threads_may_read_at_once(shared: Path) -> None:
    """PDFium itself is not safe for threads."""
    content = (shared / "bulletins" / "52.pdf").read_bytes()
    counts: list[int] = []
    threads = [threading.Thread(target=lambda: counts.append(len(_read(content).articles))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [5, 5, 5, 5]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 40))
def test_any_bytes_give_a_bulletin_or_a_read_error(seed: int, changes: int) -> None:
    rng = random.Random(seed)
    content = bytearray(SAMPLE)
    for _ in range(changes):
        at = rng.randrange(len(content))
        how = rng.randrange(3)
        if how == 0:
            content[at] = rng.randrange(256)
        elif how == 1:
            del content[at : at + rng.randrange(40)]
        else:
            content[at:at] = bytes(rng.randrange(256) for _ in range(rng.randrange(20)))
    try:
        _read(bytes(content))
    except ReadError as error:
        said = error.zh, error.en
    else:
        said = "read", "read"
    assert all(said)
