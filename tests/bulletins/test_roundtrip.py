"""What a printer prints in several house styles, with what pages do to it, reads back as the same articles."""

import re
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from bulletins.generated import bulletins
from notifier.bulletins import read
from notifier.domain import Block, Bulletin, Document, Point

WIDTH = 34  # characters of a wrapped line


@dataclass(frozen=True)
class Style:
    """One house style: how sections, points and contents look, and how the text flows."""

    section: str = "【{}】"
    point: str = "（{}）"
    contents: str = ""  # how a row begins; "" prints no list
    indent: str = ""
    between: str = "\n\n"
    wrapped: bool = False
    counted: bool = False
    pages: str = ""  # what stands between two pages; "" prints no page


STYLES = (
    Style(),
    Style(contents="● "),
    Style(section="［{}］", point="{}. ", between="\n"),
    Style(section="■ {}", point="{}、", contents="1. ", indent="　　", between="\n"),
    Style(point="({})", indent="　　", between="\n", wrapped=True),
    Style(point="（{}）", indent="　　", between="\n", wrapped=True, contents="・"),
    Style(between="\n\n", wrapped=True),
    Style(point="（{}）", indent="　　", between="\n", wrapped=True, counted=True),
    Style(contents="", pages="\n\n— {} —\n\n"),
    Style(contents="●", pages="\n- {} -\n\f创新要参　2026年第8期\n"),
    Style(indent="　　", between="\n", wrapped=True, pages="\n\n第 {} 页\n\n"),
)


def _wrap(text: str, style: Style) -> str:
    """Lines of WIDTH characters or columns; a margin never cuts a Latin word or a number, nor puts ， first."""
    if not style.wrapped:
        return style.indent + text
    rows, row = [], style.indent
    for word in re.findall(r"[!-~]+|.", text):
        size = len(row) + len(word) if style.counted else (_columns(row) + _columns(word) + 1) // 2
        if size > WIDTH and word not in "，。）》”":
            held = 2 if row.endswith("。") and not style.indent else 0  # known limit: nothing shows that it goes on
            rows.append(row[: len(row) - held])
            row = row[len(row) - held :]
        row += word
    return "\n".join([*rows, row])


def _columns(text: str) -> int:
    return sum(1 if char.isascii() else 2 for char in text)


def _display(block: Block, style: Style) -> str:
    if isinstance(block, Point):
        return f"{style.point.format(block.number)}{block.heading}。{block.text}"
    return block.text


def _paged(text: str, style: Style, cut: float) -> str:
    """A page ends inside the body, in mid-sentence: at a line's end where lines are wrapped."""
    if not style.pages:
        return text
    places = [
        at for at in range(20, len(text) - 2)
        if (text[at] == "\n" if style.wrapped else _inside(text, at))
        and text[at - 1] not in "。\n" and text[at + 1] not in "\n　"
    ]  # fmt: skip
    if not places:
        return text
    at = places[int(cut * (len(places) - 1))]
    return text[:at] + style.pages.format(1) + text[at + style.wrapped :]


def _inside(text: str, at: int) -> bool:
    """Between two Chinese characters: a page never ends within a word or number of Latin letters and digits."""
    return all("一" <= char <= "龥" for char in text[at - 1 : at + 1])


def _print(bulletin: Bulletin, style: Style, cut: float) -> str:
    blocks: list[str] = []
    for section in bulletin.sections:
        blocks.append(style.section.format(section.name))
        for article in section.articles:
            assert isinstance(article.body, tuple)
            body = [_wrap(_display(block, style), style) for block in article.body]
            text = style.between.join(body)
            blocks += [article.title, _paged(text, style, cut) if article is bulletin.articles[-1] else text]
    head = ["创新要参", "2026年第8期（总第126期）", "某省科学技术厅　　2026年3月5日", *_contents(bulletin, style)]
    tail = ["主送：甲，乙、丙。", "抄送：丁；戊。", "某省科学技术厅办公室　2026年3月5日印发"]
    return "\n\n".join([*head, style.between.join(blocks), "\n".join(tail)])


def _contents(bulletin: Bulletin, style: Style) -> list[str]:
    if not style.contents:
        return []
    rows = ["目　录"]
    for section in bulletin.sections:
        rows += [f"{section.name}……………2", *(f"{style.contents}{article.title}" for article in section.articles)]
    return ["\n".join(rows)]


@settings(max_examples=90, deadline=None)
@given(bulletins(), st.sampled_from(STYLES), st.floats(0, 1))
def test_a_printed_bulletin_reads_back(bulletin: Bulletin, style: Style, cut: float) -> None:
    text = _print(bulletin, style, cut)
    got = read(Document(key="k", name="k.txt", media_type="text/plain", content=text.encode()))
    assert [(s.name, [(a.title, a.body) for a in s.articles]) for s in got.sections] == [
        (s.name, [(a.title, a.body) for a in s.articles]) for s in bulletin.sections
    ]
    assert (got.title, got.issue, got.date, got.publishers) == ("创新要参", "8", bulletin.date, bulletin.publishers)
    assert (got.distribution.to, got.distribution.cc) == (("甲", "乙、丙"), ("丁", "戊"))
    assert got.imprint.issuer == "某省科学技术厅办公室"
