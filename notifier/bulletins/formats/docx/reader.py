"""DOCX to lines: what a reader of the printed document sees, in its order (ECMA-376 part 1, 17).

Insertions are kept, deletions, hidden text, comments and page numbers are not; automatic numbers are part of the text.
Headers and footers are left out, except a header that alone holds the masthead.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from notifier.bulletins.formats.decode import clean
from notifier.bulletins.formats.docx.numbering import Numbering, attribute
from notifier.bulletins.formats.docx.runs import Piece, pieces
from notifier.bulletins.formats.docx.styles import Look, Styles, local, look_of
from notifier.bulletins.formats.package import Package, damaged
from notifier.bulletins.formats.tables import Cell, table_lines
from notifier.bulletins.lines import Line, Reading
from notifier.bulletins.structure.facts import find_issue
from notifier.domain import Document

_MAIN = "word/document.xml"
_WRAPPERS = frozenset(
    ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag", "AlternateContent", "Choice", "txbxContent")
)
_BODY = 2  # depth of the paragraphs and tables of the body
_HEAD = 24  # lines in which a masthead states its issue


@dataclass(slots=True)
class _Pen:
    """What is remembered from one paragraph to the next."""

    styles: Styles
    numbering: Numbering
    notes: dict[str, Element]
    page: int = 1
    turned: bool = False  # a page break was met, and no text since
    headers: list[str] = field(default_factory=list)


def read_docx(document: Document) -> Reading:
    """The paragraphs and tables in order. ReadError where the file is broken, encrypted or a bomb."""
    package = Package(document.content)
    if _MAIN not in package:
        raise damaged(f"缺少 {_MAIN}")
    pen = _Pen(
        Styles(_parts(package, "word/styles.xml")),
        Numbering(_parts(package, "word/numbering.xml")),
        {attribute(note, "id"): note for note in _notes(package)},
    )
    lines: list[Line] = []
    for element in package.elements(_MAIN, _BODY):
        for block in _blocks([element], pen):
            lines += _block_lines(block, pen, lines)
    if pen.page == 1:
        lines = [replace(line, page=0) for line in lines]
    return Reading((*_masthead_of_header(package, lines, pen), *lines))


def _parts(package: Package, name: str) -> Iterator[Element]:
    """The children of a part's root; nothing where the part is missing, as in documents of simple programs."""
    return package.elements(name, 1) if name in package else iter(())


def _notes(package: Package) -> Iterator[Element]:
    for name in ("word/footnotes.xml", "word/endnotes.xml"):
        for note in _parts(package, name):
            if not attribute(note, "type"):  # separators have a type
                kept = Element(note.tag, note.attrib)
                kept.extend(list(note))
                yield kept


def _blocks(elements: Iterable[Element], pen: _Pen) -> Iterator[Element]:
    """Paragraphs and tables, out of what wraps them. Nesting is bounded by the parser."""
    for element in elements:
        kind = local(element)
        if kind in ("p", "tbl"):
            yield element
        elif kind == "AlternateContent":
            yield from _blocks(list(element)[:1], pen)
        elif kind in _WRAPPERS:
            yield from _blocks(element, pen)
        elif kind == "sectPr":
            _remember_headers(element, pen)


def _remember_headers(section: Element, pen: _Pen) -> None:
    """The header parts of the first section, that of its first page first."""
    found = [child for child in section if local(child) == "headerReference"]
    ordered = sorted(found, key=lambda child: attribute(child, "type") != "first")
    pen.headers = pen.headers or [attribute(child, "id") for child in ordered]


def _block_lines(block: Element, pen: _Pen, before: Sequence[Line]) -> list[Line]:
    if local(block) == "tbl":
        return table_lines(_rows(block, pen), before)
    return _paragraph(block, pen)


# --- paragraphs -----------------------------------------------------------------------------------------------


def _paragraph(element: Element, pen: _Pen) -> list[Line]:
    """The lines of a paragraph (several where it has line breaks), of its text boxes, and of its notes."""
    properties = next((child for child in element if local(child) == "pPr"), None)
    style, look = _look(element, properties, pen)
    if properties is not None:
        for child in properties:
            if local(child) == "sectPr":
                _remember_headers(child, pen)
    if look.breaks:
        _turn(pen)
    found = pieces(element, pen.styles, look)
    page, text, faces = _written(found, pen)
    level = look.list_level or pen.numbering.style_levels.get(style, 0)
    label = pen.numbering.label(look.list_id, level) if text.strip() else ""
    size, bold = max(faces, key=faces.__getitem__) if faces else (look.size, False)
    bold = bold and all(face[1] for face in faces)
    lines = _text_lines(label + text.lstrip() if label else text, replace(look, size=size, bold=bold), page)
    return [*lines, *_boxes(found, pen), *_referred(found, pen)]


def _look(element: Element, properties: Element | None, pen: _Pen) -> tuple[str, Look]:
    named = next((child for child in properties if local(child) == "pStyle"), None) if properties is not None else None
    style = attribute(named, "val") if named is not None else ""
    own = look_of((properties,)) if properties is not None else Look()
    return style, own.over(pen.styles.look(style)).over(pen.styles.base)


