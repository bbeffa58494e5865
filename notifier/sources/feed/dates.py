"""Dates as feeds write them, rightly and wrongly. Pure.

A date without a zone is in the source's zone (feedparser takes it for UTC, eight hours off in China). What names no day
has no date: nothing is invented.
"""

import re
from datetime import datetime, timedelta, timezone, tzinfo

_LONGEST = 100  # characters; no date is longer
_TIME = r"""(?: \s*,?\s* (?P<half>上午|下午|中午|晚上|凌晨|早上)? \s*
    (?P<hour>\d{1,2}) \s*[:：时点]\s* (?P<minute>\d{1,2})? \s*分?
    (?: \s*[:：]?\s* (?P<second>\d{1,2}) (?:[.,]\d+)? \s*秒? )?
    \s* (?P<late>AM\b|PM\b)? )?"""
_FORMS = tuple(
    re.compile(pattern, re.VERBOSE | re.IGNORECASE)
    for pattern in (
        # 2020-08-25 16:44:16, 2020年8月25日 星期二 下午4:44, 2020-08-25T16:44:16.5+08:00, 发布时间：2020/8/25
        r"\D{0,12} (?P<year>\d{4}) \s*[-/.年]\s* (?P<month>\d{1,2}) \s*[-/.月]\s* (?P<day>\d{1,2}) (?!\d) \s*日?"
        r"\s* [(（\[]? (?: (?:星期|周|礼拜)[一二三四五六日天] )? [)）\]]? [\sT]*" + _TIME + r"\s* (?P<zone>.*)",
        # RFC 822: Tue, 25 Aug 2020 16:44:16 +0800
        r"\D{0,12} (?P<day>\d{1,2}) [\s-]+ (?P<name>[A-Z]{3,9}) \.? [\s,-]+ (?P<year>\d{4}|\d{2}) (?!\d)"
        + _TIME
        + r"\s* (?P<zone>.*)",
        # Java and C: Tue Aug 25 16:44:16 CST 2020
        r"(?:[A-Z]{3,9},?\s+)? (?P<name>[A-Z]{3,9}) \s+ (?P<day>\d{1,2})"
        + _TIME
        + r"\s+ (?P<zone>\S*?) \s* (?P<year>\d{4})$",
        # Aug 25, 2020 4:44 PM
        r"(?:[A-Z]{3,9},?\s+)? (?P<name>[A-Z]{3,9}) \.? \s+ (?P<day>\d{1,2}),? \s+ (?P<year>\d{4})"
        + _TIME
        + r"\s* (?P<zone>.*)",
    )
)
_OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+-])(\d{1,2}):?(\d{2})?(?!\d)", re.IGNORECASE)
_ZONES = {  # hours east; RFC 822 and the commonest others
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6,
    "pst": -8, "pdt": -7, "bst": 1, "cet": 1, "cest": 2, "msk": 3, "hkt": 8, "sgt": 8, "jst": 9, "kst": 9,
    "北京时间": 8,
}  # fmt: skip
_CHINESE_DAY = re.compile(r"(?:星期|周|礼拜)[一二三四五六日天]\s*[,，]\s*")
_CHINESE_MONTH = re.compile(r"(?<=\d)\s*(十[一二]|[一二三四五六七八九十])月|(?<=\d)\s+(1[0-2]|[1-9])月")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CHINESE_MONTHS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
_AFTERNOON = frozenset({"下午", "晚上", "pm"})


def read_date(text: str, zone: tzinfo) -> datetime | None:
    """The moment that `text` names, aware; None where it does not name a day. `zone` is the source's."""
    text = text.strip()[:_LONGEST]
    english = text if text.isascii() else _CHINESE_MONTH.sub(_month_name, _CHINESE_DAY.sub("", text))
    for candidate, form in ((text, _FORMS[0]), *((english, form) for form in _FORMS[1:])):
        found = form.match(candidate)
        if found is not None:
            try:
                return _in_zone(_naive(found), found["zone"], zone)
            except (ValueError, OverflowError):
                continue
    return None


def _naive(found: re.Match[str]) -> datetime:
    """ValueError where it is no day of the calendar."""
    named = found.groupdict()
    year = int(named["year"])
    if year < 100:
        year += 1900 if year >= 90 else 2000
    month = int(named["month"]) if "month" in named else _MONTHS.index(named["name"][:3].lower()) + 1
    hour = int(named["hour"] or 0)
    half = (named["half"] or named["late"] or "").lower()
    if half in _AFTERNOON and hour < 12:
        hour += 12
    elif half in ("am", "凌晨") and hour == 12:
        hour = 0
    second = min(int(named["second"] or 0), 59)  # a leap second is its minute's last
    return datetime(year, month, int(named["day"]), hour, int(named["minute"] or 0), second)


def _month_name(found: re.Match[str]) -> str:
    at = int(found[2]) - 1 if found[2] else _CHINESE_MONTHS.index(found[1])
    return f" {_MONTHS[at]} "


def _in_zone(naive: datetime, written: str, zone: tzinfo) -> datetime:
    """`naive` in the zone as written; in the source's where none is, or one that means nothing to us."""
    name = written.strip(" ()（）").lower()
    offset = _OFFSET.match(written)
    if offset is not None:
        away = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        return naive.replace(tzinfo=timezone(away if offset[1] == "+" else -away))
    local = naive.replace(tzinfo=zone)
    # CST is China's in a Chinese source, Chicago's by RFC 822.
    if name in _ZONES and name != (local.tzname() or "").lower():
        return naive.replace(tzinfo=timezone(timedelta(hours=_ZONES[name])))
    return local
