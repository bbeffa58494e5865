"""The head of an issue: title, issue number, date and publishers."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from notifier.bulletins.lines import Line, close_up
from notifier.bulletins.structure import patterns, signs
from notifier.bulletins.structure.digest import daily_head
from notifier.bulletins.structure.facts import (
    find_date,
    find_editors,
    find_issue,
    find_total,
    find_year,
    fold_digits,
    issue_date,
    line_marking,
    without_date,
    without_issue,
)
from notifier.bulletins.structure.marks import ends_block, is_title_part, section_mark

_REACH = 24  # lines: a masthead is no longer
_NEAR = 6  # lines: so far apart may its facts stand
_EMPTY_BRACKETS = re.compile(r"[（(\[【〔]\s*[)）\]】〕]|[|｜│]|(?<![\u4e00-\u9fff])[·•]|[·•](?![\u4e00-\u9fff])")
_EDGES = " ,，、;；:：.。-—|｜\u3000\t"
_COLUMNS = re.compile(r"\s{2,}|\t|\u3000")
_WRAPPED = re.compile(r"^[《【「『〔［〖\[]([^《》【】「」『』〔〕［］〖〗\[\]]+)[》】」』〕］〗\]]$")
_CLAUSES = re.compile("[，；。]")
_ASIDE = 10  # characters in brackets
_ON_DAY = ("出版", "出刊", "编印", "编发", "印发", "发布")  # 2026年6月30日出刊
_BESIDE_DATE = 6  # characters
_FACT_RESIDUE = 40  # characters beside a date or issue on one line


@dataclass(frozen=True, slots=True)
class Masthead:
    """Unknown parts are empty."""

    title: str = ""
    issue: str = ""
    date: dt.date | None = None
    publishers: tuple[str, ...] = ()
    total: str = ""
    year: int | None = None
    editors: tuple[str, ...] = ()


def read_masthead(lines: Sequence[Line]) -> Masthead:
    """The facts of lines that are known to be the masthead."""
    texts = [line.text for line in lines if len(line.text) <= patterns.FACT_LENGTH]
    names = [name for text in texts for name in _names(text)]
    title = _title(names)
    return Masthead(
        title=title,
        issue=_issue(texts),
        date=next((date for find in (issue_date, find_date) for text in texts if (date := find(text))), None),
        publishers=_publishers(texts, title),
        total=next((total for text in texts if (total := find_total(text))), ""),
        year=next((year for text in texts if (year := find_year(text))), None),
        editors=tuple(dict.fromkeys(name for text in texts for name in find_editors(text))),
    )


def _issue(texts: Sequence[str]) -> str:
    """The number; 增刊, and that of a document (平府督专〔2026〕3号), only where there is none."""
    dated = [text for text in texts if patterns.YEAR_MONTH.match(text)]  # 2026.06: a month, where a number is stated
    found = [issue for text in (*(one for one in texts if one not in dated), *dated) if (issue := find_issue(text))]
    numbers = [number[1] for text in texts if (number := patterns.DOCUMENT_NUMBER.match(fold_digits(text)))]
    return next((issue for issue in found if issue[:1].isdigit()), next(iter([*found, *numbers]), ""))


def masthead_end(lines: Sequence[Line], *, certain: bool) -> int:
    """How many of the lines are masthead; 0 if there is none.

    certain: a contents list or a section follows these lines. Otherwise an issue number proves a masthead; a title
    with a date below may be a single article, unless several follow.
    """
    if certain:
        return len(lines)
    reach = _plain_head(lines)
    facts = [at for at in range(reach) if _is_fact(lines[at].text, first=at == 0)]
    if not any(find_issue(lines[at].text) for at in facts):
        return daily_head(lines, [at for at in facts if not _is_bare_name(lines[at].text) or _is_above_head(lines, at)])
    end = facts[0]
    for at in facts:
        end = at if at - end <= _NEAR and not _is_bare_name(lines[at].text) else end
    while end + 1 in facts and end + 2 < len(lines) and not _is_running_text(lines[end + 2].text):
        end += 1
    return end + 1


def _is_bare_name(text: str) -> bool:
    """An organisation and nothing else: it may be a publisher, or a title that ends like one."""
    dated = find_date(text) or patterns.SPAN.search(text)
    return bool(_residue(text)) and not (
        find_issue(text) or dated or _is_aside(text) or patterns.PUBLISHER_LABEL.match(text)
    )


def _is_above_head(lines: Sequence[Line], at: int) -> bool:
    """A section begins right below: an organisation above it is no title."""
    mark = section_mark(lines[at + 1].text) if at + 1 < len(lines) else None
    return mark is not None and len(mark.name) <= patterns.SECTION_LENGTH


def _is_running_text(text: str) -> bool:
    """Running text: the line above it is a title, not a publisher."""
    return ends_block(text) or not is_title_part(text)


def _plain_head(lines: Sequence[Line]) -> int:
    """How many lines there are before the first that only a body has."""
    for at, line in enumerate(lines[:_REACH]):
        if line.level > 1 or (_is_long(line.text) and not _may_head(line.text)):
            return at
        if _opens_section(line.text, first=not at) or _opens_fields(lines[at : at + 2]):
            return at
    return min(len(lines), _REACH)


def _opens_section(text: str, *, first: bool) -> bool:
    """【要闻】 or ◆ 要闻; not what is set so in a masthead: its title, issue or marking."""
    mark = section_mark(text)
    if mark is None or find_issue(text) or line_marking(text):
        return False
    named = bool(patterns.MASTHEAD_WORD.search(mark.name)) or mark.style == "bullet"
    return mark.style in ("bracket", "bullet") and not (first and named)


def _opens_fields(lines: Sequence[Line]) -> bool:
    """时间：… above 地点：…: what is told of an event, and no masthead."""
    own = [line for line in lines if not patterns.PUBLISHER_LABEL.match(line.text)]
    return len(own) > 1 and all(signs.FIELD.match(line.text) for line in own)


def _is_long(text: str) -> bool:
    """It ends as running text does, or is as long."""
    return ends_block(text) or len(text) > patterns.TITLE_LENGTH or len(_CLAUSES.findall(text)) > 1


def _may_head(text: str) -> bool:
    """A marking, an issue, recipients, or a word in brackets: （双月刊）."""
    if len(text) > patterns.TITLE_LENGTH:
        return False
    dated = find_date(text) or patterns.SPAN.search(text)
    return (text[:1] in "（(" and (len(text) <= _ASIDE or bool(dated))) or bool(_is_aside(text) or find_issue(text))


def _is_fact(text: str, *, first: bool) -> bool:
    """The line states issue, date, publisher or marking, and nothing that a title of an article would say."""
    rest = _residue(text)
    if find_issue(text):
        return (
            (first and _is_apart(text))
            or not rest
            or _all_organisations(rest)
            or bool(patterns.MASTHEAD_WORD.search(close_up(rest)))
        )
    if find_date(text) or not rest:
        return not rest or (_all_organisations(rest) and len(rest) <= _FACT_RESIDUE) or _is_weather(text)
    if _is_aside(text) or patterns.PUBLISHER_LABEL.match(text):
        return True
    return _all_organisations(rest) and not first


def _is_weather(text: str) -> bool:
    """2026年6月18日 星期四 | 明州 | 多云: what a daily prints beside its date."""
    parts = [part.strip(_EDGES) for part in re.split(r"[|｜]", without_date(text))]
    return len(parts) > 1 and all(len(part) <= _BESIDE_DATE for part in parts)


def _is_aside(text: str) -> bool:
    """A line of a masthead that names neither the bulletin nor who issues it: marking, telephone, recipients."""
    said = patterns.MASTHEAD_NOISE.match(text) or patterns.LABEL.match(text) or signs.INVITATION.match(text)
    return bool(said or line_marking(text))


def _is_apart(text: str) -> bool:
    """The issue stands before or behind everything else on the line, not within a sentence."""
    parts = patterns.ISSUE_EXTRAS.split(without_date(text))
    return sum(bool(part.strip(" ,，、;；:：.。-—()（）\u3000")) for part in parts) <= 1


def _residue(text: str) -> str:
    rest = _EMPTY_BRACKETS.sub(" ", without_date(without_issue(text))).strip(_EDGES)
    rest = "" if rest in _ON_DAY else rest
    return signs.PICTURES.sub("", rest)


def _all_organisations(text: str) -> bool:
    parts = [] if patterns.NO_BODY.search(text) else _split(text)
    return bool(parts) and all(len(part) >= 3 and patterns.ORGANISATION.search(part) for part in parts)


def _split(text: str) -> list[str]:
    """Names that share a line: apart by wide space, or by one space if each is an organisation."""
    text = patterns.PUBLISHER_TAIL.sub("", patterns.PUBLISHER_LABEL.sub("", text.strip()))
    parts = [patterns.PUBLISHER_LABEL.sub("", part) for part in _COLUMNS.split(text) if _may_name(part)]
    if len(parts) > 1 and (all(len(part) == 1 for part in parts) or _is_one(parts)):
        return [close_up("".join(parts))]
    return [name for part in parts for name in _split_once(part)]


def _may_name(text: str) -> bool:
    """Not 责任编辑：…, and no address, which share a line with 主办：…."""
    return bool(text.strip()) and not (patterns.EDITORS_LINE.match(text) or signs.CONTACT.match(text))


def _is_one(parts: Sequence[str]) -> bool:
    """… 文献情报中心 能源情报组: a body and a part of it."""
    return len(parts) == 2 and bool(patterns.PART_OF_BODY.match(parts[1]))


def _split_once(text: str) -> list[str]:
    words = [word for word in re.split(r"[ 、,，]+", text) if word]
    if len(words) > 1 and all(len(word) >= 4 and patterns.ORGANISATION.search(word) for word in words):
        one = words[0].isascii() or _is_one(words)
        return words if not one else [text.strip() if words[0].isascii() else close_up(text)]
    return [close_up(text)]


def _names(text: str) -> list[str]:
    """What the line says beside facts: perhaps the title, perhaps an organisation."""
    if _is_aside(text) or patterns.PUBLISHER_LABEL.match(text):
        return []
    if patterns.DOCUMENT_NUMBER.match(text):
        return []
    bare = patterns.TITLE_MARKING.sub("", text)
    named = "·" in bare and without_date(without_issue(bare)) == fold_digits(bare)  # 创新券 · 政策快递
    rest = bare.strip(_EDGES) if named else _residue(bare)
    rest = patterns.SHORT_DATE.sub("", rest).strip(_EDGES) if rest != text else rest
    return [rest] if rest and not line_marking(rest) else []


def _title(names: Sequence[str]) -> str:
    closed = [close_up(name) for name in names]
    candidates = [name for name in closed if is_title_part(name)]
    worded = next((name for name in candidates if patterns.MASTHEAD_WORD.search(name.rstrip("》"))), "")
    other = next((name for name in candidates if not patterns.ORGANISATION.search(name)), "")
    title = worded or other or next(iter(candidates), "")
    return _WRAPPED.sub(r"\1", title)


def _publishers(texts: Sequence[str], title: str) -> tuple[str, ...]:
    found: list[str] = []
    for text in texts:
        labelled = patterns.PUBLISHER_LABEL.match(text)
        if _is_aside(text) and not labelled:
            continue
        rest = _residue(text)
        if labelled or _all_organisations(rest):
            sure = labelled and patterns.SURE_PUBLISHER.match(text)
            found += [name for name in _split(rest) if sure or patterns.ORGANISATION.search(name)]
    return tuple(name for name in dict.fromkeys(found) if close_up(name) != title)


def running_names(masthead: Masthead) -> frozenset[str]:
    """What a running head may consist of, as keys."""
    return frozenset(_key(name) for name in (masthead.title, *masthead.publishers) if name)


def is_running_head(text: str, names: frozenset[str]) -> bool:
    """The line repeats the masthead's title or a publisher, with issue, date and page number at most."""
    if not names or len(text) > patterns.HEAD_LENGTH or ends_block(text):
        return False
    said = _key(text)
    if not any(name in said for name in names):  # of nearly every line; what follows takes ten times as long
        return False
    rest = re.sub(r"第?\s*\d{1,3}\s*页?\s*$|^\s*\d{1,3}\s", "", _residue(fold_digits(text)))
    return _key(rest) in names


def _key(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()


def unused_lines(lines: Sequence[Line], masthead: Masthead) -> tuple[str, ...]:
    """The lines of a masthead from which nothing was taken."""
    known = {_key(name) for name in (masthead.title, *masthead.publishers)}
    unused = []
    for line in lines:
        names = [_key(part) for name in _names(line.text) for part in (name, *_split(name))]
        if names and not known.intersection(names) and len(_key(line.text)) > 1 and not find_editors(line.text):
            unused.append(line.text)
    return tuple(unused)
