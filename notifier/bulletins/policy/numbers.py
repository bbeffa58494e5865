"""Document numbers: 川科发〔2025〕12号, 公告2025年第5号; whether each is the article's own or another document's."""

from notifier.bulletins.policy import patterns
from notifier.bulletins.policy.issuers import bodies_before, clause_start
from notifier.bulletins.policy.stated import Text
from notifier.domain.facts import CITED, Fact

_HEAD = 24  # characters before the bracket
_REACH = 2000  # characters that are the head of a text
_AROUND = 90  # characters before a number that say whose it is
_ALONE = "（()）【】[] 　:：号\t|"


def find_numbers(where: Text) -> list[Fact]:
    """Each number, in the order of the text."""
    found = []
    for tail in patterns.DOCNO_TAIL.finditer(where.folded):
        head = patterns.DOCNO_HEAD.search(where.folded[max(0, tail.start() - _HEAD) : tail.start()])
        if head and (name := _without_running(head["head"])):
            value = f"{name}〔{tail['year']}〕{int(tail['number'])}号"
            found.append(_fact(where, (tail.start() - len(head[0]) + len(head["head"]) - len(name), tail.end()), value))
    for notice in patterns.NOTICE_NUMBER.finditer(where.folded):
        start = clause_start(where.text, notice.start(), marks=patterns.CLAUSE_ENDS + "（(")
        bodies = bodies_before(where.text, notice.start(), start=start)
        if notice["year"] or bodies:
            year = f"{notice['year']}年" if notice["year"] else ""
            names = " ".join(where.text[slice(*body)] for body in bodies)
            span = (bodies[0][0] if bodies else notice.start(), notice.end())
            found.append(_fact(where, span, f"{names}{notice['kind']}{year}第{int(notice['number'])}号"))
    return sorted(found, key=lambda fact: fact.start)


def _without_running(head: str) -> str:
    """The characters of the number itself: 川科发 of 根据川科发."""
    running = patterns.DOCNO_RUNNING.match(head)
    return head[running.end() :] if running else head


def _fact(where: Text, span: tuple[int, int], value: str) -> Fact:
    return where.fact("docno", span, value=value, label="" if _is_own(where, span) else CITED)


def _is_own(where: Text, span: tuple[int, int]) -> bool:
    """In the title, on a line of its own at the head, behind its label, or behind the name of what was just issued."""
    (start, end), folded = span, where.folded
    before = folded[max(0, start - _AROUND) : start]
    lines = folded[:start].count("\n") if start < _REACH else _REACH
    if patterns.DOCNO_LABEL.search(before) or (lines <= 2 * patterns.HEAD_LINES and _is_alone(folded, before, end)):
        return True
    if patterns.CITED_BEFORE.search(before) or patterns.ENDED_BEHIND.match(folded, end):
        return False
    opening = not lines and before[-1:] not in tuple("（(》")  # lines that were joined at the head
    return where.field == "title" or opening or bool(patterns.ANNOUNCED.search(before))


def _is_alone(folded: str, before: str, end: int) -> bool:
    """Nothing but brackets and the like shares its line; `before` is what stands before it."""
    line = before.rpartition("\n")[2] + folded[end : end + _AROUND].partition("\n")[0]
    return not line.strip(_ALONE)
