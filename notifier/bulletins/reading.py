"""One document to one bulletin: the only place that knows which formats there are."""

import dataclasses
import datetime as dt
from collections.abc import Callable

from notifier.bulletins.formats.docx.reader import read_docx
from notifier.bulletins.formats.html.reader import read_html
from notifier.bulletins.formats.media import DOCX, HTML, MARKDOWN, OFD, OLDER, PDF, TEXT, media_type_of
from notifier.bulletins.formats.ofd import read_ofd
from notifier.bulletins.formats.pdf.reader import read_pdf
from notifier.bulletins.formats.text import read_markdown, read_text
from notifier.bulletins.lines import Reading
from notifier.bulletins.structure.house import current, in_known_forms
from notifier.bulletins.structure.issue import read_entry, read_issue
from notifier.domain import Bulletin, Document, Section
from notifier.errors import ReadError

FORMATS: dict[str, Callable[[Document], Reading]] = {
    TEXT: read_text,
    MARKDOWN: read_markdown,
    HTML: read_html,
    PDF: read_pdf,
    DOCX: read_docx,
    OFD: read_ofd,
}


def read_one(document: Document, *, published_on: dt.date | None = None) -> Bulletin:
    """The bulletin that the document is, by its format alone; see `opening.read` for documents that hold others."""
    if not document.content.strip(b"\0\t\n\r\f\v ") and not document.title:
        raise ReadError(
            f"文件是空的：{document.name}；请检查来源", f"the file is empty: {document.name}; check the source"
        )
    reading = _format(document)(document)
    reading = dataclasses.replace(reading, lines=tuple(in_known_forms(reading.lines, current())))
    if document.title.strip():
        return read_entry(document, reading.lines, published_on=published_on)
    if not reading.lines:
        raise ReadError(
            f"文件里没有文字：{document.name}；请检查来源", f"no text in the file: {document.name}; check the source"
        )
    document = dataclasses.replace(document, byline=document.byline or reading.byline)
    bulletin = read_issue(document, reading, published_on=reading.date or published_on)
    return _in_section(bulletin, reading.section) if reading.section and not bulletin.title else bulletin


def _in_section(bulletin: Bulletin, name: str) -> Bulletin:
    """A page's articles stand in its column, where the text names no section."""
    sections = [
        section
        if section.name
        else Section(name, tuple(dataclasses.replace(article, section=name) for article in section.articles))
        for section in bulletin.sections
    ]
    return dataclasses.replace(bulletin, sections=tuple(sections))


def _format(document: Document) -> Callable[[Document], Reading]:
    kind = kind_of(document)
    if kind in OLDER:
        raise ReadError(
            f"旧格式文件 {document.name} 需要转换；请安装 LibreOffice，或用办公软件另存为 DOCX 后重试",
            f"{document.name} is of an older format: install LibreOffice, or save it as DOCX, and try again",
            needs_person=True,
        )
    if kind.startswith("image/"):
        raise ReadError(
            f"{document.name} 是图片；请安装 notifier[ocr]，或做文字识别（OCR）后重试",
            f"{document.name} is a picture; install notifier[ocr], or run OCR on it, and try again",
            pictures=True,
        )
    if kind not in FORMATS:
        raise ReadError(
            f"不能读取这种格式（{kind}）：{document.name}；请另存为 DOCX、PDF 或文本后重试",
            f"this format cannot be read ({kind}): {document.name}; save it as DOCX, PDF or text and try again",
            needs_person=True,
        )
    return FORMATS[kind]


def kind_of(document: Document) -> str:
    """The media type: by content; what that leaves open (which kind of text it is), the source's statement settles."""
    found = media_type_of(document.name, document.content)
    stated = document.media_type.partition(";")[0].strip().lower()
    stated = HTML if stated == "application/xhtml+xml" else stated
    return (
        stated
        if found == TEXT and stated in FORMATS
        else HTML
        if found == "application/xml" and stated == HTML
        else found
    )
