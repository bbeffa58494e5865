"""OFD: text with places, read as a person reads the page."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from bulletins.ofds import ofd
from bulletins.ofds import text_object as _text
from bulletins.word import zipped
from notifier.bulletins import read
from notifier.bulletins.formats.ofd import read_ofd
from notifier.domain import Document, Paragraph
from notifier.errors import ReadError


def _document(content: bytes) -> Document:
    return Document(key="a.ofd", name="a.ofd", media_type="", content=content)


def _ofd(*pages: str, template: str = "") -> Document:
    return _document(ofd(*pages, template=template))


def _lines(document: Document) -> Sequence[str]:
    return [line.text for line in read_ofd(document).lines]


def test_a_real_one_is_read_as_a_person_reads_it(shared: Path) -> None:
    """Paragraphs whole over their lines, page numbers gone, the imprint known."""
    bulletin = read(_document((shared / "bulletins" / "sample.ofd").read_bytes()))
    [article] = bulletin.articles
    assert article.title == "关于同意张阿三同志辞职的批复"
    assert isinstance(article.body, tuple)
    start = article.body.index(Paragraph("区中医院："))
    assert [block.display() for block in article.body[start:][:3]] == [
        "区中医院：",
        "你院《关于给张阿三同志辞职的请示》（路中医发〔2011〕10号）收悉。",
        "张阿三，男，1978年2月出生，籍贯江西新建，2001年9月参加工作，本科学历，主治医师，系区中医院职工。",
    ]
    assert "根据《浙江省专业技术人员和管理人员辞职暂行办法》（浙人才〔1993〕73号）文件精神" in article.text
    assert (bulletin.imprint.issuer, str(bulletin.imprint.date)) == ("测试符路桥区卫生局办公室", "2011-03-10")
    assert "— 1 —" not in article.text


def test_lines_are_read_by_their_places_and_not_in_the_order_of_the_file() -> None:
    page = _text("下行文字", 20, 100) + _text("左", 20, 50) + _text("右边", 150, 50)
    assert _lines(_ofd(page)) == ["左  右边", "下行文字"]


def test_a_line_of_several_text_codes_and_letter_spacing_is_one_text() -> None:
    row = _text("推动", 20, 50) + _text("科技创新", 30, 50) + _text("发展", 60, 50, deltas="10")
    assert _lines(_ofd(row)) == ["推动科技创新  发 展"]
    assert _lines(_ofd(_text("科技金融", 20, 50, deltas="g 3 5.2"))) == ["科技金融"]


def test_places_are_points_and_pages_are_counted() -> None:
    first, second = read_ofd(_ofd(_text("甲", 25.4, 20), _text("乙", 25.4, 20))).lines
    assert (first.page, second.page, first.x) == (1, 2, 72.0)
    assert first.size == pytest.approx(14.2, abs=0.1)


def test_text_of_templates_is_read_and_invisible_text_is_not() -> None:
    page = "!" + _text("正文", 20, 80) + _text("不可见", 20, 120, more='Visible="false"')
    assert _lines(_ofd(page, template=_text("云岭省科学技术厅文件", 20, 60))) == ["云岭省科学技术厅文件", "正文"]


def test_a_transformation_moves_and_scales_the_text() -> None:
    [line] = read_ofd(_ofd(_text("甲", 10, 10, size=1, more='CTM="5 0 0 5 10 20"'))).lines
    assert line.x == pytest.approx(56.7, abs=0.1)
    assert line.size == pytest.approx(14.2, abs=0.1)


@pytest.mark.parametrize("page", ["", _text("   ", 10, 10), _text("x", 10, 10, size=0)])
def test_an_ofd_without_text_is_for_a_person(page: str) -> None:
    with pytest.raises(ReadError) as caught:
        read(_ofd(page))
    assert caught.value.needs_person


@pytest.mark.parametrize(
    "files",
    [
        {"OFD.xml": "<a/>"},
        {"OFD.xml": "<a><b><DocRoot>x.xml</DocRoot></b></a>"},
        {"OFD.xml": "<a><b><DocRoot>OFD.xml</DocRoot></b></a>"},
        {"OFD.xml": "<!DOCTYPE a><a/>"},
        {"OFD.xml": "<a>"},
    ],
)
def test_a_broken_file_is_a_clear_error(files: dict[str, str]) -> None:
    with pytest.raises(ReadError):
        read(_document(zipped(files.items())))


def test_numbers_that_are_none_do_no_harm() -> None:
    page = _text("文字", 20, 50, deltas="nan inf 1e400 x", more='CTM="1 0 0"') + _text(
        "多", 20, 90, deltas="g 999999999 1"
    )
    assert _lines(_ofd(page)) == ["文字", "多"]
