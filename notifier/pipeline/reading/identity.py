"""Which bulletin is this? What tells that a document brings one again that is stored already. Pure.

A bulletin is first what its masthead says, then what its source's key says (exact); then it may be met again by other
names, each with its own proof: its address, its document number, source with title and date, its words. A name alone
proves nothing: many entries may lead to one page, and a report on a notice bears the notice's number. In doubt they are
two: an alert too many is better than one that never comes.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from notifier import bulletins
from notifier.domain import Article, Bulletin, own_number
from notifier.matching import same_notice
from notifier.storage.documents import StoredDocument
from notifier.storage.names import address_name, number_name, stated_name, words_name
from notifier.storage.titles import title_key

NameKind = Literal["url", "docno", "stated", "words"]
NEAR = dt.timedelta(days=3)  # a list, a page and a signature may each name another day
_TELLING = 10  # characters from which on a title says which notice it is, without a text
_CUT = re.compile(r"(?:…|\.{3,}|。{3,})\Z")
_LEAST = 8  # characters of a cut title that still tell
_SHINGLE, _HEAD = 4, 2000  # characters
_ALIKE = 0.6  # of the shorter text's shingles that stand in the longer
_FULLER = 1.25  # times the length
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Face:
    """What two bulletins are told apart by. `number` is the document number of one that is a single notice; `day` the
    day that its source states; `sources` where it was seen."""

    article: Article
    number: str
    day: dt.date | None
    sources: frozenset[int]


def exact_identity(stored: StoredDocument, bulletin: Bulletin) -> str:
    """Masthead, issue and date where there are; else a feed entry or page is its key, and a text its words."""
    masthead = bulletins.identity(bulletin)
    if masthead:
        return f"masthead:{masthead}"
    if stored.document.title:  # a feed entry, a page: its source says which it is
        return f"entry:{stored.source_name}:{stored.document.key}"
    return f"content:{_digest(bulletin)}"


def other_names(stored: StoredDocument, bulletin: Bulletin) -> dict[NameKind, str]:
    """The names by which it may have come before, the surest first; none for an issue, which is what it says it is."""
    if bulletins.identity(bulletin) or not bulletin.articles:
        return {}
    face, titled = face_of(stored, bulletin), bool(stored.document.title)
    names: dict[NameKind, str] = {
        "url": address_name(stored.document.url),
        "docno": number_name(face.number),
        "stated": stated_name(stored.source_id, stored.document.title, face.day),
        "words": words_name(stored.source_id, _digest(bulletin)) if titled else "",
    }
    return {kind: name for kind, name in names.items() if name}


def face_of(stored: StoredDocument, bulletin: Bulletin) -> Face:
    """Of a bulletin that comes."""
    published = stored.document.published_at
    day = published.astimezone(ZoneInfo(stored.timezone)).date() if published else None
    return face_of_articles(bulletin.articles, day=day, sources=frozenset((stored.source_id,)))


def face_of_articles(articles: tuple[Article, ...], *, day: dt.date | None, sources: frozenset[int]) -> Face:
    first, rest = articles[0], articles[1:]
    whole = Article(first.title, "\n\n".join(article.text for article in articles)) if rest else first
    return Face(whole, "" if rest else own_number(first.facts), day, sources)


def _digest(bulletin: Bulletin) -> str:
    words = "\n".join(title_key(article.title + article.text) for article in bulletin.articles)
    return hashlib.sha256(words.encode()).hexdigest()


def is_again(kind: NameKind, new: Face, known: Face) -> bool:
    """Is the new one the known one, now that they share a name of this kind?"""
    if new.number and known.number and title_key(new.number) != title_key(known.number):
        return False
    return _PROOFS[kind](new, known)


def _by_address(new: Face, known: Face) -> bool:
    """Many entries may lead to one page: a homepage, a page that is written anew every week."""
    same = _same_title(new, known) and _days_agree(new, known) and _same_text(new, known)
    return same or same_notice(new.article, known.article)


def _by_number(new: Face, known: Face) -> bool:
    """What reports on a notice, or explains it, has its number too."""
    return _same_title(new, known) or same_notice(new.article, known.article)


def _by_statement(new: Face, known: Face) -> bool:
    """公示 and 公示 of one day may be two."""
    return _same_text(new, known) and _is_telling(new, known)


def _by_words(new: Face, known: Face) -> bool:
    """The same words of another day are news again."""
    return _is_telling(new, known) and (new.day is None or known.day is None or new.day == known.day)


def _is_telling(new: Face, known: Face) -> bool:
    """Both have a text, or a title that alone says which notice it is."""
    said = all(face.article.text.strip() for face in (new, known))
    return said or len(title_key(new.article.title)) >= _TELLING


_PROOFS: Mapping[NameKind, Callable[[Face, Face], bool]] = {
    "url": _by_address,
    "docno": _by_number,
    "stated": _by_statement,
    "words": _by_words,
}


def _same_title(new: Face, known: Face) -> bool:
    """Equal, or one is the other cut short with …"""
    one, other = sorted((title_key(new.article.title), title_key(known.article.title)), key=len)
    if one == other:
        return True
    start = _CUT.sub("", one)
    return start != one and len(start) >= _LEAST and other.startswith(start)


def _days_agree(new: Face, known: Face) -> bool:
    if new.day is None or known.day is None:
        return True
    return abs(new.day - known.day) <= (dt.timedelta() if new.sources & known.sources else NEAR)


def _same_text(new: Face, known: Face) -> bool:
    """The shorter (a summary, or none) stands in the longer, and numbers are not others."""
    one, other = sorted((_folded(new), _folded(known)), key=len)
    shingles = _shingles(one)
    if shingles and len(shingles & _shingles(other)) < _ALIKE * len(shingles):
        return False
    return set(_NUMBER.findall(one)) <= set(_NUMBER.findall(other))


def is_fuller(one: Face, other: Face) -> bool:
    """A whole text beside a summary of it."""
    return len(title_key(one.article.text)) > _FULLER * len(title_key(other.article.text))


def _folded(face: Face) -> str:
    return title_key(face.article.text[:_HEAD])


def _shingles(text: str) -> set[str]:
    return {text[at : at + _SHINGLE] for at in range(len(text) - _SHINGLE + 1)}
