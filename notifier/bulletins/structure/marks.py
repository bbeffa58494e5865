"""What a single line says about itself: whether a sentence ends here, whether a point or a section starts here."""

import re
from dataclasses import dataclass
from functools import lru_cache

from notifier.bulletins.structure import about, patterns, signs
from notifier.bulletins.structure.bylines import is_meta
from notifier.bulletins.structure.facts import fold_digits, number

TABLE_EDGE = " |"  # how the text of a table's line ends (domain.Table.display)
_LATIN_STOP = re.compile(r"[A-Za-z)\]\"'][.]$|[A-Za-z]{2}\d*[.]$|[A-Za-z,] [\d:.,]+[.]$")
_LATIN_SENTENCE = re.compile(r"^(?:\S+ ){5,}\S*(?<!Inc)(?<!Ltd)(?<!Co)(?<!etc)[.]$")  # of six words at least
_NOTED = re.compile(r"[。！？!?…][”’」』》]?\s*[（(【\[][^（）()【】。]{1,60}[)）】\]]$")
_ADDRESS = re.compile(r"https?://[!-~]+$")  # nothing follows a link
_BRACKETED = re.compile(r"^[（(][^（）()]*[)）]$")
_ASKED = 1024  # lines whose answers are kept: each line is asked by its neighbours too
_CLAUSES = re.compile("[，、,；;：:]")
_CLOSING = "）)】]"
_WORDS = re.compile(r"[^\W\d_]{2}|[^\W\d_].*[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Marker:
    """The number with which a point begins: its style, value, and how many characters it takes."""

    style: str
    number: int
    length: int

    @property
    def strong(self) -> bool:
        return self.style in patterns.STRONG_POINTS


@lru_cache(maxsize=_ASKED)
def point_marker(text: str) -> Marker | None:
    """The marker of a point at the start of the line; None where a sentence merely begins with a number."""
    head = fold_digits(text[:12])
    for style, pattern in patterns.POINTS.items():
        if found := pattern.match(head):
            value = number(next(group for group in found.groups() if group))
            return None if value is None else Marker(style, value, found.end())
    return None


def ends_sentence(text: str) -> bool:
    """Nothing of the sentence can follow: 。！？… and the quotes and brackets that close behind them, or a note in
    brackets: …。（来源：某报）"""
    bare = text.rstrip(patterns.CLOSERS)
    if bare.endswith(tuple(patterns.SENTENCE_MARKS)) or (text.endswith(".") and _LATIN_STOP.search(text[-12:])):
        return True
    return text.endswith(tuple(_CLOSING)) and bool(_NOTED.search(text[-80:]))


@lru_cache(maxsize=_ASKED)
def ends_block(text: str) -> bool:
    """A paragraph may end here: as a sentence does, with ； or ：, or as a whole line in brackets does."""
    return (
        ends_sentence(text)
        or text.endswith(TABLE_EDGE)
        or bool(_BRACKETED.match(text) or _ADDRESS.search(text[-200:]))
        or text.rstrip(patterns.CLOSERS).endswith(tuple(patterns.BLOCK_MARKS))
    )


def is_heading(text: str, *, own_headings: bool = False) -> bool:
    """A line that heads what follows in an article: 一、主要做法, 主要做法, and （1）加强领导 where points do so."""
    if ends_block(text) or "。" in text or patterns.LEAD.match(text) or text.endswith(tuple(patterns.CLAUSE_MARKS)):
        return False
    if signs.NESTED.match(text) and len(text) <= patterns.OWN_HEADING:
        return True
    marker = point_marker(text)
    if marker and marker.style == "paren-cjk" and len(text) <= patterns.SHORT_HEADING:
        return True
    if marker and marker.style in patterns.HEADED_POINTS:
        return own_headings and len(text) <= patterns.OWN_HEADING
    if marker:
        return marker.style == "cjk" and len(text) <= patterns.OWN_HEADING
    return len(text) <= patterns.SHORT_HEADING and not _CLAUSES.search(text)


def is_closing(text: str) -> bool:
    """A line of a document's end: its date alone, or the first of its attachments."""
    return len(text) <= patterns.CLOSING_LENGTH and bool(patterns.CLOSING.match(fold_digits(text)))


def is_whole(text: str, following: str) -> bool:
    """A line of a document's end that nothing continues although it ends without a mark."""
    if text.endswith(tuple(patterns.CLAUSE_MARKS)) or "。" in text or len(text) > patterns.CLOSING_LENGTH:
        return False
    if is_closing(text) or (point_marker(text) and len(text) <= patterns.SHORT_HEADING):
        return True
    return is_closing(following) and bool(patterns.ORGANISATION.search(text)) and not _CLAUSES.search(text)


def names_body(text: str, following: str) -> bool:
    """清江县人民政府 on a line of its own, right above running text."""
    if not about.BODY.match(text):
        return False
    return text[-1] in _CLOSING or "，" in following or ends_block(following) or len(following) > patterns.TITLE_LENGTH


@lru_cache(maxsize=_ASKED)
def is_title_part(text: str) -> bool:
    """The line may be a title or a line of one: it is short and no sentence; its text alone cannot prove it."""
    if not 1 < len(text) <= patterns.TITLE_LENGTH or "。" in text or text.endswith(tuple(patterns.CLAUSE_MARKS)):
        return False
    if (
        text.startswith(("（", "("))
        or text.endswith(TABLE_EDGE)
        or patterns.LEAD.match(text)
        or is_meta(text)
        or (text.endswith("号") and patterns.DOCUMENT_NUMBER.fullmatch(text))
        or (text.endswith(".") and _LATIN_SENTENCE.search(text))
        or not _WORDS.search(text)
    ):
        return False
    return len(re.findall("[，,；;]", text)) <= 1 and not text.endswith(("……", "!", "！"))


def has_words(text: str) -> bool:
    """More than digits and marks."""
    return bool(_WORDS.search(text))


def is_short_rest(text: str) -> bool:
    """What a margin may leave of a title for its last line: a few characters, brackets."""
    return len(text) <= patterns.TITLE_REST and not ends_block(text) and not text.endswith(tuple(patterns.CLAUSE_MARKS))


@dataclass(frozen=True, slots=True)
class SectionMark:
    """A line marked as a section: the name, what stands behind it on the same line, and the mark itself."""

    name: str
    rest: str
    style: str
    sign: str = ""


@lru_cache(maxsize=_ASKED)
def section_mark(text: str) -> SectionMark | None:
    """【…】, ［…］, ■ … or 一、…: how a section may be marked. Whether it is one depends on what follows."""
    if len(text) > patterns.TITLE_LENGTH + 40:
        return None
    if found := patterns.SECTION_BRACKETS.match(text):
        name = next(group for group in found.groups() if group)
        return SectionMark(name.strip(), found["rest"].strip(), "bracket") if has_words(name) else None
    if found := patterns.SECTION_AROUND.match(text):
        return SectionMark((found["name"] or found["framed"]).strip(), "", "bracket")
    if found := signs.SECTION_PART.match(text):
        return SectionMark(found["name"].strip(), "", "bracket")
    for style, pattern in (("bullet", patterns.SECTION_BULLET), ("number", patterns.SECTION_NUMBER)):
        if found := pattern.match(text):
            return SectionMark(found["name"].strip(), "", style, text[0] if style == "bullet" else "")
    return None


def is_inner_label(name: str) -> bool:
    """A bracketed word that belongs to an article (【编者按】), not a section."""
    return "".join(name.split()) in patterns.INNER_LABELS


def bare_title(text: str) -> str:
    """A title without the bullet or number before it and the brackets around it."""
    text = patterns.ROW_BULLET.sub("", text, count=1)
    return patterns.ROW_NUMBER.sub("", text, count=1).strip()
