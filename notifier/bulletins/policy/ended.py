"""What an article ends: documents that it withdraws (撤稿, 撤回) or repeals (废止, 失效), by their numbers. Pure."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from notifier.domain import Article, Fact, facts_of

Ending = Literal["withdrawn", "repealed"]
_WITHDRAWN = r"撤稿|撤回|撤销发布|取消发布"
_REPEALED = r"废止|失效|停止(?:执行|施行|实施)"
_ENDS = rf"(?:{_WITHDRAWN}|{_REPEALED})"
_REACH = 4000  # characters around a number in which it is said what becomes of it
_MARKS = "，,。；;：:\n"
# 《…》（川科发〔2010〕1号）[、《…》（…〔2011〕2号）] 同时废止
_BEHIND = re.compile(rf"[^。；;，,\n]{{0,200}}?(?:[，,](?:自|同时|即行|予以|现|已|一并)[^。；;，,\n]{{0,40}}?)?{_ENDS}")
_BEFORE = re.compile(rf"{_ENDS}[^。；;，,\n]{{0,80}}\Z")
_STANDS = re.compile(r"(?:继续有效|仍然有效|不予废止|未废止|不(?:得|再)撤回)")
_GROUND = re.compile(r"(?:根据|依据|依照|按照|遵照|参照|贯彻|落实)[^，,。；;：:\n]*\Z")
_TAKEN_BACK = re.compile(
    r"[【\[（(]已?(?:撤稿|撤回)[】\]）)][^\n]*"
    r"|(?:(?:本|该|此|原)(?:文|稿|稿件|通知|公告|信息)(?:因[^，,。\n]{0,20}[，,]?)?)?已(?:撤稿|撤回|删除)[^。，,\n]{0,20}。?"
)
_ITEM = re.compile(r"\s*(?:[（(]?\s*[\d一二三四五六七八九十]+\s*[)）.．、]|《|\||[-•●])")


@dataclass(frozen=True, slots=True)
class Ended:
    """A document that ends: by its number, else by its name; `sentence` says so."""

    number: str
    name: str
    how: Ending
    sentence: str


def find_ended(article: Article) -> tuple[Ended, ...]:
    """Other documents that the article says to be withdrawn or repealed, each once, in order.

    By name alone only where the title says so (关于撤回《…》的公告): a text names much that it does not end.
    """
    texts = {"title": article.title, "body": article.text}
    found: dict[str, Ended] = {}
    for fact in facts_of(article.facts, "docno"):
        how = _ending(texts[fact.field], fact, title=article.title)
        if how:
            found.setdefault(fact.value, Ended(fact.value, "", how, fact.sentence))
    return tuple(found.values()) or tuple(_named(article))


@dataclass(frozen=True, slots=True)
class Standing:
    """What tells whether a document is the one that a notice ends. `days`: on which it was signed and published, as far
    as stated; `place`: its place in the order in which documents came."""

    days: tuple[dt.date, ...]
    place: int


def is_meant(ended: Ended, document: Standing, notice: Standing) -> bool:
    """Can a document that bears this number or name be the one that ends? In doubt it stands: a new edition may bear
    the same name, and what was taken back may be issued again under the same number."""
    known = bool(document.days and notice.days)
    if document.place < notice.place or (ended.number and ended.how == "repealed"):
        return not known or min(document.days) <= max(notice.days)
    return known and max(document.days) < min(notice.days)


def _named(article: Article) -> Iterator[Ended]:
    for fact in facts_of(article.facts, "document"):
        if fact.field == "title" and (said := _BEFORE.search(article.title[: fact.start])):
            yield Ended("", fact.value, _kind(said[0]), article.title)


def is_taken_back(article: Article) -> bool:
    """The page says of itself that its text was taken back: 本文已撤稿."""
    return bool(_TAKEN_BACK.fullmatch(article.title.strip()) or _TAKEN_BACK.fullmatch(article.text.strip()))


def _ending(text: str, fact: Fact, *, title: str) -> Ending | None:
    before, behind = text[max(0, fact.start - _REACH) : fact.start], text[fact.end : fact.end + _REACH]
    if _GROUND.search(re.split(f"[{_MARKS}]", before)[-1]):
        return None
    said = _said(_BEHIND.match(behind)) or _said(_BEFORE.search(before))
    if not said and _ITEM.match(before.rpartition("\n")[2]):
        said = _heading(before.splitlines()[:-1], title)
    return _kind(said) if said else None


def _said(found: re.Match[str] | None) -> str:
    return found[0] if found and not _STANDS.search(found[0]) else ""


def _heading(lines: Sequence[str], title: str) -> str:
    """What the line above a list, or the title, says to become of its items; "" where it lets them stand."""
    for line in reversed((title, *lines)):
        if "〔" not in line and re.search(f"{_ENDS}|{_STANDS.pattern}", line):
            return "" if _STANDS.search(line) else line
    return ""


def _kind(said: str) -> Ending:
    return "withdrawn" if re.search(_WITHDRAWN, said) else "repealed"
