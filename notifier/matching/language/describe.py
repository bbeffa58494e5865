"""A rule in one sentence, as it is understood, in Chinese and English."""

from collections.abc import Mapping
from dataclasses import dataclass

from notifier.matching.language.dates import Comparison
from notifier.matching.language.expression import (
    And,
    AnyOf,
    Expression,
    Field,
    FieldName,
    Item,
    Link,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Regex,
    Term,
    TopicRef,
)
from notifier.matching.language.parser import parse_rule
from notifier.matching.language.terms import WILDCARD_REACH

FIELD_NAMES: dict[str, dict[FieldName | None, str]] = {
    "zh": {
        None: "标题、栏目或正文", "title": "标题", "body": "正文", "section": "栏目", "source": "来源",
        "bulletin": "刊名", "issuer": "发文机关", "docno": "发文字号", "place": "所讲的地区（含下级）",
    },
    "en": {
        None: "title, section or body", "title": "title", "body": "body", "section": "section", "source": "source",
        "bulletin": "bulletin's name", "issuer": "issuing body", "docno": "document number",
        "place": "places that it is about (with what belongs to them)",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Wording:
    """How one language says each part. {0} is what is talked about."""

    language: str
    sentence: str
    has: str  # field, what
    lacks: str
    both: str
    either: str
    negated: str
    items: str
    any_of: str
    bracket: str
    term: str
    wildcard: str
    phrase: str
    topic: str
    regex: str
    near: str
    sentence_link: str
    block_link: str
    dates: Mapping[str, str]  # date, deadline
    operators: Mapping[str, str]  # {0} is the day, month or year


_ZH = _Wording(
    language="zh", sentence="找这样的文章：{0}。", has="{0}里有{1}", lacks="{0}里没有{1}",
    both="，并且", either="，或者", negated="没有（{0}）",
    items="、", any_of="{0}中的任何一个", bracket="（{0}）", term="“{0}”",
    wildcard="“{0}”（* 处最多隔 {1} 个字，不跨句）", phrase="原文“{0}”", topic="话题“{0}”里的任何一个词",
    regex="符合正则 /{0}/ 的文字", near="{0}与{1}相隔不超过 {2} 个字", sentence_link="{0}与{1}在同一句",
    block_link="{0}与{1}在同一段", dates={"date": "日期", "deadline": "截止日期"},
    operators={">=": "不早于 {0}", "<=": "不晚于 {0}", ">": "晚于 {0}", "<": "早于 {0}", "=": "是 {0}"},
)  # fmt: skip
_EN = _Wording(
    language="en", sentence="Articles in which {0}.", has="the {0} has {1}", lacks="the {0} does not have {1}",
    both=", and ", either=", or ",
    negated="it is not so that ({0})", items=", ", any_of="any of {0}", bracket="({0})", term="“{0}”",
    wildcard="“{0}” (up to {1} characters at each *, within a sentence)", phrase="the exact text “{0}”",
    topic="any term of the topic “{0}”", regex="text that matches /{0}/",
    near="{0} at most {2} characters from {1}", sentence_link="{0} and {1} in one sentence",
    block_link="{0} and {1} in one paragraph", dates={"date": "the date is ", "deadline": "a deadline is "},
    operators={
        ">=": "{0} or later", "<=": "{0} or earlier", ">": "after {0}", "<": "before {0}", "=": "{0} or within it"
    },
)  # fmt: skip


def describe_rule(rule: Expression | str, language: str = "zh-CN") -> str:
    """One sentence that says how the rule is understood. RuleError (in `language`) if it is not."""
    expression = parse_rule(rule, language=language) if isinstance(rule, str) else rule
    wording = _ZH if language.lower().startswith("zh") else _EN
    return wording.sentence.format(_clause(expression.root, wording))


def _clause(node: Node, wording: _Wording, *, field: FieldName | None = None) -> str:
    match node:
        case And():
            return wording.both.join(_inner(child, wording, field=field) for child in node.children)
        case Or():
            return wording.either.join(_inner(child, wording, field=field) for child in node.children)
        case Not():
            return _negated(node, wording, field=field)
        case Field():
            return _clause(node.child, wording, field=node.name)
        case Comparison():
            return wording.dates[node.name] + wording.operators[node.operator].format(node.value)
    return _looks(node, wording.has, wording=wording, field=field)


def _negated(node: Not, wording: _Wording, *, field: FieldName | None) -> str:
    inner = node.child
    if isinstance(inner, Field):
        return _negated(Not(inner.child), wording, field=inner.name)
    if isinstance(inner, And | Or | Not | Comparison):
        return wording.negated.format(_clause(inner, wording, field=field))
    return _looks(inner, wording.lacks, wording=wording, field=field)


def _looks(node: Node, template: str, *, wording: _Wording, field: FieldName | None) -> str:
    what = _chain(node, wording) if isinstance(node, Near) else _what(node, wording)
    return template.format(FIELD_NAMES[wording.language][field], what)


def _inner(node: Node, wording: _Wording, *, field: FieldName | None) -> str:
    text = _clause(node, wording, field=field)
    return wording.bracket.format(text) if isinstance(node, And | Or) else text


def _chain(node: Near, wording: _Wording) -> str:
    """Pair by pair: a near b, and b near c."""
    operands = [_operand(operand, wording) for operand in node.operands]
    pairs = zip(node.links, operands, operands[1:], strict=False)
    return wording.both.join(_pair(link, left, right=right, wording=wording) for link, left, right in pairs)


def _pair(link: Link, left: str, *, right: str, wording: _Wording) -> str:
    texts = {"near": wording.near, "sentence": wording.sentence_link, "block": wording.block_link}
    return texts[link.kind].format(left, right, link.distance)


def _operand(node: Node, wording: _Wording) -> str:
    if isinstance(node, Term | Phrase | TopicRef | Regex | AnyOf):
        return _what(node, wording)
    if isinstance(node, Or) and all(isinstance(child, Item) for child in node.children):
        return _what(AnyOf(tuple(child for child in node.children if isinstance(child, Item))), wording)
    if isinstance(node, Near):
        return wording.bracket.format(_chain(node, wording))
    return wording.bracket.format(_clause(node, wording))


def _what(node: Node, wording: _Wording) -> str:
    match node:
        case Term():
            starred = "*" in node.text or "＊" in node.text
            return (wording.wildcard if starred else wording.term).format(node.text, WILDCARD_REACH)
        case Phrase():
            return wording.phrase.format(node.text)
        case TopicRef():
            return wording.topic.format(node.name)
        case Regex():
            return wording.regex.format(node.pattern)
        case AnyOf():
            return wording.any_of.format(wording.items.join(_what(item, wording) for item in node.items))
    return wording.bracket.format(_clause(node, wording))
