"""What explain says of a clause that failed; and what it says where that is about the article's facts or dates."""

from dataclasses import dataclass
from typing import Literal

from notifier.domain import Hit, full_name
from notifier.matching.language.dates import Comparison
from notifier.matching.language.expression import FieldName, Node, format_node
from notifier.matching.prepared import PreparedArticle

Cause = Literal["absent", "other_field", "not_mention", "excluded", "too_far", "score"]

_MOST = 5  # facts that a message lists
_NAMES: dict[str, tuple[str, str]] = {
    "issuer": ("发文机关", "issuing body"), "docno": ("发文字号", "document number"), "place": ("地区", "place"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Miss:
    """The first clause that failed.

    `clause` is its canonical text; `hit` is the span that excluded it, stands in another field, was no mention,
    or begins the nearest pair; `distance` is in characters (-1: never in one sentence or paragraph), for "too_far"
    only; `score` for "score" only.
    """

    cause: Cause
    clause: str
    zh: str
    en: str
    hit: Hit | None = None
    distance: int | None = None
    score: float | None = None


def date_miss(node: Comparison, article: PreparedArticle) -> Miss:
    """The date or the deadlines do not compare so, or there are none."""
    clause = format_node(node)
    days = [article.day] if node.name == "date" else [*article.deadlines]
    stated = [day.isoformat() for day in days if day]
    zh, en = ("日期", "date") if node.name == "date" else ("截止日期", "deadline")
    if not stated:
        return Miss("absent", clause, f"不满足 {clause}：文章没有写明{zh}", f"not {clause}: the article states no {en}")
    return Miss(
        "absent", clause,
        f"不满足 {clause}：文章的{zh}是 {'、'.join(stated[:_MOST])}",
        f"not {clause}: the article's {en} is {', '.join(stated[:_MOST])}",
    )  # fmt: skip


def fact_miss(node: Node, name: FieldName, article: PreparedArticle) -> Miss:
    """Not among the bodies, numbers or places that the article states."""
    clause = format_node(node)
    facts = dict.fromkeys(block.fact for block in article.blocks if block.fact and block.field == name)
    stated = [" / ".join(map(full_name, fact.codes)) if name == "place" else fact.value for fact in facts if fact]
    zh, en = _NAMES[name]
    if not stated:
        return Miss("absent", clause, f"没有 {clause}：文章没有写明{zh}", f"no {clause}: the article states no {en}")
    return Miss(
        "absent", clause,
        f"没有 {clause}：文章的{zh}是 {'、'.join(stated[:_MOST])}",
        f"no {clause}: the article's {en}: {', '.join(stated[:_MOST])}",
    )  # fmt: skip
