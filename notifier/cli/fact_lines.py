"""What an article states, on one line of a terminal."""

from notifier.domain import Article, Fact, facts_of, full_name, own_number

_MOST = 4  # of each kind
_DATES = {"signed": "成文", "published": "发布", "effective": "施行", "expires": "有效期至"}
_DEADLINES = {
    "application": "申报", "comments": "征求意见", "registration": "报名", "submission": "报送", "notice": "公示",
    "other": "",
}  # fmt: skip


def fact_line(article: Article) -> str:
    """机关 …；文号 …；成文 …；截止 …；地区 …; "" where it states none. ~ marks what was inferred."""
    facts = article.facts
    parts = [
        ("机关", [_marked(fact, fact.value) for fact in facts_of(facts, "issuer")]),
        ("文号", [own_number(facts)] if own_number(facts) else []),
        *((_DATES[fact.label], [_marked(fact, fact.value)]) for fact in facts_of(facts, "date")),
        ("截止", [_marked(fact, _deadline(fact)) for fact in facts_of(facts, "deadline")]),
        ("地区", [_marked(fact, _place(fact)) for fact in facts_of(facts, "place")]),
    ]
    return "；".join(f"{name} {_listed(values)}" for name, values in parts if values)


def _listed(values: list[str]) -> str:
    more = f" 等 {len(values)} 个" if len(values) > _MOST else ""
    return "、".join(values[:_MOST]) + more


def _marked(fact: Fact, text: str) -> str:
    return f"~{text}" if fact.inferred else text


def _deadline(fact: Fact) -> str:
    return f"{_DEADLINES.get(fact.label, '')} {fact.value.replace('T', ' ')}".strip()


def _place(fact: Fact) -> str:
    return " / ".join(full_name(code) for code in fact.codes)
