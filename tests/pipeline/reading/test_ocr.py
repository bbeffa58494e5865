"""Scans are read by OCR where the extra is installed, and marked; without it they wait for a person."""

import io
from functools import cache

import pypdfium2
import pytest
from PIL import Image

from bulletins.printed import print_page
from notifier.bootstrap import Service
from notifier.domain import Document
from notifier.errors import ReadError
from notifier.pipeline.reading.ocr import SURE, Ocr, find_ocr
from notifier.pipeline.reading.reader import Reader
from pipeline.job import mails, put, subscribe, work

STYLE = (
    "<style>body{font:16pt/28pt 'Noto Serif CJK SC'}h1,h2,center{text-align:center}p{text-indent:2em;margin:0}</style>"
)
TEXT = "近日，广元核电项目开工建设，进展顺利，省有关部门表示将继续做好服务。"
PAGE = f"{STYLE}<h1>创新驱动简报</h1><center>第7期</center><center>2026年3月5日</center>"
PAGE += f"<h2>广元核电项目建设取得新的进展</h2><p>{TEXT}</p><p>下一步将抓好落实。</p>"


@cache
def scan(pages: int = 1) -> bytes:
    """A PDF of pictures of the page."""
    printed = pypdfium2.PdfDocument(print_page(PAGE))
    picture = printed[0].render(scale=150 / 72).to_pil()
    out = io.BytesIO()
    picture.save(out, "PDF", resolution=150, save_all=True, append_images=[picture] * (pages - 1))
    return out.getvalue()


def picture() -> bytes:
    out = io.BytesIO()
    pypdfium2.PdfDocument(scan())[0].render(scale=2).to_pil().save(out, "PNG")
    return out.getvalue()


def document(content: bytes, name: str = "7.pdf") -> Document:
    return Document(key=name, name=name, media_type="", content=content)


def refusal(ocr: Ocr, content: bytes, name: str = "7.pdf") -> ReadError:
    with pytest.raises(ReadError) as caught:
        ocr(document(content, name))
    return caught.value


@pytest.fixture
def ocr() -> Ocr:
    found = find_ocr()
    if found is None:
        pytest.fail("the extra `ocr` is missing: pip install -c constraints.txt -e '.[dev,ocr]', then run again")
    return found


@pytest.mark.usefixtures("ocr")
def test_a_scan_is_read_and_marked(service: Service) -> None:
    subscribe(service, "a@example.org", "核电")
    put(service, "7.pdf", scan())
    (read,) = work(service).read
    assert read.bulletin is not None
    assert (read.state, read.bulletin.title, read.bulletin.issue) == ("read", "创新驱动简报", "7")
    (article,) = read.bulletin.articles
    assert (article.title, article.text) == ("广元核电项目建设取得新的进展", f"{TEXT}\n\n下一步将抓好落实。")
    assert read.bulletin.quality.score == SURE
    assert "OCR" in read.bulletin.quality.problems[0][1]
    (mail,) = mails(service)
    body = mail.get_body(("plain",))
    assert body is not None
    assert "部分内容可能不完整" in body.get_content()


def test_a_picture_is_read(ocr: Ocr) -> None:
    reader = Reader(ocr=ocr)
    (bulletin,) = reader.read(document(picture(), "7.png"))
    reader.close()
    assert bulletin.articles[0].title == "广元核电项目建设取得新的进展"
    assert bulletin.quality.doubtful


def test_what_takes_too_much_is_given_up(ocr: Ocr) -> None:
    for bounds in (Ocr(seconds=0.3), Ocr(memory_bytes=400 * 1024 * 1024)):
        error = refusal(bounds, scan())
        assert error.needs_person
        assert "占用过多" in error.zh
    assert "超过 1 页" in refusal(Ocr(pages=1), scan(2)).zh
    assert ocr.pages > 1


def test_what_is_no_picture_is_refused(ocr: Ocr) -> None:
    assert refusal(ocr, b"\x89PNG\r\n\x1a\n" + bytes(500), "a.png").needs_person
    blank = io.BytesIO()
    Image.new("L", (800, 600), 255).save(blank, "PNG")
    assert "没有识别出文字" in refusal(ocr, blank.getvalue(), "a.png").zh


def test_a_picture_of_too_many_pixels_is_refused(ocr: Ocr) -> None:
    huge = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(huge, "PNG")
    assert len(huge.getvalue()) < 100_000
    assert refusal(ocr, huge.getvalue(), "a.png").needs_person


def test_without_ocr_a_scan_waits_for_a_person() -> None:
    assert find_ocr(wanted=False) is None
    reader = Reader(ocr=None)
    for content, name in ((scan(), "7.pdf"), (picture(), "7.png")):
        with pytest.raises(ReadError, match=r"notifier\[ocr\]") as caught:
            reader.open(document(content, name))
        assert caught.value.needs_person
    reader.close()
