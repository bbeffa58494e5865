"""The runs of a DOCX paragraph: text, breaks, text boxes and notes, without what a reader does not see."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from notifier.bulletins.formats.docx.numbering import attribute
from notifier.bulletins.formats.docx.styles import Look, Styles, local, look_of

_GONE = frozenset((
    "del", "moveFrom", "delText", "delInstrText", "pPr", "rPr", "rt", "rubyPr", "sdtPr", "sdtEndPr", "tblPr",
    "Fallback", "annotationRef", "footnoteRef", "endnoteRef", "commentReference", "fldData",
    "numberingChange", "pPrChange", "rPrChange", "object", "binData",
))  # fmt: skip
_CHARACTERS = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-"}
_COUNTS = re.compile(r"\s*(?:PAGE|NUMPAGES|SECTIONPAGES|SECTION)\b", re.IGNORECASE)
_SYMBOLS = {"F0B7": "•", "F06C": "●", "F06E": "■", "F0D8": "➢", "F0FC": "✓", "F0A8": "□", "F0FE": "☑", "F052": "☑"}


@dataclass(frozen=True, slots=True)
class Piece:
    """kind: text; page (a break by hand); rendered (where Word last broke the page); note (text: its id); box."""

    kind: str
    text: str = ""
    size: float = 0.0
    bold: bool = False
    element: Element | None = None


@dataclass(slots=True)
class _Fields:
    """Fields that are open: for each whether its result shows, and what it says so far."""

    shown: list[bool]
    codes: list[str]

    @property
    def visible(self) -> bool:
        return all(self.shown)

    def say(self, code: str) -> None:
        if self.codes:
            self.codes[-1] += code

    def mark(self, kind: str) -> None:
        if kind == "begin":
            self.shown.append(True)
            self.codes.append("")
        elif kind == "separate" and self.shown:
            self.shown[-1] = not _COUNTS.match(self.codes[-1])
        elif kind == "end" and self.shown:
            self.shown.pop()
            self.codes.pop()


def pieces(paragraph: Element, styles: Styles, look: Look) -> list[Piece]:
    """What the paragraph shows, in order."""
    return list(_pieces(paragraph, styles, look, _Fields([], [])))


def _pieces(element: Element, styles: Styles, look: Look, fields: _Fields) -> Iterator[Piece]:
    for child in element:
        kind = local(child)
        if kind == "r":
            yield from _run(child, styles, look, fields)
        elif kind == "AlternateContent":
            yield from _choice(child, styles, look, fields)
        elif kind == "fldSimple" and _COUNTS.match(attribute(child, "instr")):
            continue
        elif kind == "txbxContent":
            yield Piece("box", element=child)
        elif kind == "instrText":
            fields.say(child.text or "")
        elif kind not in _GONE:
            yield from _content(child, kind, styles, look, fields)


def _choice(element: Element, styles: Styles, look: Look, fields: _Fields) -> Iterator[Piece]:
    """The same thing in several forms: the first that is there, once."""
    forms = [child for child in element if local(child) in ("Choice", "Fallback")]
    if forms:
        yield from _pieces(forms[0], styles, look, fields)


def _run(run: Element, styles: Styles, look: Look, fields: _Fields) -> Iterator[Piece]:
    properties = next((child for child in run if local(child) == "rPr"), None)
    if properties is not None:
        named = next((child for child in properties if local(child) == "rStyle"), None)
        style = styles.look(attribute(named, "val")) if named is not None else Look()
        look = look_of((properties,)).over(style).over(look)
    if look.hidden:
        for mark in run:
            if local(mark) == "fldChar":
                fields.mark(attribute(mark, "fldCharType"))
        return
    yield from _pieces(run, styles, look, fields)


def _content(child: Element, kind: str, styles: Styles, look: Look, fields: _Fields) -> Iterator[Piece]:
    if kind == "t":
        yield from _text(child.text or "", look, fields)
    elif kind == "br":
        breaks = attribute(child, "type") == "page"
        yield Piece("page") if breaks else Piece("text", "\n", look.size)
    elif kind == "lastRenderedPageBreak":
        yield Piece("rendered")
    elif kind == "fldChar":
        fields.mark(attribute(child, "fldCharType"))
    elif kind in _CHARACTERS:
        yield from _text(_CHARACTERS[kind], look, fields)
    elif kind == "sym":
        yield from _text(_SYMBOLS.get(attribute(child, "char").upper(), ""), look, fields)
    elif kind in ("footnoteReference", "endnoteReference"):
        yield Piece("note", attribute(child, "id"))
    else:
        yield from _pieces(child, styles, look, fields)


def _text(text: str, look: Look, fields: _Fields) -> Iterator[Piece]:
    if fields.visible and text:
        yield Piece("text", text, look.size, bool(look.bold))
