"""Why a rule did not match an article: the clause that failed, and what would have been needed."""

from collections.abc import Mapping
from dataclasses import dataclass

from notifier.domain import Article, Hit, Mode, sentence_span
from notifier.matching.advice.misses import Miss, date_miss, fact_miss
from notifier.matching.engine.near import Chains, Fields, Found, distance, within
from notifier.matching.engine.plain import Outcome, PlainEngine, TopicTerms
from notifier.matching.language.dates import Comparison
from notifier.matching.language.describe import FIELD_NAMES
from notifier.matching.language.expression import (
    FACT_FIELDS,
    And,
    AnyOf,
    Field,
    FieldName,
    Link,
    Near,
    Node,
    Not,
    Or,
    Regex,
    Term,
    TopicRef,
    format_node,
    normal_form,
    walk,
)
from notifier.matching.language.parser import parse_rule
from notifier.matching.language.terms import topic_key
from notifier.matching.matcher import unknown_topic
from notifier.matching.mention.gate import Gate, OpenGate
from notifier.matching.mention.mentions import MentionGate
from notifier.matching.prepared import HIT_FIELDS, prepare
from notifier.matching.topics import Topic, compile_topics

_EVERYWHERE: Fields = frozenset(HIT_FIELDS)
_CONTEXT = 30  # characters of a sentence shown on either side of a hit
_ACCIDENT = ("但不是在说 {}", "but not as a mention of {}")
_DOUBTFUL = ("但说不准是在说 {}，精确模式不收", "but it is not certain that {} is meant, which strict mode asks for")
_PART_NAMES: dict[str, tuple[str, str]] = {
    "title": ("标题", "the title"), "section": ("栏目", "the section"), "body": ("正文", "the body"),
    "source": ("来源", "the source"), "byline": ("来源", "the byline"), "bulletin": ("刊名", "the bulletin's name"),
}  # fmt: skip


def explain_miss(
    rule: str,
    article: Article,
    *,
    topics: Mapping[str, Topic] | None = None,
    mode: Mode = "standard",
    min_score: float = 0.0,
    gate: Gate | None = None,
) -> Miss | None:
    """Why `rule` does not match `article`, or None if it does. RuleError as from Matcher.add."""
    expression = parse_rule(rule)
    error = unknown_topic(expression.root, sorted(topics or {}), language="zh-CN")
    if error:
        raise error
    engine = PlainEngine(prepare(article), compile_topics(topics or {}), gate or MentionGate(), mode)
    root = normal_form(expression.root)
    outcome = engine.evaluate(root)
    if not outcome.matched:
        return _Explainer(engine).miss(root)
    if outcome.score >= min_score:
        return None
    return Miss(
        "score", format_node(expression.root),
        f"命中了，但得分 {outcome.score:.2f} 低于要求的 {min_score:.2f}",
        f"it matches, but its score {outcome.score:.2f} is below the {min_score:.2f} asked for",
        score=outcome.score,
    )  # fmt: skip


def _printable(character: str) -> bool:
    return character.isprintable() or character.isspace()


