"""Step 3: articles meet the rules in force; alerts are planned in the transaction that stamps the article."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog

from notifier.alerts import fan_out
from notifier.domain import Hit, Subscription
from notifier.errors import RuleError
from notifier.matching import Matcher
from notifier.pipeline.duplicates import sketch
from notifier.pipeline.library import TopicLibrary
from notifier.storage.alerts import store_alerts, store_matches
from notifier.storage.bulletins import StoredArticle, get_articles, stamp_matched, unmatched_articles
from notifier.storage.database import Database
from notifier.storage.duplicates import store_sketch
from notifier.storage.revisions import current_revision
from notifier.storage.rules import StoredRule, rules_in_force
from notifier.storage.subscribers import get_subscribers

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Matched:
    """What one article's matching came to."""

    article_id: int
    title: str
    rules: int
    alerts: int


def expression_key(rule: StoredRule) -> str:
    """What makes two subscribers' rules the same: evaluated once, and their match stored once."""
    return f"{rule.mode}|{rule.min_score:g}|{rule.text}"


class RuleBook:
    """The rules in force at one revision, ready to match; loaded anew when the revision has moved on."""

    def __init__(self, database: Database, library: TopicLibrary, *, channels: tuple[str, ...] = ("email",)) -> None:
        self.database = database
        self.library = library
        self.channels = channels
        self.revision = -1
        self.matcher = Matcher()
        self.subscriptions: dict[str, list[Subscription]] = {}
        self.broken: list[tuple[StoredRule, str]] = []

    def refresh(self, *, now: dt.datetime) -> None:
        """Be up to date with the rules, subscribers and topics as stored and on disk."""
        topics = self.library.refresh(self.database)
        with self.database.read() as session:
            revision = current_revision(session)
            if revision == self.revision:
                return
            rules = rules_in_force(session)
            subscribers = get_subscribers(session, sorted({rule.subscriber_id for rule in rules}))
        self.matcher, self.subscriptions, self.broken = Matcher(topics=topics), {}, []
        for rule in rules:
            subscriber = subscribers[rule.subscriber_id]
            subscription = Subscription(rule.version_id, subscriber, rule.delivery or subscriber.delivery)
            self._add(rule, subscription)
        self.revision = revision
        log.debug("rules.loaded", revision=revision, rules=len(rules), expressions=len(self.subscriptions), at=now)

    def _add(self, rule: StoredRule, subscription: Subscription) -> None:
        key = expression_key(rule)
        if key not in self.subscriptions:
            try:
                self.matcher.add(key, rule.text, mode=rule.mode, min_score=rule.min_score)
            except RuleError as error:  # a topic was removed, say: the others go on
                self.broken.append((rule, str(error)))
                log.warning("rule.broken", rule=rule.rule_id, error=str(error))
                return
        self.subscriptions.setdefault(key, []).append(subscription)


def match_articles(database: Database, book: RuleBook, *, clock: Callable[[], dt.datetime]) -> list[Matched]:
    """Match all articles that wait, in order."""
    done: list[Matched] = []
    while True:
        with database.read() as session:
            waiting = unmatched_articles(session)
            articles = get_articles(session, waiting)
        if not waiting:
            return done
        book.refresh(now=clock())
        done.extend(match_one(database, book, article, now=clock()) for article in articles)


def match_one(database: Database, book: RuleBook, stored: StoredArticle, *, now: dt.datetime) -> Matched:
    """Match one article and plan its alerts: matches, alerts, deliveries and the stamp go in as one, or not at all."""
    found = _evaluate(book, stored)
    alerts = fan_out(found, book.subscriptions, audiences=stored.audiences, now=now)
    sketched = sketch(database, stored, now=now)
    planned = 0
    with database.write() as session:
        if stamp_matched(session, stored.id, revision=book.revision, now=now):
            used = {expression for alert in alerts for _, expression in alert.rules}
            kept = {expression: match for expression, match in found.items() if expression in used}
            ids = store_matches(session, stored.id, kept)
            store_sketch(session, stored.id, sketched.bands, same_as=sketched.same_as)
            planned = store_alerts(session, stored.id, alerts, match_ids=ids, channels=book.channels, now=now)
    log.info("article.matched", article=stored.id, rules=len(found), alerts=planned)
    return Matched(stored.id, stored.article.title, len(found), planned)


def _evaluate(book: RuleBook, stored: StoredArticle) -> Mapping[str, tuple[float, tuple[Hit, ...]]]:
    """Expression -> (score, hits). An article that breaks the engine is logged and matches nothing."""
    try:
        matches = book.matcher.match(stored.article)
        for key, error in matches.errors:
            log.error("rule.broke_matcher", article=stored.id, rule=key, error=repr(error))
        return {str(match.key): (match.score, match.hits) for match in matches}
    except Exception:
        log.exception("article.broke_matcher", article=stored.id)
        return {}