def _written(found: Sequence[Piece], pen: _Pen) -> tuple[int, str, dict[tuple[float, bool], int]]:
    """The page on which the text begins, the text, and how many characters there are of each face."""
    page = 0
    parts: list[str] = []
    faces: dict[tuple[float, bool], int] = {}
    for piece in found:
        if piece.kind == "page":
            _turn(pen)
        elif piece.kind == "rendered":
            if not pen.turned:
                _turn(pen)
        elif piece.kind == "text":
            parts.append(piece.text)
            if piece.text.strip():
                page = page or pen.page
                pen.turned = False
                face = piece.size, piece.bold
                faces[face] = faces.get(face, 0) + len(piece.text)
    return page or pen.page, "".join(parts), faces


def _turn(pen: _Pen) -> None:
    pen.page += 1
    pen.turned = True


def _text_lines(text: str, look: Look, page: int) -> list[Line]:
    """A paragraph without line breaks is whole; one with them may be a title over lines, or paragraphs by hand."""
    raws = [raw for raw in clean(text).split("\n") if raw.strip()]
    lines = []
    for at, raw in enumerate(raws):
        spaces = len(raw) - len(raw.lstrip("\u3000"))
        indent = 2 * spaces or (max(look.indent or 0, 0) if at == 0 else 0)
        tidy = raw.strip().replace("\t", " ")
        lines.append(
            Line(
                tidy,
                indent,
                at == 0,
                page=page,
                level=look.level,
                whole=len(raws) == 1,
                size=look.size,
                bold=bool(look.bold),
            )
        )
    return lines


def _boxes(found: Sequence[Piece], pen: _Pen) -> Iterator[Line]:
    for piece in found:
        if piece.kind == "box" and piece.element is not None:
            for block in _blocks(piece.element, pen):
                yield from _block_lines(block, pen, ())


def _referred(found: Sequence[Piece], pen: _Pen) -> Iterator[Line]:
    """A note stands behind the paragraph that refers to it: there it stays within its article."""
    for piece in found:
        note = pen.notes.pop(piece.text, None) if piece.kind == "note" else None
        if note is not None:
            for block in _blocks(note, pen):
                yield from _block_lines(block, pen, ())


# --- tables ---------------------------------------------------------------------------------------------------


def _rows(table: Element, pen: _Pen) -> list[list[Cell]]:
    """Cells of each row; a merged cell stands at its first place, the others are empty."""
    rows: list[list[Cell]] = []
    for row in _inner(table, "tr"):
        cells: list[Cell] = [()] * _before(row)
        for cell in _inner(row, "tc"):
            width, covered = _span(cell)
            cells += [() if covered else _cell(cell, pen), *[()] * (width - 1)]
        rows.append(cells)
    return rows


def _cell(cell: Element, pen: _Pen) -> Cell:
    lines: list[Line] = []
    for block in _blocks(cell, pen):
        lines += _block_lines(block, pen, lines)
    return tuple(lines)


def _inner(element: Element, kind: str) -> Iterator[Element]:
    """The rows of a table or cells of a row; deleted rows have gone."""
    for child in element:
        if local(child) == kind and not _is_deleted(child):
            yield child
        elif local(child) in _WRAPPERS:
            yield from _inner(child, kind)


def _is_deleted(row: Element) -> bool:
    return any(local(mark) in ("del", "cellDel") for child in row if local(child) in ("trPr", "tcPr") for mark in child)


def _before(row: Element) -> int:
    for child in row:
        if local(child) == "trPr":
            return next((_count(mark) for mark in child if local(mark) == "gridBefore"), 0)
    return 0


def _span(cell: Element) -> tuple[int, bool]:
    """How many columns the cell takes, and whether it is the rest of one that is merged from above."""
    width, covered = 1, False
    for child in cell:
        for mark in child if local(child) == "tcPr" else ():
            if local(mark) == "gridSpan":
                width = max(1, _count(mark))
            elif local(mark) == "vMerge":
                covered = attribute(mark, "val") != "restart"
            elif local(mark) == "hMerge":
                covered = covered or attribute(mark, "val") != "restart"
    return width, covered


def _count(element: Element) -> int:
    text = attribute(element, "val")
    return min(int(text), 60) if text.isascii() and text.isdigit() else 1


# --- header ---------------------------------------------------------------------------------------------------


def _masthead_of_header(package: Package, lines: Sequence[Line], pen: _Pen) -> list[Line]:
    """The header's lines, where they state an issue and the text itself does not."""
    if any(find_issue(line.text) for line in lines[:_HEAD] if len(line.text) <= _HEAD * 4):
        return []
    relations = _parts(package, "word/_rels/document.xml.rels")
    targets = {attribute(part, "Id"): attribute(part, "Target") for part in relations}
    for name in (targets.get(header, "") for header in pen.headers):
        part = f"word/{name}" if not name.startswith("/") else name
        found = [
            line for element in _parts(package, part) for block in _blocks([element], pen)
            for line in _block_lines(block, pen, ())
        ] if name else []  # fmt: skip
        if any(find_issue(line.text) for line in found):
            return [replace(line, page=min(1, lines[0].page) if lines else 0) for line in found]
    return []
