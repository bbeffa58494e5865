"""A letter as the templates see it: bulletins, sections, articles, and what is left to a list of titles."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from notifier.domain import Entry, Letter, MessageKind
from notifier.rendering import clean, labels
from notifier.rendering.articles import (
    ArticleView,
    article_view,
    article_weight,
    page_address,
    place,
    shown_date,
    shown_title,
)
from notifier.rendering.links import web_link

ARTICLE_MARKUP = 1_800  # bytes: title, meta line, reasons and links of one article
LEAST = 1_500  # bytes of body, below which an article is better listed by its title
LISTED = 500  # bytes for one title in the list of the rest


@dataclass(frozen=True, slots=True)
class SectionView:
    name: str
    articles: tuple[ArticleView, ...]


@dataclass(frozen=True, slots=True)
class GroupView:
    """One bulletin; without a masthead, one source."""

    place: str
    date: str
    sections: tuple[SectionView, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """An article that is only named."""

    title: str
    link: str
    place: str


@dataclass(frozen=True, slots=True)
class LetterView:
    """`more` articles are not even listed. `day`: a digest's date, by which its link leads to all of them."""

    service: str
    kind: str  # a label
    date: str
    count: int
    groups: tuple[GroupView, ...]
    listed: tuple[Listed, ...]
    more: int
    day: str = ""

    @property
    def articles(self) -> tuple[ArticleView, ...]:
        return tuple(each for group in self.groups for section in group.sections for each in section.articles)


def letter_view(letter: Letter, budget: int, *, limit: int, home: str = "") -> LetterView:
    """`budget` is about how many bytes of HTML the articles may take; a digest shows `limit` of them at most.

    Same letter, same view.
    """
    digest = letter.kind is MessageKind.DIGEST
    entries = in_order(letter.entries, best_first=digest)
    most = max(1, min(limit if digest else len(entries), budget // (ARTICLE_MARKUP + LEAST)))
    entries, rest = cut(entries, most, best=digest)
    share = fair_share([article_weight(entry) + ARTICLE_MARKUP for entry in entries], budget)
    listed = rest[: budget // LISTED // 2]
    return LetterView(
        service=clean.one_line(letter.service, 60),
        kind=_kind(letter),
        date=labels.say_date(letter.local_date, letter.language),
        count=len(letter.entries),
        groups=_groups(entries, letter.language, limit=share - ARTICLE_MARKUP, home=home),
        listed=tuple(_listed(entry, letter.language, home) for entry in listed),
        more=len(rest) - len(listed),
        day=letter.local_date.isoformat() if digest and letter.local_date else "",
    )


def subject(letter: Letter) -> str:
    """The title itself for one article, 首篇标题 等 N 篇 for several; a digest says so and gives its date."""
    words = labels.labels(letter.language)
    entries = in_order(letter.entries, best_first=letter.kind is MessageKind.DIGEST)
    title = clean.header(shown_title(entries[0]))
    said = words["many_subject"].format(title, len(entries)) if len(entries) > 1 else title
    if letter.kind is MessageKind.DIGEST:
        date = labels.say_date(letter.local_date, letter.language, year=False)
        return words["prefix"].format(_kind(letter)) + (f"{date} " if date else "") + said
    return said


def cut(entries: Sequence[Entry], most: int, *, best: bool) -> tuple[list[Entry], list[Entry]]:
    """Those that are shown and the rest, each in its order: the first ones, or (`best`) those with the best scores."""
    at = range(len(entries))
    kept = set((sorted(at, key=lambda place: -entries[place].score) if best else at)[:most])
    return [entries[place] for place in at if place in kept], [entries[place] for place in at if place not in kept]


def in_order(entries: Iterable[Entry], *, best_first: bool = False) -> list[Entry]:
    """The newest bulletin first, and in each its own order. Sources without a masthead stay together.

    `best_first`: within a section those with the best scores come first.
    """
    groups = list(_runs(sorted(entries, key=_within_group), _group_key))
    groups.sort(
        key=lambda group: (-max(_ordinal(entry) for entry in group), group[0].bulletin_id, _group_key(group[0]))
    )
    sections = [section for group in groups for section in _runs(group, _section)]
    if best_first:
        sections = [sorted(section, key=lambda entry: -entry.score) for section in sections]
    return [entry for section in sections for entry in section]


def fair_share(weights: Sequence[int], total: int) -> int:
    """The largest share such that everybody may take up to it and `total` is not exceeded."""
    left, share = total, total
    for index, weight in enumerate(sorted(weights)):
        share = left // (len(weights) - index)
        if weight > share:
            return share
        left -= weight
    return max(share, *weights)


def _group_key(entry: Entry) -> tuple[str, str, int]:
    article = entry.article
    return (article.bulletin, entry.issue, entry.bulletin_id) if article.bulletin else ("", article.source, 0)


def _within_group(entry: Entry) -> tuple[int, int, str]:
    return entry.bulletin_id, entry.position, entry.id


def _ordinal(entry: Entry) -> int:
    return (shown_date(entry) or dt.date.min).toordinal()


def _section(entry: Entry) -> str:
    return entry.article.section


def _runs(entries: Iterable[Entry], key: Callable[[Entry], object]) -> Iterator[list[Entry]]:
    """Those with the same key together, in the order in which the keys first appear."""
    runs: dict[object, list[Entry]] = {}
    for entry in entries:
        runs.setdefault(key(entry), []).append(entry)
    yield from runs.values()


def marks_of(articles: int) -> int:
    """How many hits in the body of each of so many articles are marked, at most.

    A filter of spam that knows no Chinese takes marks in a text without spaces for words torn by tags: SpamAssassin
    gives 2.5 points where a fifth to a third of all tags tear one. A letter of one article has more tags that do not.
    """
    return 2 + 3 // articles


def _groups(entries: Sequence[Entry], language: str, *, limit: int, home: str) -> tuple[GroupView, ...]:
    numbers = iter(range(1, len(entries) + 1))
    groups = []
    for group in _runs(entries, _group_key):
        sections = [
            SectionView(
                clean.one_line(section[0].article.section, 100),
                tuple(
                    article_view(
                        entry, language, limit=limit, number=next(numbers), marks=marks_of(len(entries)), home=home
                    )
                    for entry in section
                ),
            )
            for section in _runs(group, _section)
        ]
        date = labels.say_date(group[0].date, language) if group[0].article.bulletin else ""
        groups.append(GroupView(place(group[0], language), date, tuple(sections)))
    return tuple(groups)


def _listed(entry: Entry, language: str, home: str) -> Listed:
    link = web_link(entry.article.url) or page_address(entry, home)
    return Listed(clean.clip(shown_title(entry), 120), link, place(entry, language))


def _kind(letter: Letter) -> str:
    words = labels.labels(letter.language)
    if letter.kind is MessageKind.DIGEST:
        return words[letter.schedule.value]
    return words["alert"]
