"""What the styles of a DOCX say of a paragraph or run: size, weight, outline level, list (ECMA-376 part 1, 17.7)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from notifier.bulletins.formats.docx.numbering import attribute

_DEEPEST = 12  # styles that are based on one another; a circle ends here
_HEADINGS = ("heading ", "标题 ")
_NORMAL = 10.0  # points, where nothing says otherwise
_CHARACTER = 2  # columns
_LARGEST = 1e4  # a number that a page has no room for is none


@dataclass(frozen=True, slots=True)
class Look:
    """size in points; level 1 to 6 of a heading, 0 for none; indent of the first line in columns."""

    size: float = 0.0
    bold: bool | None = None
    hidden: bool | None = None
    level: int = 0
    list_id: str = ""
    list_level: int = 0
    indent: int | None = None
    breaks: bool = False

    def over(self, other: "Look") -> "Look":
        """This look where it says something, the other's elsewhere."""
        return Look(
            size=self.size or other.size,
            bold=other.bold if self.bold is None else self.bold,
            hidden=other.hidden if self.hidden is None else self.hidden,
            level=self.level or other.level,
            list_id=self.list_id or other.list_id,
            list_level=self.list_level if self.list_id else other.list_level,
            indent=other.indent if self.indent is None else self.indent,
            breaks=self.breaks or other.breaks,
        )


class Styles:
    """The styles of one document."""

    def __init__(self, parts: Iterable[Element]) -> None:
        self._own: dict[str, tuple[Look, str]] = {}  # style -> what it says itself, what it is based on
        self._resolved: dict[str, Look] = {}
        self._default = ""
        self.base = Look(size=_NORMAL)
        for part in parts:
            kind = local(part)
            if kind == "docDefaults":
                self.base = look_of(part.iter()).over(self.base)
            elif kind == "style":
                self._add(part)

    def _add(self, part: Element) -> None:
        name = attribute(part, "styleId")
        look, based, title = look_of(part), "", ""
        for child in part:
            if local(child) == "basedOn":
                based = attribute(child, "val")
            elif local(child) == "name":
                title = attribute(child, "val").lower()
        if not look.level and title.startswith(_HEADINGS) and title[-1:].isdigit():
            look = replace(look, level=_level(int(title[-1])))
        self._own[name] = (look, based)
        if attribute(part, "type") == "paragraph" and attribute(part, "default") in ("1", "true", "on"):
            self._default = name

    def look(self, name: str) -> Look:
        """All that a style says, by way of those it is based on; "" is the default paragraph's."""
        name = name or self._default
        if name not in self._resolved:
            self._resolved[name] = self._chain(name)
        return self._resolved[name]

    def _chain(self, name: str) -> Look:
        look = Look()
        for _ in range(_DEEPEST):
            if name not in self._own:
                break
            own, name = self._own[name]
            look = look.over(own)
        return look


def look_of(properties: Iterable[Element]) -> Look:
    """What the properties (pPr and rPr) of a style, paragraph or run say themselves."""
    look = Look()
    for child in properties:
        kind = local(child)
        if kind == "rPr":
            look = _run(child).over(look)
        elif kind == "pPr":
            look = _paragraph(child).over(look)
    return look


def _run(properties: Element) -> Look:
    facts = {local(child): child for child in properties}
    return Look(
        size=_number(facts.get("sz")) / 2,
        bold=_switch(facts.get("b")),
        hidden=_switch(facts.get("vanish")),
    )


def _paragraph(properties: Element) -> Look:
    facts = {local(child): child for child in properties}
    outline = facts.get("outlineLvl")
    list_id, at = "", 0
    if (numbers := facts.get("numPr")) is not None:
        for child in numbers:
            list_id = attribute(child, "val") if local(child) == "numId" else list_id
            at = int(_number(child)) if local(child) == "ilvl" else at
    return Look(
        level=_level(int(_number(outline)) + 1) if outline is not None else 0,
        list_id=list_id,
        list_level=at,
        indent=_indent(facts.get("ind")),
        breaks=bool(_switch(facts.get("pageBreakBefore"))),
    )


def _level(level: int) -> int:
    return level if 1 <= level <= 6 else 0


def _indent(element: Element | None) -> int | None:
    """Columns by which the first line stands in: in hundredths of a character, or in twentieths of a point."""
    if element is None:
        return None
    if chars := attribute(element, "firstLineChars"):
        return _CHARACTER * round(_float(chars) / 100)
    if points := attribute(element, "firstLine"):
        return _CHARACTER * round(_float(points) / 20 / 14)  # body text is set in 12 to 16 points
    return None


def _switch(element: Element | None) -> bool | None:
    return None if element is None else attribute(element, "val").lower() not in ("0", "false", "off", "none")


def _number(element: Element | None) -> float:
    return 0.0 if element is None else _float(attribute(element, "val"))


def _float(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if abs(value) <= _LARGEST else 0.0


def local(element: Element) -> str:
    """The name of an element without its namespace: transitional and strict documents differ in it."""
    return str(element.tag).rpartition("}")[2]
