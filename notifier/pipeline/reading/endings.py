"""What bulletins say to end: others that are stored, others that come later (backfill, a slower source), themselves."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from sqlmodel import Session

from notifier import bulletins
from notifier.bulletins import Ended, Standing
from notifier.domain import Article, Bulletin, own_number, stated_date
from notifier.pipeline.reading.changes import end, withdraw
from notifier.storage.bulletins import StoredArticle, articles_of, get_articles
from notifier.storage.editions import Outcome
from notifier.storage.endings import bulletins_titled, ended_of
from notifier.storage.facts import origin_of
from notifier.storage.names import add_names, bulletins_named, ending_name, number_name, titled_ending_name
from notifier.storage.sightings import hidden_from, seen_at


def record_endings(session: Session, bulletin: Bulletin, outcome: Outcome, *, now: dt.datetime) -> None:
    """In the transaction that stores a bulletin: what it ends, and what ended it before it came. Again: nothing new."""
    number = outcome.bulletin_id
    for article in filter(bulletins.is_taken_back, bulletin.articles):
        withdraw(session, number, f"本页写明已撤稿：{article.title}", now=now)
    articles = _articles(session, number)
    _end_others(session, number, articles, now=now)
    if len(articles) == 1 and outcome.changed:  # an issue is none of the notices that it reports
        _end_as_said_before(session, number, articles[0].article, now=now)


def _end_others(session: Session, bulletin_id: int, articles: Sequence[StoredArticle], *, now: dt.datetime) -> None:
    sources = seen_at(session, bulletin_id)
    for ended in _endings(articles):
        add_names(session, bulletin_id, _ending_names(ended, sources))
        for number in _meant(session, ended, sources):
            _apply(session, ended, number, by=bulletin_id, now=now)


def _end_as_said_before(session: Session, bulletin_id: int, article: Article, *, now: dt.datetime) -> None:
    """The notice may have come first."""
    number, sources = own_number(article.facts), seen_at(session, bulletin_id)
    names = [ending_name(number)] if number else []
    names += [titled_ending_name(source, article.title) for source in sources]
    for notice in _named(session, names):
        for ended in _endings(_articles(session, notice)):
            if not set(_ending_names(ended, sources)).isdisjoint(names):
                _apply(session, ended, bulletin_id, by=notice, now=now)


def _articles(session: Session, bulletin_id: int) -> list[StoredArticle]:
    return get_articles(session, [number for number, _ in articles_of(session, bulletin_id)])


def _endings(articles: Iterable[StoredArticle]) -> Iterator[Ended]:
    for stored in articles:
        yield from bulletins.find_ended(stored.article)


def _ending_names(ended: Ended, sources: Sequence[int]) -> list[str]:
    if ended.number:
        return [ending_name(ended.number)]
    return [titled_ending_name(source, ended.name) for source in sources]


def _meant(session: Session, ended: Ended, sources: Sequence[int]) -> Iterator[int]:
    """The stored bulletins that it names; by name alone, only the same source's."""
    if ended.number:
        yield from bulletins_named(session, number_name(ended.number))
    else:
        for source in sources:
            yield from bulletins_titled(session, source, ended.name)


def _named(session: Session, names: Iterable[str]) -> list[int]:
    return list(dict.fromkeys(number for name in names for number in bulletins_named(session, name)))


def _apply(session: Session, ended: Ended, bulletin_id: int, *, by: int, now: dt.datetime) -> None:
    """Unless it is another document of that name, the notice was itself taken back, or it is not for the same eyes."""
    if bulletin_id == by or ended_of(session, [by]).get(by) == "withdrawn":
        return
    if hidden_from(session, by, bulletin_id):
        return
    if bulletins.is_meant(ended, _standing(session, bulletin_id), _standing(session, by)):
        end(session, bulletin_id, ended.how, ended.sentence, now=now, by=by)


def _standing(session: Session, bulletin_id: int) -> Standing:
    """The day on which an undated document came is none of its days."""
    articles = [stored.article for stored in _articles(session, bulletin_id)]
    days = {stated_date(article.facts) for article in articles}
    if origin_of(session, bulletin_id).dated:
        days |= {article.published_at.date() for article in articles if article.published_at}
    return Standing(tuple(filter(None, days)), bulletin_id)
