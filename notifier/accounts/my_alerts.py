"""A subscriber looks through what they were alerted of, whichever channel carried it, and notes what they think."""

import dataclasses
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from notifier.accounts.visible import visible_articles
from notifier.alerts.schedule import local_date
from notifier.domain import (
    Deadline,
    Entry,
    Letter,
    MessageKind,
    Subscriber,
    deadlines_of,
    facts_from_list,
    facts_of,
)
from notifier.domain.deadline import REMINDED
from notifier.errors import InputError
from notifier.matching.advice.grams import words_ways
from notifier.matching.fold import folded
from notifier.pipeline.planning.entries import load_entries
from notifier.storage.alert_list import (
    ListedAlert,
    Mark,
    Stated,
    Wanted,
    alerts_with_deadlines,
    carried_by,
    list_alerts,
    listed_alert,
    set_mark,
)
from notifier.storage.database import Database

PAGE = 30  # alerts
DEADLINES = 500  # of the newest alerts whose article states one
MOST_WORDS = 8  # of a search


@dataclass(frozen=True, slots=True)
class MyAlert:
    """An alert as its subscriber sees it. `carried` has (channel, state) of each delivery."""

    listed: ListedAlert
    entry: Entry
    carried: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Alerts, the newest first; `older` is where the next page begins (see `Wanted.before`), 0 for no more."""

    alerts: tuple[MyAlert, ...]
    older: int = 0


def my_alerts(
    database: Database, subscriber: Subscriber, wanted: Wanted, *, words: Sequence[str] = (), limit: int = PAGE
) -> Page:
    """Those whose article shows all these words. What they may not see any more is left out."""
    wanted = dataclasses.replace(wanted, ways=words_ways(words))
    with database.read() as session:
        found = list_alerts(session, subscriber.id, wanted, limit=limit + 1)
        shown = _loaded(session, subscriber, found[:limit])
    sought = [folded(word) for word in words]
    kept = tuple(one for one in shown if not sought or _holds(one.entry, sought))
    return Page(kept, found[limit - 1].id if len(found) > limit else 0)


def words_of(text: str) -> tuple[str, ...]:
    """What somebody typed into a search box, as words that all must be there."""
    return tuple(dict.fromkeys(text.split()))[:MOST_WORDS]


def _holds(entry: Entry, sought: Sequence[str]) -> bool:
    """Does it stand in what is shown? The index knows pairs of characters only, and the text of withheld articles."""
    article = entry.article
    shown = folded("\n".join((article.title, article.section, article.byline, article.text)))
    return all(word in shown for word in sought)


def _loaded(session: Session, subscriber: Subscriber, found: list[ListedAlert]) -> tuple[MyAlert, ...]:
    seen = visible_articles(session, subscriber.groups, (one.article_id for one in found))
    kept = [one for one in found if one.article_id in seen]
    entries = load_entries(session, {one.id: one.article_id for one in kept})
    carried = carried_by(session, [one.id for one in kept])
    return tuple(MyAlert(one, entries[one.id], tuple(carried.get(one.id, ()))) for one in kept)


def my_alert(database: Database, subscriber: Subscriber, alert_id: int) -> MyAlert:
    """InputError where it is not theirs, or they may not see its article any more."""
    with database.read() as session:
        found = listed_alert(session, subscriber.id, alert_id)
        shown = _loaded(session, subscriber, [found]) if found else ()
    if not shown:
        raise _unknown(alert_id)
    return shown[0]


def note_alert(
    database: Database, subscriber: Subscriber, alert_id: int, mark: Mark, *, on: bool, now: dt.datetime
) -> None:
    """Mark an alert as read, saved or irrelevant, or take the mark away. InputError where it is not theirs."""
    with database.write() as session:
        if listed_alert(session, subscriber.id, alert_id) is None:
            raise _unknown(alert_id)
        set_mark(session, alert_id, mark, since=now if on else None)


def _unknown(alert_id: int) -> InputError:
    return InputError(f"没有提醒 {alert_id}，请回到列表", f"no alert {alert_id}: go back to the list")


@dataclass(frozen=True, slots=True)
class Ahead:
    """Deadlines ahead, the soonest first; the entry's only deadline is that one. `more` are not loaded."""

    found: tuple[tuple[Entry, Deadline], ...]
    more: int = 0


def deadlines_ahead(database: Database, subscriber: Subscriber, *, now: dt.datetime, most: int = DEADLINES) -> Ahead:
    """What the articles that they were alerted of want done by when; what has passed is left out."""
    with database.read() as session:
        stated = alerts_with_deadlines(session, subscriber.id, limit=DEADLINES)
        soonest = sorted((one for one in stated if _days(one, now)), key=lambda one: min(_days(one, now)))
        chosen = {one.alert_id: one.article_id for one in soonest[:most]}
        seen = visible_articles(session, subscriber.groups, chosen.values())
        ahead = {
            alert_id: open_ones
            for alert_id, article_id in chosen.items()
            if article_id in seen
            and (open_ones := [one for one in deadlines_of(seen[article_id].shown) if one.ends > now])
        }
        entries = load_entries(session, {alert_id: chosen[alert_id] for alert_id in ahead})
    found = [(dataclasses.replace(entries[key], deadlines=(one,)), one) for key in ahead for one in ahead[key]]
    return Ahead(tuple(sorted(found, key=lambda pair: (pair[1].ends, pair[0].id))), max(0, len(soonest) - most))


def _days(one: Stated, now: dt.datetime) -> list[dt.date]:
    """Days of deadlines that may be ahead: zones are not looked at here, so yesterday's are among them."""
    facts = facts_of(facts_from_list(one.facts or ()), "deadline")
    yesterday = now.date() - dt.timedelta(days=1)
    return [fact.day for fact in facts if fact.label in REMINDED and fact.day >= yesterday]


def deadline_letter(
    database: Database, subscriber: Subscriber, service: str, *, now: dt.datetime, most: int = DEADLINES
) -> tuple[Letter, int]:
    """Deadlines ahead as one reminder, for a list or a calendar; and how many more there are."""
    ahead = deadlines_ahead(database, subscriber, now=now, most=most)
    entries = tuple(entry for entry, _ in ahead.found)
    today = local_date(now, subscriber.timezone)
    return Letter(MessageKind.REMINDER, entries, subscriber.language, service, today), ahead.more
