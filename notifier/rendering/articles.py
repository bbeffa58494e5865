"""An entry as the templates see it: what is shown of one article, and why."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from notifier.domain import Entry, Hit, Reason, page_of
from notifier.rendering import clean, facts, labels, links
from notifier.rendering.passages import (
    Marked,
    Passage,
    Segment,
    Span,
    block_spans,
    excerpt,
    fits,
    quote,
    weight,
    whole,
)

MAX_REASONS = 5
MAX_OTHERS = 5
MAX_RULE = 200  # characters of a rule as shown
MAX_NAME = 100  # characters of a masthead, a section or a byline
_FIELD_LABELS = {  # in the order in which a hit explains most, after the body
    "title": "in_title",
    "section": "in_section",
    "byline": "in_byline",
    "source": "in_byline",
    "bulletin": "in_bulletin",
}
_FIELDS = ("body", *_FIELD_LABELS)


@dataclass(frozen=True, slots=True)
class ReasonView:
    """One rule, and the sentence of its best hit. `place` is a label where that is not in the body."""

    rule: str
    sentence: tuple[Segment, ...] = ()
    place: str = ""


@dataclass(frozen=True, slots=True)
class ArticleView:
    """All text is cleaned, none is escaped. `link` is a safe address or ""; then `original` names the document."""

    number: int
    title: str
    place: str  # bulletin and issue
    section: str
    date: str
    byline: str
    link: str
    original: str
    passages: tuple[Passage, ...]
    partial: bool
    reasons: tuple[ReasonView, ...]
    more_reasons: int
    doubt: str
    docno: str
    deadlines: tuple[str, ...]
    others: tuple[tuple[str, str], ...]  # name and safe address ("" without one) of where else it stands
    withheld: bool = False  # its source lets readers see only the title
    page: str = ""  # its page with us

    @property
    def meta(self) -> tuple[str, ...]:
        parts = (self.place, self.section, self.date, self.docno, self.byline, self.doubt)
        return tuple(part for part in parts if part)

    @property
    def summary(self) -> str:
        """One line that is never empty: why it is here, else how it begins, else its title."""
        candidates = [reason.sentence for reason in self.reasons if not reason.place]
        candidates += [passage.segments for passage in self.passages[:1]]
        lines = (clean.one_line("".join(segment.text for segment in segments), 200) for segments in candidates)
        return next(filter(None, lines), self.title)


def article_weight(entry: Entry) -> int:
    """About how many bytes of HTML its whole body takes."""
    return weight(entry.article.text, block_spans(entry.article))


def article_view(
    entry: Entry, language: str, *, limit: int, number: int = 1, marks: int | None = None, home: str = ""
) -> ArticleView:
    """The whole body where it fits in `limit` bytes, otherwise the blocks around the hits. `home` has its page.

    marks: how many hits of the body are marked at most, and of a reason the best alone; None for all.
    """
    article, words = entry.article, labels.labels(language)
    text, spans = article.text, block_spans(article)
    marked = Marked.of(text, [hit for reason in entry.reasons for hit in reason.hits if hit.field == "body"])
    marked = marked.showing(marks)
    full = weight(text, spans) <= limit
    link = links.web_link(_opened_at_hit(entry))
    byline = clean.one_line(article.byline, MAX_NAME)
    reasons = sorted(entry.reasons, key=lambda reason: (-reason.score, reason.rule))
    return ArticleView(
        number=number,
        title=shown_title(entry),
        place=place(entry, language),
        section=clean.one_line(article.section, MAX_NAME),
        date=labels.say_date(shown_date(entry), language),
        byline=words["byline"].format(byline) if byline else "",
        link=link,
        original="" if link else original_name(entry),
        passages=whole(marked, spans) if full else excerpt(marked, spans, limit),
        partial=not full,
        reasons=tuple(
            reason_view(entry, reason, words=words, spans=spans, best_only=marks is not None)
            for reason in reasons[:MAX_REASONS]
        ),
        more_reasons=max(0, len(reasons) - MAX_REASONS),
        docno=facts.shown_number(article),
        deadlines=facts.shown_deadlines(article, language),
        doubt=words["doubtful"] if entry.doubtful else "",
        others=tuple((clean.one_line(name, MAX_NAME), links.web_link(url)) for name, url in entry.others[:MAX_OTHERS]),
        withheld=entry.title_only,
        page=page_address(entry, home),
    )


def page_address(entry: Entry, home: str) -> str:
    """Where it can be read with us; "" where that is nowhere."""
    return links.web_link(f"{home}articles/{entry.number}") if home and entry.number else ""


def _opened_at_hit(entry: Entry) -> str:
    """The address; of a PDF with the page of the first hit in the body, else of the article."""
    article = entry.article
    starts = (hit.start for reason in entry.reasons for hit in reason.hits if hit.field == "body")
    return links.pdf_page(article.url, page_of(article, min(starts, default=0))) or article.url


def shown_title(entry: Entry) -> str:
    """The title as it stands; the document's name where there is none, so that a link has a text."""
    return clean.title(entry.article.title) or original_name(entry) or "—"


def original_name(entry: Entry) -> str:
    """What to call the original where it cannot be linked: a document's name, or an address that is not http(s)."""
    return clean.one_line(entry.article.url or entry.original, 200)


def shown_date(entry: Entry) -> dt.date | None:
    """The article's own date, else its bulletin's."""
    published = entry.article.published_at
    return published.date() if published else entry.date


def place(entry: Entry, language: str) -> str:
    """创新驱动要参 第52期; the source's name where there is no masthead."""
    name = clean.one_line(entry.article.bulletin or entry.article.source, MAX_NAME)
    issue = clean.one_line(entry.issue, 30)
    return f"{name} {labels.labels(language)['issue'].format(issue)}".strip() if issue else name


def reason_view(
    entry: Entry, reason: Reason, *, words: Mapping[str, str], spans: Sequence[Span], best_only: bool = False
) -> ReasonView:
    """A rule with its best hit. `spans` are the blocks of the article."""
    rule = clean.one_line(reason.rule, MAX_RULE)
    hit = _best(entry, reason.hits)
    if hit is None:
        return ReasonView(rule)
    shown = [hit] if best_only else [each for each in reason.hits if each.field == hit.field]
    marked = Marked.of(_field(entry, hit.field), shown)
    if hit.field != "body":
        return ReasonView(rule, marked.segments(Span(0, len(marked.text))), words[_FIELD_LABELS[hit.field]])
    block = next((span for span in spans if span.start <= hit.start < span.end), Span(0, len(marked.text)))
    return ReasonView(rule, quote(marked, hit, block))


def _best(entry: Entry, hits: Sequence[Hit]) -> Hit | None:
    """Certain before likely, the body before the rest, the longest, the first. None where no hit fits its text."""
    usable = [hit for hit in hits if hit.field in _FIELDS and fits(_field(entry, hit.field), hit)]
    return min(
        usable,
        key=lambda hit: (hit.certainty != "certain", _FIELDS.index(hit.field), hit.start - hit.end, hit.start),
        default=None,
    )


def _field(entry: Entry, name: str) -> str:
    return entry.article.text if name == "body" else str(getattr(entry.article, name))
