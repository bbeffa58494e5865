"""The one door to the templates: letters, notices, feeds and pages."""

import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from notifier.domain import Feed, Frozen, Letter, MessageKind
from notifier.errors import RenderError
from notifier.rendering import clean, sample_pages, samples
from notifier.rendering.articles import ArticleView, ReasonView
from notifier.rendering.calendars import calendar_file
from notifier.rendering.catches import CaughtView
from notifier.rendering.charts import Bar, BarChart
from notifier.rendering.engine import Templates
from notifier.rendering.feeds import ItemView, render_feed
from notifier.rendering.labels import labels
from notifier.rendering.letters import GroupView, LetterView, Listed, SectionView, letter_view, subject
from notifier.rendering.links import web_link
from notifier.rendering.passages import Passage, Segment
from notifier.rendering.reading import AlertView, BlockView, ReadingView
from notifier.rendering.reminders import DeadlineView, ReminderView, reminder_subject, reminder_view, told
from notifier.rendering.statics import StaticFile, Statics
from notifier.rendering.words import Words, load_words, words_of

if TYPE_CHECKING:
    from css_inline import CSSInliner

MAX_MAIL = 100_000  # bytes of a whole mail: Gmail cuts at 102 KB
BUDGETS = (45_000, 36_000, 30_000, 25_000, 20_000, 14_000, 8_000, 4_000)  # for the articles, tried until it fits
REMINDERS = (20, 10, 5, 2)  # deadlines of a mail, tried until it fits
DIGEST_LIMIT = 50  # articles
_HEADERS = 4_000  # bytes for the header of the mail, a signature included, and of its parts
_MOST_LINES = 25  # of a notice: each may be long
_LINK = 400  # bytes that a link of the recipient's own may take
_VIEWS = (
    *(AlertView, ArticleView, BlockView, CaughtView, DeadlineView, Feed, GroupView, ItemView, LetterView),
    *(ReadingView, Bar, BarChart),
    *(Listed, Passage, ReasonView, ReminderView, SectionView, Segment),
)
_PAGE = re.compile(r"[a-z][a-z0-9_]*(?:/[a-z][a-z0-9_]*)*")


