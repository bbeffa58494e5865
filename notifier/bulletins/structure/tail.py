"""The foot of an issue: who it was sent to, and its imprint."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from notifier.bulletins.lines import Line, close_up, join
from notifier.bulletins.structure import about, patterns, signs
from notifier.bulletins.structure.facts import find_date, find_editors, find_issue, without_date
from notifier.bulletins.structure.masthead import read_masthead
from notifier.domain import Distribution, Imprint

_OPENING = "（(【[《〈「“"
_CLOSING = "）)】]》〉」”"
_SPACE = re.compile(r"\s+")
_WIDE = re.compile(r"\s{2,}|\u3000")
_ISSUER_LENGTH = 40  # characters
_HEAD_LINES = 12  # lines in which an issue states its number


@dataclass(frozen=True, slots=True)
class Tail:
    """lines[start:] are the foot; start is len(lines) where there is none."""

    start: int
    distribution: Distribution = field(default_factory=Distribution)
    imprint: Imprint = field(default_factory=Imprint)
    editors: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()  # 编制：…, and 发布日期：… below: for an issue whose masthead says none
    date: dt.date | None = None


def find_tail(lines: Sequence[Line]) -> Tail:
    """The foot of the text, looked for from its end."""
    issue = any(find_issue(line.text) for line in lines[:_HEAD_LINES] if len(line.text) <= patterns.TITLE_LENGTH)
    first = max(0, len(lines) - patterns.TAIL_LINES)
    printed = _imprint_start(lines, first)
    start = _distribution_start(lines, first, printed)
    start = min(start, _last_start(lines, first, issue=issue))
    if start == len(lines) == printed:
        return Tail(len(lines))
    foot = lines[start:]
    editors = tuple(dict.fromkeys(name for line in foot for name in find_editors(line.text)))
    stated = read_masthead([line for line in foot if issue and _is_stated(line.text)])
    sent = distribution_of(lines[start:printed])
    return Tail(start, sent, _imprint(lines[printed:]), editors, stated.publishers, stated.date)


def _last_start(lines: Sequence[Line], first: int, *, issue: bool) -> int:
    """Where lines begin that name the editors of the issue, or tell readers what they may do, and are the last of all;
    len(lines) if there are none. issue: an issue has a telephone of its own; that below a notice belongs to it."""
    at = len(lines)
    while at > first and (_is_last(lines[at - 1].text) or (issue and _is_of_issue(lines, at - 1))):
        at -= 1
    return at


def _is_of_issue(lines: Sequence[Line], at: int) -> bool:
    return _is_contact(lines, at) or _is_stated(lines[at].text)


def _is_stated(text: str) -> bool:
    """编制：某研究部, 发布日期：2026年6月5日: what a masthead mostly says."""
    if len(text) > patterns.META_LENGTH or about.META_SOURCE.search(text):
        return False  # 来源：…, of the last article
    dated = patterns.DATE_LABEL.match(text) and find_date(text) and not without_date(text).strip()
    published = patterns.PUBLISHER_LABEL.match(text)
    return bool(dated or (published and patterns.ORGANISATION.search(text[published.end() :].strip())))


def _is_last(text: str) -> bool:
    said = patterns.EDITORS_LINE.match(text) or signs.INVITATION.match(text)
    return bool(said) and len(text) <= patterns.META_LENGTH


def _is_contact(lines: Sequence[Line], at: int) -> bool:
    """电话：… stands apart from the text above it."""
    apart = lines[at].gap or (at and _is_last(lines[at - 1].text))
    return bool(apart and signs.CONTACT.match(lines[at].text)) and len(lines[at].text) <= patterns.META_LENGTH


def _is_print_line(text: str) -> bool:
    """2025年10月27日印发, with or without the office before it."""
    bare = patterns.IMPRINT_NOISE.sub("", text).strip() if len(text) <= patterns.FACT_LENGTH else ""
    if len(bare) > 60 or not bare or find_date(bare) is None or "，" in bare or bare.endswith("。"):
        return False
    return bool(patterns.PRINTED.search(bare) or patterns.IMPRINT_LABEL.match(bare) or _printed_by(bare))


def _printed_by(text: str) -> bool:
    """XX办公室印发 2025年10月27日."""
    return bool(re.search(r"印\s*[发制]\s*$", without_date(text).strip()))


def _is_noise(text: str) -> bool:
    return len(text) <= 80 and not patterns.IMPRINT_NOISE.sub("", text).strip()


def _imprint_start(lines: Sequence[Line], first: int) -> int:
    """Where the imprint begins; len(lines) if there is none."""
    at = len(lines) - 1
    while at >= first and _is_noise(lines[at].text) and not patterns.LABEL.match(lines[at].text):
        at -= 1
    if at < first or not _is_print_line(lines[at].text):
        return at + 1 if at < len(lines) - 1 and at >= first and _recipients_near(lines, first, at) else len(lines)
    issuer = _is_issuer(lines[at - 1].text) and not _office(lines[at].text) if at > first else False
    return at - 1 if issuer else at


def _recipients_near(lines: Sequence[Line], first: int, at: int) -> bool:
    return any(patterns.LABEL.match(line.text) for line in lines[first : at + 1])


def _is_issuer(text: str) -> bool:
    if len(text) > _ISSUER_LENGTH or patterns.LABEL.match(text) or re.search("[，；。,;：:！？]", text):
        return False
    return bool(patterns.ORGANISATION.search(close_up(text)))


def _office(text: str) -> str:
    """The issuer on the line of the date itself."""
    text = patterns.IMPRINT_NOISE.sub("", without_date(text)).strip()
    text = patterns.IMPRINT_LABEL.sub("", patterns.PRINTED.sub("", text).strip())
    return close_up(text).strip("（()）:：")


def _distribution_start(lines: Sequence[Line], first: int, stop: int) -> int:
    """The topmost label from which on there are rows of recipients only."""
    start, loose = stop, 0
    for at in range(stop - 1, first - 1, -1):
        text = lines[at].text
        if patterns.LABEL.match(text):
            start, loose = at, 0
            continue
        loose += 1
        if loose > patterns.TAIL_LOOSE or not _is_row(text):
            break
    return start


def _is_row(text: str) -> bool:
    """A row may go on with the list of recipients above it: short names between separators."""
    names = _recipients(text)
    return not re.search("[：:！？【】]", text) and all(len(name) <= patterns.RECIPIENT_LENGTH for name in names)


def distribution_of(lines: Sequence[Line]) -> Distribution:
    """The recipients that these lines name behind their labels."""
    lists: dict[str, list[str]] = {"to": [], "cc": []}
    for kind, row in _labelled(lines):
        lists[kind] += _recipients(row)
    return Distribution(tuple(lists["to"]), tuple(lists["cc"]))


def _labelled(lines: Sequence[Line]) -> Iterator[tuple[str, str]]:
    """("to" | "cc", the list) for every label; rows without one go on with the label before."""
    kind, row = "", ""
    for part in (part for line in lines for part in patterns.LABEL_INSIDE.split(line.text)):
        found = patterns.LABEL.match(part)
        if not found:
            row = f"{row}  {part.strip()}" if _in_columns(row) else join(row, part.strip())
            continue
        if kind:
            yield kind, row
        kind = patterns.LABELS[_SPACE.sub("", found["label"] or found["bare"])]
        row = part[found.end() :].strip()
    if kind:
        yield kind, row


def _in_columns(row: str) -> bool:
    """Names are parted by wide space, and by nothing else."""
    return bool(_WIDE.search(row)) and not any(mark in row for mark in patterns.RECIPIENT_ENDS)


def _recipients(row: str) -> list[str]:
    """Cut at ， ； 。 outside brackets; 、 joins roles of one recipient, but bodies where nothing else parts them."""
    if _in_columns(row):
        return [name for part in _WIDE.split(row) if (name := close_up(part).strip("、"))]
    names = _cut_at(row, patterns.RECIPIENT_ENDS)
    parts = _cut_at(row, patterns.RECIPIENT_ENDS + "、")
    apart = len(names) == 1 and not signs.SHARED.search(names[0])
    return parts if apart and all(map(patterns.RECIPIENT.search, parts)) else names


def _cut_at(row: str, marks: str) -> list[str]:
    found, depth, start = [], 0, 0
    for at, char in enumerate(row):
        depth = max(0, depth + (char in _OPENING) - (char in _CLOSING))
        if char in marks and not depth:
            found.append(row[start:at])
            start = at + 1
    return [name for part in (*found, row[start:]) if (name := close_up(part).strip("、"))]


def _imprint(lines: Sequence[Line]) -> Imprint:
    at = next((at for at, line in enumerate(lines) if _is_print_line(line.text)), None)
    if at is None:
        return Imprint()
    above = close_up(lines[at - 1].text) if at else ""
    return Imprint(_office(lines[at].text) or above, find_date(lines[at].text))
