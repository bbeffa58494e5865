"""Letters for channels other than mail: data for webhooks, plain text for chats. Pure: same inputs, same bytes."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from notifier.domain import FEED_FORMATS, WEBHOOK, WEBSUB, Entry, Frozen, Letter, MessageKind, Recipient
from notifier.rendering import clean
from notifier.rendering.articles import article_view, place, shown_date, shown_title
from notifier.rendering.letters import in_order, subject
from notifier.rendering.links import web_link
from notifier.rendering.reminders import DeadlineView, reminder_subject, reminder_view

BODY = 8_000  # characters of an article's text in a webhook: receivers dislike large payloads
_DEADLINES = 20  # that one message of a chat tells
_EXCERPT = 4_000  # bytes of body that a chat's one-line summary is looked for in


@dataclass(frozen=True, slots=True)
class ChannelLetters:
    """Makes what a channel of that name carries: a maker of letters like the Renderer."""

    name: str

    def letter(self, letter: Letter) -> Frozen:
        if self.name == WEBSUB:  # a hub is told that there is news, not which
            return Frozen("", "", "")
        reminds = letter.kind is MessageKind.REMINDER
        said = reminder_subject(letter) if reminds else subject(letter)
        if self.name == WEBHOOK:
            return Frozen(said, _data(_letter_data(letter, said)), "")
        if reminds:
            return Frozen(said, "\n\n".join(map(_deadline_lines, reminder_view(letter, _DEADLINES).deadlines)), "")
        return Frozen(said, "\n\n".join(_lines(entry, letter.language) for entry in in_order(letter.entries)), "")

    def notice(self, said: str, lines: Sequence[str]) -> Frozen:
        """A notice about the account."""
        said, text = clean.header(said), "\n".join(clean.one_line(line, 500) for line in lines)
        if self.name == WEBHOOK:
            return Frozen(said, _data({"kind": MessageKind.NOTICE.value, "subject": said, "text": text}), "")
        return Frozen(said, text, "")


def pack(channel: str, kind: MessageKind, frozen: Frozen, recipient: Recipient) -> bytes:
    """The bytes that a carrier takes: the same at every try."""
    if channel == WEBSUB:
        base = recipient.feed_url.rpartition(".")[0]
        feeds = [f"{base}.{form}" for form in FEED_FORMATS]
        return urlencode({"hub.mode": "publish", "hub.url": feeds}, doseq=True).encode()
    if channel == WEBHOOK:
        at = json.dumps(recipient.date.isoformat())
        return f'{{"type":"message.{kind.value}","timestamp":{at},"data":{frozen.text}}}'.encode()
    return json.dumps([frozen.subject, frozen.text], ensure_ascii=False).encode()


def unpack_text(content: bytes) -> tuple[str, str]:
    """Title and text of what `pack` made for a chat."""
    title, text = json.loads(content)
    return str(title), str(text)


def _letter_data(letter: Letter, said: str) -> dict[str, Any]:
    date = letter.local_date.isoformat() if letter.local_date else ""
    articles = [_entry_data(entry) for entry in in_order(letter.entries)]
    return {"kind": letter.kind.value, "subject": said, "date": date, "articles": articles}


def _entry_data(entry: Entry) -> dict[str, Any]:
    article, date = entry.article, shown_date(entry)
    return {
        "id": entry.id,
        "title": shown_title(entry),
        "url": web_link(article.url),
        "source": article.source,
        "bulletin": article.bulletin,
        "issue": entry.issue,
        "section": article.section,
        "byline": article.byline,
        "date": date.isoformat() if date else "",
        "score": round(entry.score, 4),
        "reasons": [
            {"rule": reason.rule, "hits": list(dict.fromkeys(hit.text for hit in reason.hits))}
            for reason in entry.reasons
        ],
        "text": clean.text(article.text)[:BODY],
        "partial": len(article.text) > BODY,
        "doubtful": entry.doubtful,
        "deadlines": [
            {"label": deadline.fact.label, "date": deadline.fact.value, "sentence": deadline.fact.sentence}
            for deadline in entry.deadlines
        ],
    }


def _data(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _deadline_lines(view: DeadlineView) -> str:
    """How long there is, until when, of what, and the link."""
    lines = (f"{view.left}：{view.title}", view.when, " · ".join(view.meta), view.sentence, view.link or view.original)
    return "\n".join(line for line in lines if line)


def _lines(entry: Entry, language: str) -> str:
    """Title, where and when, why, and the link: what a chat shows of an article."""
    view = article_view(entry, language, limit=_EXCERPT)
    meta = " · ".join(part for part in (place(entry, language), view.date) if part)
    rules = "、".join(reason.rule for reason in view.reasons)
    lines = (f"【{rules}】{view.title}" if rules else view.title, meta, view.summary, view.link or view.original)
    return "\n".join(dict.fromkeys(line for line in lines if line))
