"""The rules in force, ready to match: loaded once, then followed by what has changed since."""

import datetime as dt
import gc
import time
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock, Thread

import structlog
from sqlmodel import Session

from notifier.matching import Matcher, Topics
from notifier.matching.language.terms import topic_key
from notifier.pipeline.matching.library import TopicLibrary
from notifier.storage.database import Database
from notifier.storage.revisions import current_revision
from notifier.storage.rules import RuleText, StoredRule, ended_rules, rule_texts, rules_by_version

log = structlog.get_logger()

_MUCH = 50_000  # numbers in delta tiers from which on they are worth a rebuild
_SHARE = 0.1  # or this share of the rules, where it is more
_MANY = 100_000  # rules that the collector of garbage need not walk through any more


@dataclass(slots=True)
class IndexAge:
    """When the index was loaded and rebuilt, and how long that took, in seconds."""

    loaded_at: dt.datetime | None = None
    load_took: float = 0.0
    rebuilt_at: dt.datetime | None = None
    rebuild_took: float = 0.0


class RuleBook:
    """The rules in force at one revision. `broken` are those that could not be loaded, and why."""

    def __init__(self, database: Database, library: TopicLibrary, *, channels: tuple[str, ...] = ("email",)) -> None:
        self.database = database
        self.library = library
        self.channels = channels
        self.revision = -1
        self.matcher = Matcher()
        self.broken: list[tuple[StoredRule, str]] = []
        self.age = IndexAge()
        self._topics: Topics | None = None
        self._rebuilding = Lock()

    def refresh(self, *, now: dt.datetime) -> None:
        """Be up to date with the rules as stored and the topics as on disk."""
        topics = self.library.refresh(self.database)
        with self.database.read() as session:
            revision = current_revision(session)
            if revision == self.revision:
                return
            if self.revision >= 0 and self._take(topics):
                self._follow(session)
            else:
                self._load_all(session, topics, now=now)
        self.revision, self._topics = revision, topics
        self._rebuild_behind(now)
        log.debug("rules.loaded", revision=revision, rules=len(self.matcher), at=now)

    def _take(self, topics: Topics) -> bool:
        """Let the rules that are loaded use other topics. False where rules have to be looked at again for that."""
        if topics is self._topics:
            return True
        if self.broken or not self.matcher.topics_used <= set(map(topic_key, topics)):
            return False
        self.matcher.replace_topics(topics)
        return True

    def _load_all(self, session: Session, topics: Topics, *, now: dt.datetime) -> None:
        began = time.monotonic()
        self.matcher, self.broken = Matcher(topics=topics), []
        self._load(session, rule_texts(session))
        self.matcher.rebuild()
        self.age = IndexAge(now, time.monotonic() - began)
        if len(self.matcher) > _MANY:
            gc.freeze()

    def _follow(self, session: Session) -> None:
        """What went out of force leaves, what came in counts from the next article on."""
        ended = set(ended_rules(session, since=self.revision))
        for version_id in ended:
            if version_id in self.matcher:
                self.matcher.remove(version_id)
        self.broken = [(rule, why) for rule, why in self.broken if rule.version_id not in ended]
        self._load(session, rule_texts(session, since=self.revision))

    def _load(self, session: Session, rules: Iterable[RuleText]) -> None:
        """A rule that can no longer be used (a topic was removed, say) is set aside; the others go on."""
        errors = dict(self.matcher.load(rules))
        versions = [key for key in errors if isinstance(key, int)]
        for rule in rules_by_version(session, versions):
            self.broken.append((rule, str(errors[rule.version_id])))
            log.warning("rule.broken", rule=rule.rule_id, error=str(errors[rule.version_id]))

    def _rebuild_behind(self, now: dt.datetime) -> None:
        """Where much is new, rebuild the index in a thread; articles are matched meanwhile."""
        much = self.matcher.stats.fresh > max(_MUCH, _SHARE * len(self.matcher))
        if much and self._rebuilding.acquire(blocking=False):
            Thread(target=self._rebuild, args=(now,), name="rebuild-index", daemon=True).start()

    def _rebuild(self, now: dt.datetime) -> None:
        try:
            began = time.monotonic()
            self.matcher.rebuild()
            self.age.rebuilt_at, self.age.rebuild_took = now, time.monotonic() - began
            log.info("index.rebuilt", rules=len(self.matcher), took=self.age.rebuild_took)
        finally:
            self._rebuilding.release()