class Renderer:
    """Templates compiled once. Safe to share between threads; touches no network, no clock."""

    def __init__(
        self, templates: Path, *, override: Path | None = None, digest_limit: int = DIGEST_LIMIT, home: str = ""
    ) -> None:
        """`override` is an operator's folder, searched first; it needs to hold only the templates that differ.

        A digest shows `digest_limit` articles at most, those with the best scores; the rest are listed. `home` is the
        address of our pages, to which mails link; "": they do not.
        """
        self._home = home
        self._digest_limit = digest_limit
        self._templates = Templates((override, templates) if override else (templates,), trusted=_VIEWS)

    def letter(self, letter: Letter) -> Frozen:
        """The mail of an alert, a digest or a reminder, with markers for what differs by recipient.

        The mail stays under MAX_MAIL: long articles become excerpts, and of very many some are only listed.
        RenderError, naming the template and the line, where a template is broken; also without entries.
        """
        if not letter.entries:
            raise RenderError("一封没有文章的信不能发出。", "A letter without articles cannot be sent.")
        if letter.kind is MessageKind.REMINDER:
            return self._reminder(letter)
        for budget in BUDGETS:
            view = letter_view(letter, budget, limit=self._digest_limit, home=self._home)
            context = {"letter": view, "unsubscribe": clean.UNSUBSCRIBE, "feed": clean.FEED}
            html = self._mail("letter", letter.language, context)
            text = self._render("email/letter.txt", letter.language, context)
            if _HEADERS + _octets(html) + _octets(text) <= MAX_MAIL:
                break
        return Frozen(subject(letter), text, html)

    def _reminder(self, letter: Letter) -> Frozen:
        if not told(letter):
            raise RenderError("提醒里没有截止日期。", "A reminder needs a deadline.")
        for most in REMINDERS:
            view = reminder_view(letter, most, home=self._home)
            context = {"reminder": view, "unsubscribe": clean.UNSUBSCRIBE, "feed": clean.FEED}
            html = self._mail("reminder", letter.language, context)
            text = self._render("email/reminder.txt", letter.language, context)
            calendar = calendar_file(letter, most)
            if _HEADERS + _octets(html) + _octets(text) + _octets(calendar) <= MAX_MAIL:
                break
        return Frozen(reminder_subject(letter), text, html, calendar)

    def notice(self, name: str, language: str, **values: object) -> Frozen:
        """A mail about an account, for one recipient, without markers.

        confirm and login take service and link; operator takes service, subject and lines (texts); rule takes service
        and lines: a broken rule each; channel the same: a broken channel each. Of very many lines the first are said.
        """
        context = {key: _cleaned(value) for key, value in values.items()}
        if isinstance(lines := context.get("lines"), list):
            rest = [labels(language)["more_lines"].format(len(lines) - _MOST_LINES)]
            context["lines"] = lines[:_MOST_LINES] + (rest if len(lines) > _MOST_LINES else [])
        if "link" in context and not web_link(str(context["link"])):
            raise RenderError(f"不是网址：{context['link']}", f"Not a web address: {context['link']}")
        service = str(context.get("service", ""))
        said = str(context.get("subject") or labels(language)[f"{name}_subject"].format(service))
        html = self._mail(f"notice_{name}", language, context)
        return Frozen(clean.header(said), self._render(f"email/notice_{name}.txt", language, context), html)

    def feed(self, feed: Feed, format: str) -> bytes:  # noqa: A002
        """`format` is rss, atom or json."""
        return render_feed(self._templates, feed, format=format)

    def page(self, name: str, **context: object) -> str:
        """web/NAME.html, with its words as `w` and `static` for the addresses of files. See docs/web.md."""
        if not _PAGE.fullmatch(name):
            raise RenderError(f"没有这个页面：{name}", f"There is no page {name}")
        language = str(context.pop("language", "zh-CN"))
        words = words_of(self._words, language)
        return self._render(f"web/{name}.html", language, {"w": words, "static": self._statics.url} | context)

    def words(self, language: str) -> Words:
        """The words of the pages, for what a handler has to say itself."""
        return words_of(self._words, language)

    def static(self, hashed: str) -> StaticFile | None:
        """A file that pages refer to, by its name with the hash."""
        return self._statics.file(hashed)

    def asset(self, name: str) -> bytes:
        """A file that feeds refer to: style.css."""
        return self._templates.asset(name)

    def check(self) -> None:
        """Compile every template and render the known ones with samples. RenderError for the first broken one."""
        self._templates.compile_all()
        self.asset("style.css")
        for letter in samples.LETTERS:
            self.letter(letter)
        for language in ("zh-CN", "en"):
            for name, values in samples.NOTICES.items():
                self.notice(name, language, **values)
            for page, context in sample_pages.PAGES:
                self.page(page, language=language, **(sample_pages.EVERY_PAGE | context))
        for format in samples.FORMATS:  # noqa: A001
            self.feed(samples.FEED, format)

    def _mail(self, name: str, language: str, context: Mapping[str, object]) -> str:
        return self._inliner.inline(self._render(f"email/{name}.html", language, context))

    def _render(self, name: str, language: str, context: Mapping[str, object]) -> str:
        return self._templates.render(name, t=labels(language), language=language, **context)

    @cached_property
    def _words(self) -> dict[str, Words]:
        return load_words(self._templates.folders)

    @cached_property
    def _statics(self) -> Statics:
        return Statics(self._templates.folders)

    @cached_property
    def _inliner(self) -> "CSSInliner":
        from css_inline import CSSInliner  # late: 28 ms that `notifier --help` does not need

        return CSSInliner(load_remote_stylesheets=False)


def _octets(text: str) -> int:
    """What a part takes in a mail: CRLF, links filled in, base64 in lines of 76 and their ends."""
    links = sum(text.count(mark) for mark in (clean.UNSUBSCRIBE, clean.FEED))
    return (len(text.encode()) + text.count("\n") + links * _LINK) * 78 // 57


def _cleaned(value: object) -> object:
    if isinstance(value, str):
        return clean.text(value)
    return [_cleaned(each) for each in value] if isinstance(value, list | tuple) else value
