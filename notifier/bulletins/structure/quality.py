"""How far a reading can be trusted: what found no place, what the contents list promised and the text did not hold."""

import difflib
import re
from collections.abc import Sequence

from notifier.bulletins.lines import Line
from notifier.bulletins.structure.facts import key
from notifier.bulletins.structure.rows import Row
from notifier.domain import Quality, Section

_UNKNOWN = re.compile("[\ufffd\ue000-\uf8ff]")
_MANY = 500  # titles: no looking for similar ones among more
_ALIKE = 0.75  # of 1: a title and its row in the contents list that were worded a little differently
_SHOWN = 3  # names at most in one message
_LONGEST = 60  # characters of an orphan shown

Problem = tuple[str, str]


def judge(
    lines: Sequence[Line],
    *,
    rows: Sequence[Row],
    sections: Sequence[Section],
    unused: Sequence[str],
    untitled: Sequence[str],
    pictures: Sequence[int],
) -> Quality:
    """The quality of a reading.

    rows: the contents list. unused: lines of masthead and foot that say nothing known. untitled: beginnings of
    texts that stand under no title although others do. pictures: pages without text.
    """
    missing = _missing(rows, sections)
    empty = [article.title for section in sections for article in section.articles if not article.body]
    orphans = (*unused, *untitled)
    shares = (
        _placed(lines, unused),
        1 - len(missing) / max(1, len(rows)),
        1 - (len(untitled) + len(empty)) / max(1, sum(len(section.articles) for section in sections)),
        1 - len(pictures) / max(1, len({line.page for line in lines} | set(pictures))),
        1 - min(1.0, 2 * _illegible(lines)),
    )
    problems = (
        *_said(missing, "目录里有、正文里没找到", "in the contents list, not found in the text"),
        *_said(untitled, "没有标题的文字", "text without a title"),
        *_said(empty, "有标题、没有正文", "a title without text"),
        *_said(unused, "没有认出的行", "lines not recognised"),
        *_said([str(page) for page in pictures], "没有文字的页（可能是图片）", "pages without text (pictures?)"),
        *_said(["�"] if _illegible(lines) else [], "认不出的字符", "characters that the font does not name"),
    )
    score = 1.0
    for share in shares:
        score *= max(0.0, share)
    return Quality(round(score, 3), problems, tuple(orphan[:_LONGEST] for orphan in orphans))


def _missing(rows: Sequence[Row], sections: Sequence[Section]) -> list[str]:
    """Rows that are neither a section's name nor an article's title, small changes of wording allowed."""
    names = {key(section.name) for section in sections}
    titles = {key(article.title) for section in sections for article in section.articles}
    both = {key(section.name + article.title) for section in sections for article in section.articles}
    return [row.text for row in rows if not _found(key(row.text), names | titles | both)]


def _found(name: str, known: set[str]) -> bool:
    return name in known or (len(known) < _MANY and bool(difflib.get_close_matches(name, known, n=1, cutoff=_ALIKE)))


def _placed(lines: Sequence[Line], unused: Sequence[str]) -> float:
    """The share of characters that stand in a part that was recognised."""
    total = sum(len(line.text) for line in lines)
    return 1 - sum(map(len, unused)) / total if total else 0.0


def _illegible(lines: Sequence[Line]) -> float:
    """The share of characters of which the font or the encoding does not say what they are."""
    total = sum(len(line.text) for line in lines)
    return sum(len(_UNKNOWN.findall(line.text)) for line in lines) / max(1, total)


def _said(names: Sequence[str], zh: str, en: str) -> list[Problem]:
    if not names:
        return []
    shown = "；".join(name[:_LONGEST] for name in names[:_SHOWN])
    more_zh, more_en = (f" 等 {len(names)} 处", f" … {len(names)} in all") if len(names) > _SHOWN else ("", "")
    return [(f"{zh}：{shown}{more_zh}", f"{en}: {shown}{more_en}")]
