"""What a rule may not do as its writer meant, said in one Chinese and one English line each. It refuses nothing."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from notifier.matching.advice.compare import Comparer, Dead, Written, dead_clauses
from notifier.matching.advice.trial import TermCount
from notifier.matching.engine.wide import wide_parts
from notifier.matching.fold import folded
from notifier.matching.language.expression import Expression, Node, Phrase, Term, format_node, position_of, walk

ACCIDENTS = 0.2  # of a term's raw hits, from which on it is often an accident
FEWEST = 2  # accidents, below which nothing is said of them
MANY = 30  # alerts a day, above which a digest or a narrower rule is asked for
_SHORTEST = 2  # characters of a term


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to look at. `code`: hint, short, wide, never, branch, accident, same, contained, many, none.

    `position` is the offset in the rule as typed, -1 where it is about the whole; `examples` are sentences.
    """

    code: str
    zh: str
    en: str
    position: int = -1
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a rule would have brought: of `articles` looked at, the `matched` ones of the `days` up to `last`.

    `covered` days of these have stored articles behind them; `busiest` is the most on one day. `limited`: there were
    more articles than could be looked at.
    """

    articles: int
    matched: int
    days: int
    covered: int
    last: dt.date
    busiest: int
    limited: bool = False

    @property
    def per_week(self) -> float:
        """Over what is covered, a week at least: a few days say nothing of a whole week."""
        return 7 * self.matched / max(7, self.covered)

    @property
    def zh(self) -> str:
        limit = f"最新的 {self.articles:,} 篇" if self.limited else f"{self.articles:,} 篇"
        return (
            f"到 {self.last} 为止的 {self.days} 天里（已有文章 {limit}，跨 {self.covered} 天），"
            f"会命中 {self.matched} 篇，每周约 {self.per_week:.1f} 篇"
        )

    @property
    def en(self) -> str:
        limit = f"the newest {self.articles:,} articles" if self.limited else f"{self.articles:,} articles"
        return (
            f"in the {self.days} days up to {self.last} ({limit} of {self.covered} days) "
            f"it would match {self.matched}, about {self.per_week:.1f} a week"
        )


def busiest_day(days: Iterable[dt.date]) -> int:
    """The most matches on one day."""
    return max(Counter(days).values(), default=0)


def lint_rule(expression: Expression, comparer: Comparer) -> list[Remark]:
    """What can be seen without any article: the parser's hints, short terms, clauses that can never match."""
    remarks = [Remark("hint", hint.zh, hint.en, hint.position) for hint in expression.hints]
    remarks += _short(expression.root)
    remarks += map(_wide, wide_parts(expression.root))
    remarks += [_dead(one) for one in dead_clauses(expression, comparer)]
    return list(dict.fromkeys(remarks))


def _wide(node: Node) -> Remark:
    clause = format_node(node)
    return Remark(
        "wide", f"“{clause}”很宽，几乎每篇文章都要逐一去试；请写两个字以上的词、更近的距离或有界的重复",
        f"{clause} is wide and has to be tried on nearly every article: use terms of two characters or more, a shorter "
        "distance or bounded repetition",
        position_of(node),
    )  # fmt: skip


def _short(root: Node) -> Iterator[Remark]:
    for node in walk(root):
        if isinstance(node, Term | Phrase) and len(folded(node.text.strip("*＊"))) < _SHORTEST:
            yield Remark(
                "short", f"“{node.text}”只有一个字，到处都可能碰上；请写两个字以上，或放进字段里",
                f"{node.text} is a single character and stands in many words: write two or more, or keep to a field",
                node.position,
            )  # fmt: skip


def _dead(one: Dead) -> Remark:
    if one.whole:
        return Remark(
            "never", f"这条规则永远不会命中：{one.clause} 与 {one.against} 不能同时成立",
            f"this rule can never match: {one.clause} and {one.against} never hold together", one.position,
        )  # fmt: skip
    return Remark(
        "branch", f"{one.clause} 这一支永远不会命中：它与 {one.against} 不能同时成立",
        f"the branch {one.clause} can never match: it and {one.against} never hold together", one.position,
    )  # fmt: skip


def accident_remarks(counts: Sequence[TermCount], root: Node) -> Iterator[Remark]:
    """Terms whose characters often stand where the term is not meant."""
    places = {node.text: node.position for node in walk(root) if isinstance(node, Term)}
    for one in counts:
        accidents = one.raw - one.kept
        if accidents >= FEWEST and one.dropped >= ACCIDENTS:
            share = f"{one.dropped:.0%}"
            yield Remark(
                "accident",
                f"“{one.term}”这几个字在已有文章里出现 {one.raw} 次，{share} 只是碰巧（已不计）；可换一个更完整的词",
                f"the characters of {one.term} stand in stored articles {one.raw} times, {share} by accident "
                "(not counted); a fuller term is safer",
                places.get(one.term, -1),
                tuple(one.examples),
            )


def kinship_remarks(
    rule: Written, others: Mapping[str, Written], comparer: Comparer, *, most: int = 5
) -> Iterator[Remark]:
    """Rules of the same subscriber (by what they are called) that say the same, or contain this one or are in it."""
    for name, other in list(others.items())[:1000]:
        if most <= 0:
            return
        remark = _kinship(rule, name, other, comparer=comparer)
        if remark:
            most -= 1
            yield remark


def _kinship(rule: Written, name: str, other: Written, *, comparer: Comparer) -> Remark | None:
    if comparer.same(rule, other):
        return Remark("same", f"与规则 {name} 说的是一回事", f"it says the same as rule {name}")
    if comparer.contained(rule, other):
        return Remark(
            "contained", f"规则 {name} 已包含它：它命中的，那条都会命中", f"rule {name} matches all that it matches"
        )
    if comparer.contained(other, rule):
        return Remark("contained", f"它包含规则 {name}：那条可以移除", f"it matches all that rule {name} matches")
    return None


def volume_remarks(estimate: Estimate, *, at_once: bool) -> Iterator[Remark]:
    """A rule that brings very much at once, or nothing at all."""
    if at_once and estimate.busiest > MANY:
        yield Remark(
            "many",
            f"最多的一天会有 {estimate.busiest} 篇，超过 {MANY} 篇：请改为摘要（--delivery daily），或写得更窄",
            f"up to {estimate.busiest} alerts on one day, more than {MANY}: take a digest (--delivery daily), "
            "or narrow the rule",
        )
    if estimate.articles and not estimate.matched:
        yield Remark("none", "已有的文章里没有一篇命中", "no stored article matches it")
