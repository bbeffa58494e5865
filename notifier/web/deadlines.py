"""Deadlines ahead of a subscriber, as a list."""

from fastapi import APIRouter
from starlette.responses import Response

from notifier.accounts.my_alerts import deadline_letter
from notifier.rendering.reminders import reminder_view
from notifier.web.site import Guest, Me, SiteOf

router = APIRouter()
MOST = 200  # shown


@router.get("/deadlines")
def deadlines(site: SiteOf, visitor: Guest, me: Me) -> Response:
    letter = deadline_letter(site.database, me, site.service, now=site.clock())
    return site.page(
        visitor, "deadlines", reminder=reminder_view(letter, MOST), calendar=site.feeds.calendar_address(me)
    )
