"""Deadlines as an .ics file (RFC 5545), to put into one's own calendar."""

import datetime as dt
import uuid
from typing import TYPE_CHECKING

from notifier.domain import Deadline, Entry, Letter
from notifier.rendering import clean, labels, links
from notifier.rendering.articles import shown_title
from notifier.rendering.reminders import MAX_SENTENCE, told

if TYPE_CHECKING:
    from icalendar import Event

FILE_NAME = "deadlines.ics"
_SPACE = uuid.UUID("6f2c6a0c-0f0d-5a57-9d3a-6d1f1f0f7a11")


def calendar_file(letter: Letter, most: int) -> str:
    """An event for each of the first deadlines. Same letter, same text; importing it twice changes nothing."""
    from icalendar import Calendar  # late: 120 ms that few mails need

    made = Calendar()
    made.add("prodid", "-//notifier//deadlines//")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    stamp = dt.datetime.combine(letter.local_date or dt.date.min, dt.time(), dt.UTC)
    for entry, deadline in told(letter)[:most]:
        made.add_component(_event(entry, deadline, letter.language, stamp=stamp))
    return bytes(made.to_ical()).decode()


def _event(entry: Entry, deadline: Deadline, language: str, *, stamp: dt.datetime) -> "Event":
    """A moment where an hour is stated, else a whole day; it takes up nobody's time."""
    from icalendar import Event

    words, link = labels.labels(language), links.web_link(entry.article.url)
    event = Event()
    event.add("uid", str(uuid.uuid5(_SPACE, " ".join((entry.id, *deadline.key)))))
    event.add("dtstamp", stamp)
    event.add("dtstart", deadline.moment or deadline.day)
    name = words[f"deadline_{deadline.fact.label}"]
    event.add("summary", f"{name}{words['colon']}{clean.header(shown_title(entry))}")
    event.add("description", clean.one_line(deadline.fact.sentence, MAX_SENTENCE) + (f"\n{link}" if link else ""))
    if link:
        event.add("url", link)
    event.add("transp", "TRANSPARENT")
    return event