@dataclass(frozen=True, slots=True)
class _Explainer:
    engine: PlainEngine

    def miss(self, node: Node, fields: Fields | None = None, name: FieldName | None = None) -> Miss:
        """Why the clause, which does not hold, does not."""
        match node:
            case And():
                failed = (child for child in node.children if not self.engine.evaluate(child, fields).matched)
                return self.miss(next(failed), fields, name)
            case Or():
                return self._none_of(node, [self.miss(child, fields, name) for child in node.children])
            case Field():
                return self.miss(node.child, within(node, fields), node.name)
            case Not():
                return self._excluded(node, fields)
            case Near():
                return self._too_far(node, fields, name)
            case Comparison():
                return date_miss(node, self.engine.article)
        if name in FACT_FIELDS:
            return fact_miss(node, name, self.engine.article)
        return self._absent(node, name)

    def _hit(self, found: Found) -> Hit:
        return self.engine.hits(Outcome(True, 0.0, (found,)))[0]

    def _none_of(self, node: Or, misses: list[Miss]) -> Miss:
        """No branch holds: the one that came nearest speaks for all."""
        nearest = min(misses, key=lambda miss: miss.cause == "absent")
        if nearest.cause != "absent":
            return nearest
        clause = format_node(node)
        return Miss("absent", clause, f"没有一个分支成立：{clause}", f"no branch holds: {clause}")

    def _excluded(self, node: Not, fields: Fields | None) -> Miss:
        hits = self.engine.hits(self.engine.evaluate(node.child, fields))
        clause = format_node(node)
        if not hits:  # of a date
            return Miss("excluded", clause, f"被“非”排除：{clause}", f"excluded by {clause}")
        hit = hits[0]
        zh, en = _PART_NAMES[hit.field]
        return Miss(
            "excluded", clause,
            f"被“非”排除：{zh}第 {hit.start + 1} 个字起有“{hit.text}”",
            f"excluded by NOT: {en} has “{hit.text}” at character {hit.start + 1}",
            hit,
        )  # fmt: skip

    def _absent(self, node: Node, name: FieldName | None) -> Miss:
        clause = format_node(node)
        excluded = self._topic_excluded(node)
        if excluded:
            return excluded
        elsewhere = self.engine.leaf(node, _EVERYWHERE)
        if elsewhere:
            return self._other_field(clause, self._hit(elsewhere[0]), name)
        open_engine = PlainEngine(self.engine.article, self.engine.library, OpenGate(), self.engine.mode)
        accident = open_engine.leaf(node, _EVERYWHERE)
        if accident:
            return self._not_mention(clause, self._hit(accident[0]))
        kind_zh = "符合它的文字" if isinstance(node, Regex) else "其中任何一个" if isinstance(node, AnyOf) else "它"
        return Miss("absent", clause, f"没有 {clause}：文章里找不到{kind_zh}", f"{clause} is nowhere in the article")

    def _topic_excluded(self, node: Node) -> Miss | None:
        """A topic whose terms stand in the article, and one of its excluded terms too."""
        for one in walk(node):
            topic = self.engine.library[topic_key(one.name)] if isinstance(one, TopicRef) else TopicTerms(())
            wanted = [found for term in topic.terms for found in self.engine.leaf(term, None)]
            unwanted = [found for term in topic.excluded for found in self.engine.leaf(term, None)]
            if wanted and unwanted:
                return self._topic_miss(format_node(one), self._hit(unwanted[0]))
        return None

    def _topic_miss(self, clause: str, hit: Hit) -> Miss:
        zh, en = _PART_NAMES[hit.field]
        return Miss(
            "excluded", clause,
            f"话题 {clause} 被它的排除词挡住：{zh}第 {hit.start + 1} 个字起有“{hit.text}”",
            f"the topic {clause} is held back by an excluded term: {en} has “{hit.text}” at character {hit.start + 1}",
            hit,
        )  # fmt: skip

    def _other_field(self, clause: str, hit: Hit, name: FieldName | None) -> Miss:
        zh, en = _PART_NAMES[hit.field]
        asked_zh, asked_en = FIELD_NAMES["zh"][name], FIELD_NAMES["en"][name]
        return Miss(
            "other_field", clause,
            f"{clause} 只出现在{zh}里，而规则要求在{asked_zh}里",
            f"{clause} stands only in {en}, and the rule asks for it in the {asked_en}",
            hit,
        )  # fmt: skip

    def _not_mention(self, clause: str, hit: Hit) -> Miss:
        """What the gate dropped, with its sentence: an accident, or in strict mode what is not certain."""
        zh, en = _PART_NAMES[hit.field]
        sentence = self._sentence(hit)
        doubtful = self.engine.mode == "strict" and bool(self._in_standard(hit))
        why_zh, why_en = _DOUBTFUL if doubtful else _ACCIDENT
        return Miss(
            "not_mention", clause,
            f"{zh}里虽有“{hit.text}”这几个字（{sentence}），{why_zh.format(clause)}；要找这几个字本身，请加引号",
            f"{en} has the characters “{hit.text}” ({sentence}), {why_en.format(clause)}; "
            "quote it to find the characters",
            hit,
        )  # fmt: skip

    def _in_standard(self, hit: Hit) -> list[Found]:
        engine = PlainEngine(self.engine.article, self.engine.library, self.engine.gate, "standard")
        return engine.leaf(Term(hit.term), _EVERYWHERE)

    def _sentence(self, hit: Hit) -> str:
        """The sentence around a hit, on one line and cut to what can be read at a glance."""
        text = self.engine.article.texts[hit.field]  # type: ignore[index]
        left, right = sentence_span(text, hit.start, hit.end)
        start, end = max(left, hit.start - _CONTEXT), min(right, hit.end + _CONTEXT)
        shown = " ".join("".join(filter(_printable, text[start:end])).split())
        return f"{'…' * (start > left)}{shown}{'…' * (end < right)}"

    def _too_far(self, node: Near, fields: Fields | None, name: FieldName | None) -> Miss:
        chains = Chains(self.engine.article.blocks, self.engine.leaf)
        groups = [chains.operand(operand, fields, links=node.links) for operand in node.operands]
        for operand, group in zip(node.operands, groups, strict=True):
            if not group and not self.engine.evaluate(operand, fields).matched:
                return self.miss(operand, fields, name)
        for link, left, right in zip(node.links, groups, groups[1:], strict=False):
            if left and right and not chains.linked(sorted(left), sorted(right), link=link):
                return self._apart(node, link, (left, right))
        clause = format_node(node)
        return Miss("too_far", clause, f"没有一处连得起来：{clause}", f"nowhere a whole chain: {clause}", distance=-1)

    def _apart(self, node: Near, link: Link, sides: tuple[list[Found], list[Found]]) -> Miss:
        pairs = [(a, b) for a in sides[0] for b in sides[1] if a.span.block == b.span.block]
        clause = format_node(node)
        if not pairs:
            return Miss(
                "too_far", clause, f"从不在同一段里：{clause}", f"never in one paragraph: {clause}",
                self._hit(sides[0][0]), -1,
            )  # fmt: skip
        near, far = min(pairs, key=lambda pair: distance(pair[0].span, pair[1].span))
        apart = distance(near.span, far.span)
        zh = f"最近的一处隔了 {apart} 个字" + (f"，超过 {link.distance}" if link.kind == "near" else "，不在同一句")
        en = f"the nearest pair is {apart} characters apart" + (
            f", more than {link.distance}" if link.kind == "near" else ", not in one sentence"
        )
        return Miss("too_far", clause, f"离得太远：{zh}", f"too far: {en}", self._hit(near), apart)
