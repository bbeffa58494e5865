"""Articles that a rule would have caught, as a page shows them: few lines each, the hits marked."""

import datetime as dt
from dataclasses import dataclass

from notifier.domain import Entry
from notifier.rendering import clean, labels
from notifier.rendering.articles import MAX_NAME, ReasonView, place, reason_view, shown_title
from notifier.rendering.passages import Marked, Segment, Span, block_spans


@dataclass(frozen=True, slots=True)
class CaughtView:
    """`sentence` is that of the best hit; none where that is in the title, whose hits are marked there."""

    title: tuple[Segment, ...]
    sentence: tuple[Segment, ...]
    where: str  # the field of the sentence, where that is not the body
    place: str
    section: str
    date: str
    day: str  # for machines


def caught_view(entry: Entry, day: dt.date, language: str) -> CaughtView:
    words = labels.labels(language)
    reason = entry.reasons[0]
    view = reason_view(entry, reason, words=words, spans=block_spans(entry.article))
    sentence = ReasonView("") if view.place == words["in_title"] else view
    return CaughtView(
        title=_title(entry),
        sentence=sentence.sentence,
        where=sentence.place,
        place=place(entry, language),
        section=clean.one_line(entry.article.section, MAX_NAME),
        date=labels.say_date(day, language),
        day=day.isoformat(),
    )


def _title(entry: Entry) -> tuple[Segment, ...]:
    title = entry.article.title
    marked = Marked.of(title, [hit for hit in entry.reasons[0].hits if hit.field == "title"])
    return marked.segments(Span(0, len(title))) or (Segment(shown_title(entry)),)
