"""Policy facts of an article: issuers, document numbers, dates, deadlines, places and names of documents.

Only what the text states, or what follows from its issue for words such as 我省; the offsets of each fact count in the
title or body as displayed. Pure, and linear in the length of the text.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from notifier.bulletins.policy import patterns
from notifier.bulletins.policy.days import find_days, signed_fact
from notifier.bulletins.policy.documents import find_documents
from notifier.bulletins.policy.issuers import find_issuers
from notifier.bulletins.policy.numbers import find_numbers
from notifier.bulletins.policy.periods import find_periods
from notifier.bulletins.policy.places import Context, Named, find_names, find_places, origin
from notifier.bulletins.policy.stated import Text
from notifier.domain import Article, Bulletin, Section
from notifier.domain.divisions import Division
from notifier.domain.facts import FACT_KINDS, Fact, facts_of, stated_date


def with_facts(bulletin: Bulletin, *, dated: bool = False) -> Bulletin:
    """The bulletin with the facts of each of its articles. `dated`: its source states when it was published.

    Where nothing does, an article is of the day that its own text states, not of the day on which it came.
    """
    origins = (*bulletin.publishers, bulletin.imprint.issuer, bulletin.title)
    unknown = bulletin.date if bulletin.date_inherited and not dated else None
    sections = (
        Section(
            section.name,
            tuple(_stated(article, origins, bulletin.date, unknown=unknown) for article in section.articles),
        )
        for section in bulletin.sections
    )
    return replace(bulletin, sections=tuple(sections))


def _stated(article: Article, origins: Sequence[str], date: dt.date | None, *, unknown: dt.date | None) -> Article:
    """The article with its facts; `unknown` is the day that only stands in for one."""
    published = article.published_at
    day = published.date() if published else date
    facts = article_facts(article, origins=origins, published=None if day == unknown else day)
    own = stated_date(facts) if published and day == unknown else None
    own_time = dt.datetime.combine(own, dt.time(), published.tzinfo) if own and published else published
    return replace(article, facts=facts, published_at=own_time)


def article_facts(
    article: Article, *, origins: Sequence[str] = (), published: dt.date | None = None
) -> tuple[Fact, ...]:
    """The facts in the order of FACT_KINDS, each once, where it stands first.

    `origins` are the names of who publishes what it stands in (我省 is theirs); `published` is the day that a year is
    inferred from where the text leaves it out.
    """
    title, body = Text("title", article.title), Text("body", article.text)
    found: list[Fact] = []
    signing: list[tuple[int, int]] = []
    for where in (title, body):
        dated, signed = find_days(where, published=published)
        found += [*find_numbers(where), *dated, *find_documents(where)]
        signing += signed if where is body else []
    issuers = find_issuers(title, body, signing)
    found += _signed_dates(body, signing, issuers)
    base = stated_date(found) or published
    found += [fact for where in (title, body) for fact in find_periods(where, base)]
    texts = [(where, find_names(where.text)) for where in (title, body)]
    context = Context(_origins(article, issuers, origins=origins, texts=texts))
    full = [_in_full(fact, context) for fact in issuers]
    places = find_places(texts, context)
    stated = {fact.value for fact in places}
    found += [*full, *places, *(fact for fact in _places_of(full) if fact.value not in stated)]
    return _once(found)


def _signed_dates(body: Text, signed: Sequence[tuple[int, int]], issuers: Sequence[Fact]) -> list[Fact]:
    """The dates of signatures: right below or behind a body that signs, whatever else stands on its line."""
    names = tuple(fact.text for fact in issuers)
    dates = [span for span in signed if body.text[: span[0]].rstrip().endswith(names)]
    return [fact for span in dates if (fact := signed_fact(body, span))]


def _origins(
    article: Article,
    issuers: Sequence[Fact],
    *,
    origins: Sequence[str],
    texts: Sequence[tuple[Text, Sequence[Named]]],
) -> tuple[tuple[Division, ...], ...]:
    """Whose 我省 it is, the surest first: the byline's, its publishers' (but in news from elsewhere), then its own."""
    home = () if patterns.FOREIGN_SECTION.search(article.section) else (*origins, article.bulletin)
    named = [article.byline, *home, *(fact.value for fact in issuers)]
    return (*(origin(find_names(each)) for each in named), *(origin(names) for _, names in texts))


def _in_full(issuer: Fact, context: Context) -> Fact:
    """四川省政府办公厅 for a bare 省政府办公厅, where it is known which province's."""
    bare = patterns.BARE_BODY.match(issuer.value)
    level = {"自治区": 1, "省": 1, "市": 2, "州": 2}.get(bare["kind"], 3) if bare else 0
    division = context.division(level) if bare and not find_names(issuer.value) else None
    if bare is None or division is None:
        return issuer
    rest = issuer.value[bare.end() :]
    return replace(issuer, value=division.name + rest, inferred=True)


def _places_of(issuers: Sequence[Fact]) -> Iterator[Fact]:
    """四川 for a bare 省科技厅, where it is known which province's."""
    for fact in issuers:
        names = find_names(fact.value) if fact.inferred else []
        if names and len(names[0].divisions) == 1:
            yield replace(fact, kind="place", value=names[0].divisions[0].code)


def _once(found: Iterable[Fact]) -> tuple[Fact, ...]:
    """In order, the first of those that say the same; a stated one before an inferred one."""
    ordered = sorted(found, key=lambda fact: (FACT_KINDS.index(fact.kind), fact.field != "title", fact.start))
    first: dict[tuple[str, str, str], Fact] = {}
    for fact in ordered:
        key = (fact.kind, fact.value, fact.label if fact.kind in ("date", "deadline") else "")
        if key not in first or (first[key].inferred and not fact.inferred):
            first[key] = fact
    return tuple(fact for kind in FACT_KINDS for fact in facts_of(_with_hours(list(first.values())), kind))


def _with_hours(facts: Sequence[Fact]) -> list[Fact]:
    """Without the deadlines that another states to the hour."""
    hours = {(fact.label, fact.value[:10]) for fact in facts if fact.kind == "deadline" and "T" in fact.value}
    return [fact for fact in facts if fact.kind != "deadline" or (fact.label, fact.value) not in hours]
