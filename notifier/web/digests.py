"""All that one digest holds: where the mail's link to the rest leads."""

import datetime as dt
from collections.abc import Callable

from fastapi import FastAPI, Response

from notifier.accounts.digest_feeds import DigestFeeds
from notifier.rendering import Renderer, feed_content_type


def add_digests(app: FastAPI, digests: DigestFeeds, renderer: Renderer, not_found: Callable[[], Response]) -> None:
    """GET /feeds/TOKEN.rss/2026-03-16: below the personal feed, so that its token serves."""

    @app.api_route("/feeds/{token}.{kind}/{day}", methods=["GET", "HEAD"])
    def digest(token: str, kind: str, day: str) -> Response:
        found = digests.find(token, kind, date) if (date := _date(day)) else None
        if found is None:
            return not_found()
        # As XML a browser shows it with its stylesheet: this is for people more than for feed readers.
        shown = feed_content_type(kind) if kind == "json" else "application/xml; charset=utf-8"
        headers = {"Cache-Control": "private, max-age=300", "Content-Type": shown}
        return Response(renderer.feed(found, kind), headers=headers)


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
