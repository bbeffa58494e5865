"""Policy facts of an article: who issued it, under which number, when, until when, where. Only what the text states."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

FactKind = Literal["issuer", "docno", "date", "deadline", "place", "document"]
FACT_KINDS: tuple[FactKind, ...] = ("issuer", "docno", "date", "deadline", "place", "document")

# What a fact of its kind is about: `label`, by kind.
DATE_LABELS = ("signed", "published", "effective", "expires")  # 成文, 发布, 施行, 有效期至
DEADLINE_LABELS = ("application", "comments", "registration", "submission", "notice", "other")
# 申报, 征求意见, 报名, 报送, 公示, 其他
CITED = "cited"  # of a docno: the number of another document


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact, and where it stands: `text` is characters start..end of `field` (title or body, as displayed).

    `value` is what the text says, by kind:
    issuer: the body's full name; a bare 省政府 with its place before it, where that is known.
    docno: 川科发〔2025〕12号, whatever brackets it was written in.
    date, deadline: ISO 8601, with the hour where one is stated (2026-03-15, 2026-03-15T17:00).
    place: the codes (GB/T 2260) of the divisions that it may be, joined by "|"; nearly always one.
    document: the name without its outer 《》, line breaks repaired.
    `inferred` says that a part of the value is not in the text but follows from its context: the year, the place that
    我省 stands for. `sentence` is the one that it stands in.
    """

    kind: FactKind
    text: str
    value: str
    field: Literal["title", "body"]
    start: int
    end: int
    label: str = ""
    inferred: bool = False
    sentence: str = ""

    @property
    def day(self) -> dt.date:
        """The date of a date or deadline. ValueError for other kinds."""
        return dt.date.fromisoformat(self.value[:10])

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of a place."""
        return tuple(self.value.split("|"))


def facts_of(facts: Sequence[Fact], kind: FactKind) -> tuple[Fact, ...]:
    return tuple(fact for fact in facts if fact.kind == kind)


def stated_date(facts: Sequence[Fact]) -> dt.date | None:
    """When the document was issued, as it says itself: its 发布 date, else its 成文 date."""
    found = {fact.label: fact for fact in reversed(facts_of(facts, "date"))}
    fact = found.get("published") or found.get("signed")
    return fact.day if fact else None


def own_number(facts: Sequence[Fact]) -> str:
    """The document number of the article itself, or of what it is about; "" where it states none."""
    return next((fact.value for fact in facts_of(facts, "docno") if fact.label != CITED), "")


def facts_to_list(facts: Sequence[Fact]) -> list[dict[str, Any]]:
    """The JSON form of facts, as the tables keep them."""
    return [asdict(fact) for fact in facts]


def facts_from_list(data: Sequence[Mapping[str, Any]]) -> tuple[Fact, ...]:
    """The inverse of `facts_to_list`. TypeError where a part is missing or unknown."""
    return tuple(Fact(**item) for item in data)
