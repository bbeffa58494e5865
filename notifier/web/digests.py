"""All that one digest holds: where the mail's link to the rest leads."""

import datetime as dt

from fastapi import APIRouter, HTTPException
from starlette.responses import Response

from notifier.rendering import feed_content_type
from notifier.web.site import SiteOf

router = APIRouter()


@router.api_route("/feeds/{token}.{kind}/{day}", methods=["GET", "HEAD"])
def digest(site: SiteOf, token: str, kind: str, day: str) -> Response:
    """/feeds/TOKEN.rss/2026-03-16: below the personal feed, so that its token serves."""
    found = site.digests.find(token, kind, date) if (date := _date(day)) else None
    if found is None:
        raise HTTPException(404)
    # As XML a browser shows it with its stylesheet: this is for people more than for feed readers.
    shown = feed_content_type(kind) if kind == "json" else "application/xml; charset=utf-8"
    headers = {"Cache-Control": "private, max-age=300", "Content-Type": shown}
    return Response(site.renderer.feed(found, kind), headers=headers)


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
