"""A reminder as the templates see it: deadlines, the soonest first, and what they are of."""

import datetime as dt
from dataclasses import dataclass

from notifier.domain import Deadline, Entry, Letter
from notifier.rendering import clean, facts, labels, links
from notifier.rendering.articles import MAX_REASONS, MAX_RULE, original_name, page_address, place, shown_title

MAX_SENTENCE = 300  # characters of the sentence that states a deadline


@dataclass(frozen=True, slots=True)
class DeadlineView:
    """All text is cleaned, none is escaped. `left`: 还有 3 天申报截止; `when`: 2026年3月15日（星期日）17:00."""

    left: str
    when: str
    title: str
    meta: tuple[str, ...]
    sentence: str
    rules: tuple[str, ...]
    link: str
    original: str
    page: str = ""  # its page with us


@dataclass(frozen=True, slots=True)
class ReminderView:
    """`more` deadlines are not shown."""

    service: str
    kind: str
    date: str
    deadlines: tuple[DeadlineView, ...]
    more: int


def told(letter: Letter) -> list[tuple[Entry, Deadline]]:
    """What a reminder is about, the soonest deadline first."""
    found = [(entry, deadline) for entry in letter.entries for deadline in entry.deadlines]
    return sorted(found, key=lambda one: (one[1].ends, one[0].id, one[1].key))


def reminder_view(letter: Letter, most: int, *, home: str = "") -> ReminderView:
    """Same letter, same view. The days are counted from its date."""
    found, words = told(letter), labels.labels(letter.language)
    return ReminderView(
        service=clean.one_line(letter.service, 60),
        kind=words["reminder"],
        date=labels.say_date(letter.local_date, letter.language),
        deadlines=tuple(_view(*one, letter.language, today=letter.local_date, home=home) for one in found[:most]),
        more=max(0, len(found) - most),
    )


def reminder_subject(letter: Letter) -> str:
    """【提醒】还有 3 天申报截止：标题; of several the soonest, and how many there are."""
    words, found = labels.labels(letter.language), told(letter)
    entry, deadline = found[0]
    left = days_left(deadline, letter.language, today=letter.local_date)
    said = f"{left}{words['colon']}{clean.header(shown_title(entry))}"
    said = words["many_deadlines"].format(said, len(found)) if len(found) > 1 else said
    return words["prefix"].format(words["reminder"]) + said


def days_left(deadline: Deadline, language: str, *, today: dt.date | None) -> str:
    """还有 3 天申报截止; tomorrow, today."""
    words = labels.labels(language)
    name = words[f"deadline_{deadline.fact.label}"]
    days = (deadline.day - today).days if today else 0
    key = "left_today" if days <= 0 else "left_tomorrow" if days == 1 else "left_days"
    return words[key].format(name, days)


def _view(entry: Entry, deadline: Deadline, language: str, *, today: dt.date | None, home: str) -> DeadlineView:
    article, words = entry.article, labels.labels(language)
    link = links.web_link(article.url)
    rules = dict.fromkeys(clean.one_line(reason.rule, MAX_RULE) for reason in entry.reasons)
    meta = (place(entry, language), facts.shown_number(article), clean.one_line(article.byline, 100))
    return DeadlineView(
        left=days_left(deadline, language, today=today),
        when=_when(deadline, language) + (words["inferred"] if deadline.fact.inferred else ""),
        title=shown_title(entry),
        meta=tuple(part for part in meta if part),
        sentence=clean.one_line(deadline.fact.sentence, MAX_SENTENCE),
        rules=tuple(rules)[:MAX_REASONS],
        link=link,
        original="" if link else original_name(entry),
        page=page_address(entry, home),
    )


def _when(deadline: Deadline, language: str) -> str:
    """With the day of the week and, where one is stated, the hour, as the article has them."""
    day = labels.say_date(deadline.day, language)
    hour = deadline.fact.value[11:16]
    space = " " if hour and labels.is_english(language) else ""
    return f"{day}{labels.say_weekday(deadline.day, language)}{space}{hour}"
