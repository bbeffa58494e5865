"""An issue of several articles, or one article with headings within: told by the headings that the format declares.

For texts without masthead and contents list. Where nothing tells it is one article: that way nothing is torn apart.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from notifier.bulletins.lines import Line, close_up
from notifier.bulletins.structure import patterns
from notifier.bulletins.structure.bylines import is_meta
from notifier.bulletins.structure.facts import find_date, key
from notifier.bulletins.structure.marks import point_marker, section_mark

_MOST = 0.5  # share of the headings
_DATED = 20  # characters of a line that is a date
_INNER = re.compile(  # headings of parts of one article; the numbered ones apart
    r"(?:(?:研究|项目|政策|工作|事件|时代|出台|制定|起草|编制)?(?:背景|依据|意义|过程|目的|必要性)(?:[和与及].{2,6})?"
    r"|引言|前言|导言|导语|概述|综述|摘要|简介|绪论|正文|总结|小结|结语|结论|结束语|展望|讨论|方法|结果|现状|问题|原因|对策|建议"
    r"|启示|案例|附[录件则表图注]?|参考(?:文献|资料)|致谢|关于我们|联系(?:我们|方式)|常见问题|总则"
    r"|(?:总体|基本|主要|重点|保障|具体|存在的?|面临的?|下一步|有关|申报|支持|适用)"
    r"(?:要求|思路|目标|原则|任务|措施|做法|内容|问题|挑战|打算|工作|安排|情况|事项|条件|范围|对象)"
    r"|第[一二三四五六七八九十百\d]+[章节条篇编].*|abstract|introduction|background|overview|summary|methods?|results?"
    r"|discussion|conclusions?|references|appendix.*|faq|notes?|acknowledge?ments?)",
    re.IGNORECASE,
)
_PERIODICAL = re.compile(  # a title that says: there are several things below; an annual report is one
    r"(?:周|月|日|旬|快|简|早|晚)[报刊讯](?:$|[\s（(第\d—-])|通讯$|(?:一|本|上)[周月]|每[日周月]|盘点|汇编|摘编|文摘|动态(?:$|[（(])"
    r"|(?:工作|科技|行业|产业|政策|地方|国内|国际|国外|创新).{0,4}(?:动态|要闻|参考|速递|速览|资讯|信息|观察)(?:$|[\s（(第])"
    r"|要闻|简讯|短讯|[两二三四五六七八九十\d]则|第\s*\d+\s*[期号周]|新闻(?:集锦|汇总|摘要)"
    r"|\b(?:weekly|monthly|daily|digest|newsletter|bulletin|roundup|news in brief)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Outline:
    """The issue's own heading and date ("" and None where there is none), and the lines below it."""

    title: str
    date: dt.date | None
    lines: tuple[Line, ...]


def find_outline(lines: Sequence[Line], *, title: str = "") -> Outline | None:
    """The outline where the declared headings are those of an issue; None for one article.

    `title` is what the format itself calls the whole. An issue has two articles or more; its headings are no parts of
    an article; and it has sections above its titles, a title that names a periodical, or no title at all.
    """
    if not lines or not lines[0].level:
        return None
    named, below = _named(lines, title)
    count = next((at for at, line in enumerate(below) if not _is_about(line)), len(below))
    about, rest = below[:count], below[count:]
    if not rest or not rest[0].level or not _are_titles(rest):
        return None
    if named and not _PERIODICAL.search(named) and not _has_sections(rest):
        return None
    date = next((date for line in about if (date := find_date(line.text))), None)
    return Outline(close_up(named), date, tuple(rest))


def _is_about(line: Line) -> bool:
    dated = len(line.text) <= _DATED and find_date(line.text) is not None
    return not line.level and (dated or is_meta(line.text))


def _named(lines: Sequence[Line], title: str) -> tuple[str, Sequence[Line]]:
    """The heading of the whole, and what stands below it: the only one of its level, or else the format's title."""
    level = min(line.level for line in lines if line.level)
    top = [line for line in lines if line.level == level]
    if len(top) == 1 and lines[0] is top[0]:
        return top[0].text, lines[1:]
    return ("" if key(title) in {key(line.text) for line in top} else title), lines


def is_inner(text: str) -> bool:
    """The heading of a part of an article: 一、总体要求, （二）保障, 第三章, 背景."""
    mark = section_mark(text)
    numbered = point_marker(text) is not None or (mark is not None and mark.style == "number")
    return numbered or bool(_INNER.fullmatch(text.strip(" 　:：")))


def _are_titles(lines: Sequence[Line]) -> bool:
    """Two headings or more have text below, and most of these are no parts of an article."""
    headed = [left for left, right in pairwise(lines) if left.level and not right.level]
    level = min((line.level for line in headed), default=0)
    heads = [line for line in headed if line.level == level]
    return len(heads) > 1 and _are_names(heads)


def _has_sections(lines: Sequence[Line]) -> bool:
    """Most headings of the first level, and two at least, have another right below them that is no part of one."""
    top = min(line.level for line in lines if line.level)
    below = [right for left, right in pairwise(lines) if left.level == top]
    deeper = [line for line in below if line.level > top]
    return len(deeper) > 1 and len(deeper) > _MOST * len(below) and _are_names(deeper)


def _are_names(heads: Sequence[Line]) -> bool:
    inner = sum(is_inner(line.text) for line in heads)
    return inner < _MOST * len(heads) and all(len(line.text) <= patterns.TITLE_LENGTH for line in heads)
