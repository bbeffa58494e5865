"""The one door to the templates: letters, notices, feeds and pages."""

import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from notifier.domain import Feed, Frozen, Letter
from notifier.errors import RenderError
from notifier.rendering import clean, samples
from notifier.rendering.articles import ArticleView, ReasonView
from notifier.rendering.engine import Templates
from notifier.rendering.feeds import ItemView, render_feed
from notifier.rendering.labels import labels
from notifier.rendering.letters import GroupView, LetterView, Listed, SectionView, letter_view, subject
from notifier.rendering.links import web_link
from notifier.rendering.passages import Passage, Segment

if TYPE_CHECKING:
    from css_inline import CSSInliner

MAX_HTML = 100_000  # bytes: beyond 102 KB readers such as Gmail cut a mail
BUDGETS = (60_000, 40_000, 25_000, 15_000, 8_000)  # bytes for the articles, tried until the letter fits
_VIEWS = (ArticleView, Feed, GroupView, ItemView, LetterView, Listed, Passage, ReasonView, SectionView, Segment)
_PAGE = re.compile(r"[a-z][a-z0-9_]*(?:/[a-z][a-z0-9_]*)*")


class Renderer:
    """Templates compiled once. Safe to share between threads; touches no network, no clock."""

    def __init__(self, templates: Path, *, override: Path | None = None) -> None:
        """`override` is an operator's folder, searched first; it needs to hold only the templates that differ."""
        self._templates = Templates((override, templates) if override else (templates,), trusted=_VIEWS)

    def letter(self, letter: Letter) -> Frozen:
        """The mail of an alert, a digest or a reminder, with markers for what differs by recipient.

        Its HTML stays under MAX_HTML: long articles become excerpts, and of very many some are only listed.
        RenderError, naming the template and the line, where a template is broken; also without entries.
        """
        if not letter.entries:
            raise RenderError("一封没有文章的信不能发出。", "A letter without articles cannot be sent.")
        for budget in BUDGETS:
            context = {"letter": letter_view(letter, budget), "unsubscribe": clean.UNSUBSCRIBE, "feed": clean.FEED}
            html = self._mail("letter", letter.language, context)
            if len(html.encode()) <= MAX_HTML:
                break
        text = self._render("email/letter.txt", letter.language, context)
        return Frozen(subject(letter), text, html)

    def notice(self, name: str, language: str, **values: object) -> Frozen:
        """A mail about an account, for one recipient, without markers.

        confirm and login take service and link; operator takes service, subject and lines (texts); rule takes service
        and lines: a broken rule each; channel the same: a broken channel each.
        """
        context = {key: _cleaned(value) for key, value in values.items()}
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
        """web/NAME.html. unsubscribe takes state (ask, done, unknown), service, action; error status and message."""
        if not _PAGE.fullmatch(name):
            raise RenderError(f"没有这个页面：{name}", f"There is no page {name}")
        language = str(context.pop("language", "zh-CN"))
        return self._render(f"web/{name}.html", language, context)

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
            for page, context in samples.PAGES:
                self.page(page, language=language, **context)
        for format in samples.FORMATS:  # noqa: A001
            self.feed(samples.FEED, format)

    def _mail(self, name: str, language: str, context: Mapping[str, object]) -> str:
        return self._inliner.inline(self._render(f"email/{name}.html", language, context))

    def _render(self, name: str, language: str, context: Mapping[str, object]) -> str:
        return self._templates.render(name, t=labels(language), language=language, **context)

    @cached_property
    def _inliner(self) -> "CSSInliner":
        from css_inline import CSSInliner  # late: 28 ms that `notifier --help` does not need

        return CSSInliner(load_remote_stylesheets=False)


def _cleaned(value: object) -> object:
    if isinstance(value, str):
        return clean.text(value)
    return [_cleaned(each) for each in value] if isinstance(value, list | tuple) else value
