"""Rules that can no longer be used: their owners are told by mail, once a version of the rule; the others go on."""

import datetime as dt
from collections.abc import Callable, Sequence

import structlog
from sqlmodel import Session

from notifier.domain import Subscriber, SubscriberState
from notifier.errors import RenderError, RuleError
from notifier.matching import Matcher, Topics
from notifier.pipeline.matching.rule_book import RuleBook
from notifier.pipeline.planning.plan import Mail
from notifier.pipeline.telling.notices import plan_notice
from notifier.rendering import Renderer
from notifier.storage.database import Database
from notifier.storage.events import events_of, record_event
from notifier.storage.rules import StoredRule
from notifier.storage.subscribers import get_subscribers

log = structlog.get_logger()
EVENT = "rule.broken"
LONGEST = 200  # characters of a rule that a notice repeats


def tell_owners(
    database: Database, book: RuleBook, renderer: Renderer, *, mail: Mail, clock: Callable[[], dt.datetime]
) -> int:
    """Plan a notice to every owner of rules that the book could not load and that were not yet told; their number."""
    if not book.broken:
        return 0
    by_owner: dict[int, list[StoredRule]] = {}
    with database.read() as session:  # most passes find nothing new, and are to hold up no writer
        for rule, _ in book.broken:
            if not _was_told(session, rule):
                by_owner.setdefault(rule.subscriber_id, []).append(rule)
        owners = get_subscribers(session, sorted(by_owner))
    told = 0
    for owner_id, rules in by_owner.items():
        owner = owners[owner_id]
        if owner.state is SubscriberState.ACTIVE:
            told += _tell(database, renderer, mail, owner=owner, rules=rules, topics=book.library.topics, now=clock())
    return told


def _tell(
    database: Database,
    renderer: Renderer,
    mail: Mail,
    *,
    owner: Subscriber,
    rules: Sequence[StoredRule],
    topics: Topics,
    now: dt.datetime,
) -> bool:
    with database.write() as session:
        fresh = [rule for rule in rules if not _was_told(session, rule)]
        if not fresh:
            return False
        lines = [f"{rule.text[:LONGEST]} — {_reason(rule, topics, owner.language)}" for rule in fresh]
        try:
            notice = renderer.notice("rule", owner.language, service=mail.service, lines=lines)
        except RenderError as error:
            log.error("rule.notice_failed", subscriber=owner.id, error=error.en)
            return False
        plan_notice(session, notice, mail, subscriber_id=owner.id, address=owner.email, now=now)
        for rule, line in zip(fresh, lines, strict=True):
            data = {"version": rule.version_id, "error": line}
            record_event(session, EVENT, "rule", rule.rule_id, now=now, data=data)
    return True


def _was_told(session: Session, rule: StoredRule) -> bool:
    events = events_of(session, "rule", rule.rule_id)
    return any(event.name == EVENT and event.data.get("version") == rule.version_id for event in events)


def _reason(rule: StoredRule, topics: Topics, language: str) -> str:
    """Why it cannot be used, as its owner reads it."""
    try:
        Matcher(topics).add("rule", rule.text, mode=rule.mode, language=language)
    except RuleError as error:
        return str(error)
    return ""  # mended a moment ago
