"""Step 3: articles meet the rules in force; alerts are planned in the transaction that stamps the article."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import structlog

from notifier.alerts import Calendar, fan_out
from notifier.domain import Hit, Match, Subscriber, Subscription, deadlines_of
from notifier.pipeline.matching.duplicates import sketch
from notifier.pipeline.matching.rule_book import RuleBook
from notifier.storage.alerts import store_alerts, store_matches
from notifier.storage.bulletins import StoredArticle, get_articles, is_unchanged, stamp_matched, unmatched_articles
from notifier.storage.database import Database
from notifier.storage.duplicates import store_sketch
from notifier.storage.rules import StoredRule, rules_by_version
from notifier.storage.subscribers import get_subscribers

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Matched:
    """What one article's matching came to."""

    article_id: int
    title: str
    rules: int
    alerts: int


def match_articles(
    database: Database, book: RuleBook, *, clock: Callable[[], dt.datetime], calendar: Calendar
) -> list[Matched]:
    """Match all articles that wait, in order. One that changes meanwhile is loaded, and matched, again."""
    done: list[Matched] = []
    while True:
        with database.read() as session:
            waiting = unmatched_articles(session)
            articles = get_articles(session, waiting)
        if not waiting:
            return done
        book.refresh(now=clock())
        found = (match_one(database, book, article, now=clock(), calendar=calendar) for article in articles)
        done.extend(one for one in found if one is not None)


def match_one(
    database: Database, book: RuleBook, stored: StoredArticle, *, now: dt.datetime, calendar: Calendar
) -> Matched | None:
    """Match one article and plan its alerts: matches, alerts, deliveries and the stamp go in as one, or not at all.

    None where another process has revised, opened or held it since it was read: then it waits as it is now.
    """
    matches = _matches(book, stored)
    with database.read() as session:
        found_rules = rules_by_version(session, [match.key for match in matches if isinstance(match.key, int)])
        rules = [rule for rule in found_rules if not rule.rests(now)]
        subscribers = get_subscribers(session, sorted({rule.subscriber_id for rule in rules}))
    wanted = _subscriptions(rules, subscribers)
    deadlines = deadlines_of(stored.article)
    alerts = fan_out(
        wanted, wanted, audiences=stored.audiences, now=now, calendar=calendar, deadlines=deadlines
    )  # fmt: skip
    sketched = sketch(database, stored, now=now)
    used = {expression for alert in alerts for _, expression in alert.rules}
    found = _found(matches, rules, used)
    planned = 0
    with database.write() as session:
        if not is_unchanged(session, stored):
            return None
        if stamp_matched(session, stored.id, revision=book.revision, now=now):
            ids = store_matches(session, stored.id, found)
            store_sketch(session, stored.id, sketched.bands, same_as=sketched.same_as)
            planned = store_alerts(session, stored.id, alerts, match_ids=ids, channels=book.channels, now=now)
    log.info("article.matched", article=stored.id, rules=len(wanted), alerts=planned)
    return Matched(stored.id, stored.article.title, len(wanted), planned)


def expression_key(rule: StoredRule) -> str:
    """What makes two subscribers' rules the same: their match is stored once."""
    return f"{rule.mode}|{rule.min_score:g}|{rule.text}"


def _matches(book: RuleBook, stored: StoredArticle) -> Sequence[Match]:
    """The rules that match. An article that breaks the engine is logged and matches nothing."""
    try:
        matches = book.matcher.match(stored.article)
    except Exception:
        log.exception("article.broke_matcher", article=stored.id)
        return ()
    for key, error in matches.errors:
        log.error("rule.broke_matcher", article=stored.id, rule=key, error=repr(error))
    return matches


def _subscriptions(rules: Sequence[StoredRule], subscribers: Mapping[int, Subscriber]) -> dict[str, list[Subscription]]:
    """Who subscribes to each expression."""
    found: dict[str, list[Subscription]] = {}
    for rule in rules:
        subscriber = subscribers[rule.subscriber_id]
        subscription = Subscription(rule.version_id, subscriber, rule.delivery or subscriber.delivery)
        found.setdefault(expression_key(rule), []).append(subscription)
    return found


def _found(
    matches: Sequence[Match], rules: Sequence[StoredRule], used: set[str]
) -> dict[str, tuple[float, Sequence[Hit]]]:
    """Score and hits of each expression that an alert names: only these are computed."""
    by_key = {match.key: match for match in matches}
    first = {expression_key(rule): rule.version_id for rule in reversed(rules)}
    return {
        expression: (by_key[version].score, by_key[version].hits)
        for expression, version in first.items()
        if expression in used
    }
