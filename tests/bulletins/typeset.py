"""Bulletins set as pages, in several house styles: what an office's printer does to them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bulletins.sheets import HEIGHT, WIDTH, Text, pdf
from notifier.domain import Article, Block, Bulletin, Point

MARGIN = 80.0  # points
CLOSING = "，。、；：）》”’%"


@dataclass(frozen=True)
class Look:
    """One house style on paper. head and foot: what every page repeats, {} is its number."""

    columns: int = 1
    size: float = 16.0
    title: float = 18.0
    heavy: bool = False
    section: str = "【{}】"
    section_size: float = 18.0
    centred: bool = True
    contents: str = ""  # "dots", "bullets" or none
    head: str = ""
    foot: str = "— {} —"
    leading: float = 1.75  # em


LOOKS = (
    Look(),
    Look(contents="dots", head="创新要参　第8期", foot="第 {} 页"),
    Look(contents="bullets", section="{}", section_size=24.0, foot="{}"),
    Look(columns=2, size=10.5, title=13.0, section="{}", section_size=16.0, centred=False, head="创新要参"),
    Look(columns=2, size=10.5, title=10.5, heavy=True, section="■ {}", section_size=14.0, leading=1.5, centred=False),
    Look(title=16.0, heavy=True, foot=""),
    Look(title=22.0, section="{}", section_size=26.0, head="创新要参　　{}", foot="", leading=1.5),
    Look(size=12.0, title=12.0, section="［{}］", section_size=12.0, contents="dots", centred=False, foot="{} / 9"),
)


@dataclass(frozen=True)
class _Set:
    """A line to be set: its indent in em, or centred; kept: never the last of a page; full: over all columns."""

    text: str
    size: float
    indent: float = 0.0
    centred: bool = False
    font: str = "F1"
    above: float = 0.0  # em
    kept: bool = False
    full: bool = False


def typeset(bulletin: Bulletin, look: Look) -> bytes:
    """The bulletin as a PDF; b"" where its last column would be a line or two, which nobody prints so, or where a line
    says what one right before it says (see sheets)."""
    width = (WIDTH - 2 * MARGIN - 24 * (look.columns - 1)) / look.columns
    lines = [*_masthead(bulletin, look), *_body(bulletin, look, width), *_foot(look)]
    pages = list(_pages(lines, look, width))
    if look.columns > 1 and any(0 < sum(line.x > WIDTH / 2 for line in page) < 3 for page in pages[:-1]):
        return b""
    texts = [line.text for page in pages for line in page]
    if any(text in texts[max(0, at - 6) : at] for at, text in enumerate(texts)):
        return b""
    return pdf([[*_marks(at, look), *page] for at, page in enumerate(pages, 1)])


def _masthead(bulletin: Bulletin, look: Look) -> Iterator[_Set]:
    yield _Set("创新要参", 36.0, centred=True, full=True)
    yield _Set("2026年第8期（总第126期）", 16.0, centred=True, full=True)
    yield _Set("某省科学技术厅", 16.0, centred=True, full=True)
    yield _Set("2026年3月5日", 16.0, centred=True, full=True)
    if not look.contents:
        return
    yield _Set("目　录", 18.0, centred=True, full=True, above=1.0)
    for section in bulletin.sections:
        yield _Set(f"{section.name}{'.' * 40}2", 14.0, full=True)
        for article in section.articles:
            row = f"{article.title}{'.' * 20}3" if look.contents == "dots" else f"●{article.title}"
            yield from (_Set(part, 14.0, full=True) for part in _wrap(row, 14.0, WIDTH - 2 * MARGIN, 0.0))


def _body(bulletin: Bulletin, look: Look, width: float) -> Iterator[_Set]:
    for section in bulletin.sections:
        name = look.section.format(section.name)
        yield _Set(name, look.section_size, centred=look.centred, above=1.2, kept=True)
        for article in section.articles:
            yield from _article(article, look, width)


def _article(article: Article, look: Look, width: float) -> Iterator[_Set]:
    font = "F2" if look.heavy else "F1"
    for at, part in enumerate(_wrap(article.title, look.title, width, 0.0)):
        above = 0.0 if at else 1.0
        yield _Set(part, look.title, centred=look.centred, font=font, above=above, kept=True)
    assert isinstance(article.body, tuple)
    for block in article.body:
        parts = _wrap(_display(block), look.size, width, 2.0)
        yield from (_Set(part, look.size, indent=0.0 if at else 2.0) for at, part in enumerate(parts))


def _display(block: Block) -> str:
    return f"（{block.number}）{block.heading}。{block.text}" if isinstance(block, Point) else block.display()


def _foot(look: Look) -> Iterator[_Set]:
    yield _Set("主送：甲，乙、丙。", 12.0, full=True, above=1.5)
    yield _Set("抄送：丁；戊。", 12.0, full=True)
    yield _Set("某省科学技术厅办公室　2026年3月5日印发", 12.0, full=True)


def _em(text: str) -> float:
    return sum(0.5 if char.isascii() else 1.0 for char in text)


def _wrap(text: str, size: float, width: float, indent: float) -> list[str]:
    """Lines no longer than the width but for a mark that hangs over it; words and numbers stay whole."""
    rows, row, room = [], "", width / size - indent
    for word in re.findall(r"[!-~]+|.", text):
        over = _em(row + word) - room
        if row and over > (1.0 if word in CLOSING else 0.0):
            held = 1 if word in CLOSING else 0  # no line begins with such a mark: a character goes with it
            rows.append(row[: len(row) - held])
            row, room = row[len(row) - held :], width / size
        row += word
    return [*rows, row]


def _pages(lines: list[_Set], look: Look, width: float) -> Iterator[list[Text]]:
    """Lines run down a column, then down the next, then over the page."""
    top, bottom = 110.0, HEIGHT - 110.0
    page: list[Text] = []
    column, y, start = 0, top, top
    for at, line in enumerate(lines):
        height = (look.leading + line.above) * line.size
        following = lines[at + 1].size * look.leading * 2 if line.kept and at + 1 < len(lines) else 0.0
        if line.full and at and not lines[at - 1].full and look.columns > 1:  # the foot: on a page of its own
            yield page
            page, column, y, start = [], 0, top, top
        elif y + height + following > bottom:
            column += 1
            if column == look.columns or line.full:
                yield page
                page, column, start = [], 0, top
            y = start
        y += height
        left = MARGIN + column * (width + 24)
        room = WIDTH - 2 * MARGIN if line.full else width
        x = left + (room - _em(line.text) * line.size) / 2 if line.centred else left + line.indent * line.size
        page.append(Text(x, y, line.text, line.size, font=line.font))
        start = y if line.full else start
    yield page


def _marks(number: int, look: Look) -> Iterator[Text]:
    if look.head:
        yield Text(MARGIN, 60.0, look.head.format(number), 10.0)
    if look.foot:
        yield Text(WIDTH / 2 - 20, HEIGHT - 50, look.foot.format(number), 10.0)
