"""Dates and deadlines that a text states, each with what it is the date of. A year that is left out is inferred."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from notifier.bulletins.policy import patterns
from notifier.bulletins.policy.stated import Text
from notifier.bulletins.structure.facts import number
from notifier.domain import SENTENCE_ENDS
from notifier.domain.facts import Fact, FactKind

_RELATIVE = {"今年": 0, "本年": 0, "明年": 1, "去年": -1}
_BACK = dt.timedelta(days=120)  # a day without a year lies at most so long before the day of publication
_FORWARD = {"下午": 12, "晚上": 12, "晚": 12}
_SIGNATURE_TAIL = re.compile(r"[ \t　]*(?:[（(][^（）()\n]{0,30}[)）])?[ \t　]*(?:\n|\Z)")


@dataclass(frozen=True, slots=True)
class Mention:
    """A day as it stands in the text. `opens` is where the range begins that it ends, else its own start."""

    start: int
    end: int
    day: dt.date
    hour: str = ""  # T17:00
    inferred: bool = False
    whole: bool = False  # year, month and day are all written
    opens: int = -1
    first: bool = False  # it begins a range


def find_days(where: Text, *, published: dt.date | None) -> tuple[list[Fact], list[tuple[int, int]]]:
    """The dates and deadlines, and the spans of dates that stand where a signature has its date."""
    facts, signed, folded = [], [], where.folded
    for mention in mentions(folded, published or _last_signature(folded)):
        kind, label = _meaning(folded, mention)
        if not kind and _is_signature(folded, mention):
            signed.append((mention.start, mention.end))
        if kind:
            value = mention.day.isoformat() + (mention.hour if kind == "deadline" else "")
            span = (mention.start, mention.end)
            facts.append(where.fact(kind, span, value=value, label=label, inferred=mention.inferred))
    return facts, signed


def _last_signature(folded: str) -> dt.date | None:
    """The date at the end of a text that nothing else dates."""
    found = [mention for mention in mentions(folded, None) if _is_signature(folded, mention)]
    return found[-1].day if found else None


def signed_fact(where: Text, span: tuple[int, int]) -> Fact | None:
    """The date of a signature as a fact."""
    found = next(mentions(where.folded[slice(*span)], None), None)
    return where.fact("date", span, value=found.day.isoformat(), label="signed") if found else None


# --- days in the text -------------------------------------------------------------------------------------------


def mentions(folded: str, published: dt.date | None) -> Iterator[Mention]:
    """Every day in the text whose year is stated or can be told."""
    last: Mention | None = None
    known: Mention | None = None
    for found in patterns.DAY.finditer(folded):
        near = known.day if known and "\n" not in folded[known.end : found.start()] else None
        mention = _mention(folded, found, last=last, published=published or near)
        if mention is None:
            last = None
            continue
        until = _range_end(folded, mention)
        known = mention if mention.whole else known
        yield mention if until is None else _opening(mention)
        if until:
            yield until
        last = until or mention


def _opening(mention: Mention) -> Mention:
    return Mention(mention.start, mention.end, mention.day, mention.hour, mention.inferred, first=True)


def _mention(folded: str, found: re.Match[str], *, last: Mention | None, published: dt.date | None) -> Mention | None:
    joined = last if last and patterns.RANGE.fullmatch(folded, last.end, found.start()) else None
    dated = _day(found, near=joined.day if joined else None, published=published)
    if dated is None:
        return None
    hour = patterns.HOUR.match(folded, found.end())
    weekday = patterns.WEEKDAY.match(folded, found.end())
    end = hour.end() if hour and _clock(hour) else weekday.end() if weekday else found.end()
    day, inferred = dated
    opens = (joined.opens if joined.opens >= 0 else joined.start) if joined else -1
    return Mention(found.start(), end, day, _clock(hour) if hour else "", inferred, not inferred, opens)


def _range_end(folded: str, mention: Mention) -> Mention | None:
    """31日 of 3月1日至31日."""
    joint = patterns.RANGE.match(folded, mention.end)
    found = patterns.RANGE_DAY.match(folded, joint.end()) if joint else None
    if not found:
        return None
    day = _made(mention.day.year, mention.day.month, int(found["d"]))
    if day is None:
        return None
    hour = patterns.HOUR.match(folded, found.end())
    clock = _clock(hour) if hour else ""
    end = hour.end() if hour and clock else found.end()
    return Mention(found.start(), end, day, clock, mention.inferred, opens=mention.start)


def _day(found: re.Match[str], *, near: dt.date | None, published: dt.date | None) -> tuple[dt.date, bool] | None:
    """The day, and whether a part of it was inferred; None where it is no day or its year cannot be told."""
    if found["y2"] or found["y3"]:
        year, month, day = (
            number(found[name] or "") for name in (("y2", "m2", "d2") if found["y2"] else ("y3", "m3", "d3"))
        )
        made = _made(year or 0, month or 0, day or 0)
        return (made, False) if made else None
    month = int(found["m"]) if found["m"] else published.month if published else 0
    if found["y"]:
        made = _of_month(int(found["y"]), month, found["d"])
        return (made, bool(found["rm"])) if made else None
    if near and not found["rel"]:
        made = _of_month(near.year + (month < near.month), month, found["d"])
        return (made, month < near.month) if made else None
    if published is None:
        return None
    made = _inferred(found, month, published)
    return (made, True) if made else None


def _inferred(found: re.Match[str], month: int, published: dt.date) -> dt.date | None:
    """The year that was left out, from the day of publication: this year's day, or next year's where that is past."""
    if found["rel"]:
        return _of_month(published.year + _RELATIVE[found["rel"]], month, found["d"])
    day = _of_month(published.year, month, found["d"])
    if day and day < published - _BACK:
        return _of_month(published.year + 1, month, found["d"])
    return day


def _of_month(year: int, month: int, day: str | None) -> dt.date | None:
    """Without a day, the last of the month (3月底)."""
    if day:
        return _made(year, month, int(day))
    first = _made(year + month // 12, month % 12 + 1, 1) if 1 <= month <= 12 else None
    return first - dt.timedelta(days=1) if first else None


def _made(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except (ValueError, OverflowError):
        return None


def _clock(hour: re.Match[str]) -> str:
    """T17:00; "" where it is no time of the day."""
    if not hour["h"]:
        return ""
    hours = int(hour["h"])
    minutes = int(hour["min"] or hour["min2"] or (30 if hour["hf"] else 0))
    if hour["half"] in _FORWARD and hours < 12:
        hours += 12
    return f"T{hours:02}:{minutes:02}" if (hours < 24 and minutes < 60) or (hours, minutes) == (24, 0) else ""


# --- what they mean ---------------------------------------------------------------------------------------------


def _meaning(folded: str, mention: Mention) -> tuple[FactKind | None, str]:
    """(kind, label) of a day; None where the text does not say what it is."""
    before, behind = _context(folded, mention)
    if mention.first:
        return ("date", "effective") if patterns.EFFECTIVE_LABEL.search(before) else (None, "")
    if patterns.PROLONGED_AFTER.match(behind):
        return None, ""
    deadline = _deadline(folded, mention, before=before, behind=behind)
    if deadline:
        return "deadline", deadline
    label = _date_label(folded, mention, before=before, behind=behind)
    return ("date", label) if label else (None, "")


def _context(folded: str, mention: Mention) -> tuple[str, str]:
    """What stands around a day in its sentence."""
    before = folded[max(0, mention.start - patterns.DATE_CONTEXT) : mention.start]
    behind = folded[mention.end : mention.end + patterns.DATE_CONTEXT]
    cut = max(before.rfind(mark) for mark in SENTENCE_ENDS) + 1
    ends = [at for mark in SENTENCE_ENDS if (at := behind.find(mark)) >= 0]
    return before[cut:], behind[: min(ends, default=len(behind))]


def _deadline(folded: str, mention: Mention, *, before: str, behind: str) -> str:
    opening = _before_range(folded, mention)
    if patterns.EXPIRES_BEFORE.search(before) or patterns.EXPIRES_RANGE.search(opening):
        return ""
    closes = patterns.CLOSING_LABEL.search(before) or (
        patterns.CLOSING_AFTER.match(behind) and _named(before + behind) != "other"
    )
    window = (opening and patterns.WINDOW.search(opening)) or (
        patterns.SINCE.search(before) and _named(before + behind) != "other"
    )
    if patterns.PROLONGED_BEFORE.search(before) and _named(before) != "other":
        return _named(before)
    if closes or window:
        return _named(before or opening, opening, behind)
    if patterns.BEFORE_AFTER.match(behind) and (patterns.ACTION.search(behind) or patterns.ACTION.search(before)):
        return _named(behind, before)
    return ""


def deadline_label(folded: str, span: tuple[int, int]) -> str:
    """What ends with a span that is no day itself (30日内), by the words around it; "" where they do not say."""
    start, end = span
    before, behind = _context(folded, Mention(start, end, dt.date.min))
    if not (patterns.ACTION.search(behind) or patterns.ACTION.search(before)):
        return ""
    label = _named(behind, before)
    return "" if label == "other" else label


def _before_range(folded: str, mention: Mention) -> str:
    if mention.opens < 0:
        return ""
    before = folded[max(0, mention.opens - patterns.DATE_CONTEXT) : mention.opens]
    return before[max(before.rfind(mark) for mark in SENTENCE_ENDS) + 1 :]


def _named(*texts: str) -> str:
    """What ends, by the word that says so: in the first of the texts that has one, in the order of the patterns."""
    for text in texts:
        for label, words in patterns.DEADLINE_WORDS:
            if words.search(text):
                return label
    return "other"


def _date_label(folded: str, mention: Mention, *, before: str, behind: str) -> str:
    opening = _before_range(folded, mention)
    if patterns.SIGNED_LABEL.search(before):
        return "signed"
    if patterns.EXPIRES_BEFORE.search(before) or patterns.EXPIRES_AFTER.match(behind):
        return "expires"
    if opening and patterns.EXPIRES_RANGE.search(opening):
        return "expires"
    if opening and patterns.SPAN_BEFORE.search(opening) and patterns.SPAN_END.match(behind):
        return "expires"
    if patterns.EFFECTIVE_LABEL.search(before):
        return "effective"
    if patterns.SPAN_BEFORE.search(before) and patterns.SPAN_BEHIND.match(behind):
        return "effective"
    if patterns.EFFECTIVE_BEFORE.search(before) and patterns.EFFECTIVE_AFTER.match(behind):
        return "effective"
    if patterns.PUBLISHED_LABEL.search(before):
        return "published"
    if patterns.PUBLISHED_BEFORE.search(before) and patterns.PUBLISHED_AFTER.match(behind):
        return "published"
    return ""


def _is_signature(folded: str, mention: Mention) -> bool:
    """The whole date ends its line, but for a note in brackets."""
    return mention.whole and mention.opens < 0 and bool(_SIGNATURE_TAIL.match(folded, mention.end))
