"""The text index drops only what cannot match, on both databases, and follows what is stored and changed."""

import datetime as dt
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import NOON
from matching.rules_at_random import TOPICS, articles, rules
from notifier.bootstrap import Service
from notifier.domain import EVERYTHING, MODES, Article, Bulletin, Fact, Section, Ways
from notifier.errors import RuleError
from notifier.matching.advice.compare import Written
from notifier.matching.advice.grams import rule_ways
from notifier.matching.advice.trial import Trial
from notifier.matching.language.parser import parse_rule
from notifier.matching.topics import compile_topics
from notifier.pipeline.reading.text_index import index_bulletin, index_texts
from notifier.storage.bulletins import StoredArticle, get_articles
from notifier.storage.editions import Arrival, store_bulletin
from notifier.storage.facts import store_facts
from notifier.storage.sources import list_sources
from notifier.storage.text_index import Extent, Reach, extent_of, find_by_grams, forget_text, unindexed_articles

LIBRARY = compile_topics(TOPICS)
LONG_AGO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def put(service: Service, *given: Article, source: str = "要参", marking: str = "", index: bool = True) -> int:
    """Stores them in a bulletin of their own, as the reading step does; its id."""
    with service.database.write() as session:
        ids = {one.source.name: one.id for one in list_sources(session)}
        bulletin = Bulletin(title="要参", sections=(Section("", given),), marking=marking)
        outcome = store_bulletin(session, bulletin, Arrival(ids[source], "x", NOON), identity=repr(given))
        if index:
            index_bulletin(session, outcome.bulletin_id)
    return outcome.bulletin_id


def find(
    service: Service, ways: Ways, *, since: dt.datetime = LONG_AGO, sources: tuple[str, ...] = ("要参",)
) -> list[int]:
    with service.database.read() as session:
        ids = [one.id for one in list_sources(session) if one.source.name in sources]
        return find_by_grams(session, ways, Reach(ids, since))


def titles(service: Service, rule: str, **options: object) -> set[str]:
    found = find(service, rule_ways(rule, "standard", LIBRARY), **options)  # type: ignore[arg-type]
    with service.database.read() as session:
        return {stored.article.title for stored in get_articles(session, found)}


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(st.lists(articles(), min_size=8, max_size=8), st.lists(rules(), min_size=30, max_size=30))
def test_a_rule_matches_the_same_articles_with_the_index_and_without(
    service: Service, some: list[Article], texts: list[str]
) -> None:
    put(service, *some)
    trial, judged = Trial(TOPICS), _Judge(service)
    for at, text in enumerate(texts):
        try:
            rule = Written(parse_rule(text), MODES[at % len(MODES)])
        except RuleError:
            continue
        ways = rule_ways(text, rule.mode, LIBRARY)
        found, every = find(service, ways), find(service, EVERYTHING)
        assert set(found) <= set(every)
        assert judged.by(rule, trial, found) == judged.by(rule, trial, every)


class _Judge:
    """Which of some articles a rule matches."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._articles: dict[int, StoredArticle] = {}

    def by(self, rule: Written, trial: Trial, ids: list[int]) -> list[int]:
        fresh = [one for one in ids if one not in self._articles]
        with self._service.database.read() as session:
            self._articles |= {one.id: one for one in get_articles(session, fresh)}
        return [one for one in ids if trial.matches(rule, trial.ready(self._articles[one].article))]


def test_what_is_not_indexed_yet_counts_as_found_until_the_next_pass(service: Service) -> None:
    put(service, Article("成都风电"), Article("广元核电"), index=False)
    assert titles(service, "核电") == {"成都风电", "广元核电"}
    assert index_texts(service.database) == 2
    assert index_texts(service.database) == 0
    assert titles(service, "核电") == {"广元核电"}


def test_an_article_that_changes_is_found_by_what_it_says_now(service: Service) -> None:
    first = put(service, Article("通知", "核电开工"))
    again = Bulletin(title="要参", sections=(Section("", (Article("通知", "风电开工"),)),))
    with service.database.write() as session:
        source = list_sources(session)[0].id
        store_bulletin(
            session, again, Arrival(source, "x", NOON, earlier=first, revises=frozenset({first})), identity="x"
        )
        assert len(unindexed_articles(session)) == 1
        index_bulletin(session, first)
    assert titles(service, "核电") == set()
    assert titles(service, "风电") == {"通知"}


def test_facts_found_anew_are_indexed_by_the_next_pass(service: Service) -> None:
    put(service, Article("通知"))
    with service.database.write() as session:
        store_facts(session, 1, (Fact("place", "广元", "510800", "title", 0, 2),))
    index_texts(service.database)
    assert titles(service, "地区:四川") == {"通知"}
    assert titles(service, "地区:北京") == set()


def test_what_is_forgotten_is_in_the_index_no_more(service: Service) -> None:
    put(service, Article("广元核电"))
    with service.database.write() as session:
        forget_text(session, 1)
        session.connection().exec_driver_sql("UPDATE article SET text_indexed = true")
    assert titles(service, "核电") == set()


def test_held_and_restricted_and_older_articles_are_out_of_reach(service: Service) -> None:
    day = NOON - dt.timedelta(days=10)
    put(service, Article("核电公开", published_at=day))
    put(service, Article("核电内部", published_at=NOON), source="内参")
    put(service, Article("核电秘密", published_at=NOON), marking="秘密")
    assert titles(service, "核电") == {"核电公开"}
    assert titles(service, "核电", sources=("要参", "内参")) == {"核电公开", "核电内部"}
    assert titles(service, "核电", sources=()) == set()
    assert titles(service, "核电", since=NOON - dt.timedelta(days=9)) == set()
    with service.database.read() as session:
        ids = [one.id for one in list_sources(session)]
        assert extent_of(session, Reach(ids, LONG_AGO)) == Extent(2, day.date())
        assert extent_of(session, Reach([], LONG_AGO)) == Extent(0, None)


def test_a_document_that_is_read_is_indexed_with_it(service: Service) -> None:
    inbox = service.settings.resolve("inbox")
    (inbox / "a.txt").write_text("关于核电的通知\n\n核电项目今天开工。", encoding="utf-8")
    import asyncio

    asyncio.run(service.poll(everything=True))
    service.process()
    with service.database.read() as session:
        assert unindexed_articles(session) == []
    assert len(find(service, rule_ways("核电", "standard", LIBRARY))) == 1
    assert find(service, rule_ways("风电", "standard", LIBRARY)) == []


@pytest.mark.parametrize("count", [60, 390])
def test_many_terms_are_looked_up_in_one_go(service: Service, count: int) -> None:
    put(service, Article("广元核电"))
    terms = [chr(0x4E00 + at) + chr(0x5E00 + at) for at in range(count)]
    random.Random(1).shuffle(terms)
    assert titles(service, "、".join([*terms, "核电"])) == {"广元核电"}
    assert titles(service, "、".join(terms)) == set()
