"""Deadlines ahead of a subscriber: as a list, and as a calendar that programs subscribe to."""

import hashlib

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from notifier.accounts.calendars import CALENDAR
from notifier.rendering.calendars import calendar_file
from notifier.rendering.reminders import reminder_view
from notifier.web.site import Guest, Me, SiteOf, unchanged

router = APIRouter()
MOST = 50  # shown


@router.get("/deadlines")
def deadlines(site: SiteOf, visitor: Guest, me: Me) -> Response:
    letter, more = site.calendars.ahead(me, MOST)
    shown = reminder_view(letter, len(letter.entries), home=site.home)
    return site.page(visitor, "deadlines", reminder=shown, more=more, calendar=site.calendars.address(me))


@router.api_route("/calendar/{token}.ics", methods=["GET", "HEAD"])
def calendar(request: Request, site: SiteOf, token: str) -> Response:
    letter = site.calendars.by_token(token)
    if letter is None:
        raise HTTPException(404)
    content = calendar_file(letter, CALENDAR).encode()
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "private, max-age=3600"}
    if unchanged(request, etag):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)
