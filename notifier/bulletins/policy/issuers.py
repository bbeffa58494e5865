"""Who issued what an article is or tells of: every body that the text names as an issuer, as it is written."""

import re
from collections.abc import Iterator

from notifier.bulletins.lines import close_up
from notifier.bulletins.policy import patterns
from notifier.bulletins.policy.stated import Text
from notifier.domain.facts import Fact

_LINE = re.compile(r"[^\n]+")
_CLAUSE = 200  # characters before a verb in which its bodies are looked for
_SIGNATURE = 80  # characters of a line that is a signature
_HEAD_LINES = 4

Span = tuple[int, int]


def find_issuers(title: Text, body: Text, signed: list[Span]) -> list[Fact]:
    """The issuers: of the document itself, else of what the first paragraphs (else the title) say was issued.

    `signed` are the dates that stand alone at the end of a line: what a signature stands before.
    """
    named = [*_of_number(title), *_of_head(title), *_of_head(body), *_labelled(body), *_signatures(body, signed)]
    own = [*_of_title(title, body, known=[fact.value for fact in named]), *named]
    return own or _announced(body, limit=_lead(body.text)) or _announced(title, limit=len(title.text))


def _fact(where: Text, span: Span) -> Fact:
    return where.fact("issuer", span, value=close_up(where.text[slice(*span)]))


def _of_title(title: Text, body: Text, *, known: list[str]) -> list[Fact]:
    """XX厅 YY厅等五部门关于…, also where the title goes on in the body."""
    at = title.text.find("关于")
    at = len(title.text) if at < 0 and body.text.startswith("关于") else at
    spans = bodies_before(title.text, at, whole=True) if at > 0 else []
    return [_fact(title, part) for span in spans for part in _unglued(title.text, span, known)]


def _of_number(title: Text) -> list[Fact]:
    """财政部 税务总局公告2026年第18号, as a title."""
    found = patterns.NOTICE_NUMBER.search(title.folded)
    spans = bodies_before(title.text, found.start(), whole=True) if found else []
    return [_fact(title, part) for span in spans for part in _unglued(title.text, span, [])]


def _unglued(text: str, span: Span, known: list[str]) -> list[Span]:
    """Two bodies between which a title has lost its space: 四川省科学技术厅四川省财政厅, 财政部税务总局."""
    start, end = span
    for at in range(start + 2, end - 1):
        parts = text[start:at], text[at:end]
        twins = text[at : at + 2] == text[start : start + 2] and all(map(is_body, parts))
        if twins or all(part in known for part in parts):
            return [(start, at), *_unglued(text, (at, end), known)]
    return [span]


def _of_head(where: Text) -> list[Fact]:
    """红头: XX厅文件, on one of the first lines."""
    for line in list(_LINE.finditer(where.text[:1000]))[:_HEAD_LINES]:
        found = patterns.REDHEAD.match(line[0])
        spans = bodies_before(where.text, line.start() + found.end("bodies"), whole=True) if found else []
        if spans:
            return [_fact(where, span) for span in spans]
    return []


def _labelled(body: Text) -> list[Fact]:
    """发文机关：国务院"""
    for found in patterns.ISSUER_LABEL.finditer(body.text):
        end = found.end("bodies")
        if body.text[end : end + 1] in ("：", ":") and (label := patterns.LABEL_NEXT.search(found["bodies"])):
            end -= len(label[0])
        spans = bodies_before(body.text, end, start=found.start("bodies"))
        if spans:
            return [_fact(body, span) for span in spans]
    return []


def _signatures(body: Text, signed: list[Span]) -> list[Fact]:
    """The bodies on the line of a date that stands alone, or on the lines above it."""
    found: list[Fact] = []
    for start, _ in signed:
        above, end = start, start
        while spans := _signature(body.text, end):
            found += [_fact(body, span) for span in spans]
            above = spans[0][0]
            end = body.text.rfind("\n", 0, above) + 1 if above else 0
            if not end:
                break
    return sorted(found, key=lambda fact: fact.start)


def _signature(text: str, end: int) -> list[Span]:
    """The bodies that fill the last line before `end`."""
    stop = len(text[:end].rstrip())
    start = text.rfind("\n", 0, stop) + 1
    return bodies_before(text, stop, start=start, whole=True) if 0 < stop - start <= _SIGNATURE else []


def _lead(text: str) -> int:
    """Where the paragraphs end in which an article says what it is about."""
    at = 0
    for _ in range(patterns.LEAD_BLOCKS):
        at = text.find("\n", at + 1)
        if at < 0:
            return len(text)
        while text[at : at + 1] == "\n":
            at += 1
    return at


def _announced(where: Text, *, limit: int) -> list[Fact]:
    """XX、YY等七部门联合印发《…》, in the first paragraph that says so."""
    found: list[Fact] = []
    for verb in patterns.ISSUES.finditer(where.text, 0, limit):
        if found and "\n" in where.text[found[-1].end : verb.start()]:
            break
        start = clause_start(where.text, verb.start())
        if not patterns.CITING.search(where.text[start : verb.start()]):
            found += [_fact(where, span) for span in bodies_before(where.text, verb.start(), start=start)]
    return found


def clause_start(text: str, end: int, *, marks: str = patterns.CLAUSE_ENDS) -> int:
    """Where the clause begins that goes on at `end`."""
    start = max(0, end - _CLAUSE)
    clause = text[start:end]
    return start + max(clause.rfind(mark) for mark in marks) + 1


# --- bodies in a row --------------------------------------------------------------------------------------------


def bodies_before(text: str, end: int, *, start: int = 0, whole: bool = False) -> list[Span]:
    """The bodies that stand in a row right before `end`; with `whole`, only if nothing else stands after `start`."""
    start = max(start, end - _CLAUSE)
    tail = patterns.BEFORE_VERB.search(text[start:end])
    stop = start + tail.start() if tail else end
    found: list[Span] = []
    for left, right in reversed(list(_parts(text, start, stop))):
        lead = patterns.BODY_LEAD.match(text, left, right)
        left = lead.end() if lead and not whole else left
        if not is_body(text[left:right]):
            return [] if whole else found[::-1]
        found.append((left, right))
        if lead:
            break
    return found[::-1]


def _parts(text: str, start: int, end: int) -> Iterator[Span]:
    """What stands between 、, spaces and words such as 会同; 和 divides only where both sides are bodies."""
    at = start
    for apart in [*patterns.BODY_APART.finditer(text, start, end), None]:
        stop = apart.start() if apart else end
        if stop > at:
            yield from _joined(text, at, stop)
        at = apart.end() if apart else end


def _joined(text: str, start: int, end: int) -> Iterator[Span]:
    at = start
    for joint in patterns.BODY_AND.finditer(text, start, end):
        lead = patterns.BODY_LEAD.match(text, at, joint.start())
        left = text[lead.end() if lead else at : joint.start()]
        if is_body(left) and is_body(text[joint.end() : end].partition("和")[0]):
            yield at, joint.start()
            at = joint.end()
    yield at, end


def is_body(name: str) -> bool:
    """Is this the name of a body that may issue something: 科技部, 四川省科学技术厅, 中关村科技园区管理委员会?"""
    return (
        bool(patterns.BODY_NAME.match(name))
        and name not in patterns.NO_BODY
        and bool(patterns.BODY_ENDING.search(name))
        and not patterns.BODY_NEVER.search(name)
    )
