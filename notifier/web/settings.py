"""设置: when things come, pauses, sessions, one's own data."""

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from notifier.accounts.export import export_data
from notifier.accounts.forget import forget
from notifier.accounts.profile import pause, profile, resume
from notifier.accounts.subscribers import parse_schedule
from notifier.accounts.when import When, set_when
from notifier.errors import InputError
from notifier.web.site import CHECKED, Guest, Me, Site, SiteOf
from notifier.web.visitor import Visitor

router = APIRouter()
Text = Annotated[str, Form(max_length=100)]
Number = Annotated[int, Form()]
ZONES = (
    *("Asia/Shanghai", "Asia/Urumqi", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Singapore", "Asia/Tokyo", "Asia/Seoul"),
    *("Asia/Bangkok", "Asia/Kolkata", "Asia/Dubai", "Europe/Moscow", "Europe/Berlin", "Europe/London", "UTC"),
    *("America/New_York", "America/Chicago", "America/Los_Angeles", "America/Sao_Paulo", "Australia/Sydney"),
)


@router.get("/settings")
def show(site: SiteOf, visitor: Guest, me: Me) -> Response:
    return _page(site, visitor, me.id, done=visitor.query.get("done", ""))


@router.post("/settings", dependencies=CHECKED)
def change(
    site: SiteOf,
    visitor: Guest,
    me: Me,
    delivery: Text,
    language: Text,
    timezone: Text,
    hour: Number,
    weekday: Number,
    monthday: Number,
    remind: Number,
    quiet_from: Text = "",
    quiet_to: Text = "",
    working_days: Text = "",
) -> Response:
    try:
        when = When(
            delivery=parse_schedule(delivery),
            language=language,
            timezone=timezone,
            digest_hour=hour,
            digest_weekday=weekday,
            digest_monthday=monthday,
            quiet=f"{quiet_from}-{quiet_to}" if quiet_from or quiet_to else "",
            working_days=bool(working_days),
            remind_days=remind,
        )
        changed = set_when(site.database, me.email, when, calendar=site.calendar, now=site.clock())
    except InputError as error:
        return _page(site, visitor, me.id, problem=visitor.say(error))
    visitor.speak(changed.language)
    return site.go(visitor, "/settings?done=saved")


@router.post("/settings/pause", dependencies=CHECKED)
def stop_a_while(site: SiteOf, visitor: Guest, me: Me, until: Text = "") -> Response:
    try:
        pause(site.database, me.id, dt.date.fromisoformat(until) if until else None, now=site.clock())
    except InputError as error:
        return _page(site, visitor, me.id, problem=visitor.say(error))
    except ValueError:
        return _page(site, visitor, me.id, problem=site.renderer.words(visitor.language)["settings"]["no_date"])
    return site.go(visitor, "/settings?done=paused")


@router.post("/settings/resume", dependencies=CHECKED)
def go_on(site: SiteOf, visitor: Guest, me: Me) -> Response:
    resume(site.database, me.id, now=site.clock())
    return site.go(visitor, "/settings?done=resumed")


@router.post("/settings/sign-out", dependencies=CHECKED)
def sign_out_everywhere(site: SiteOf, visitor: Guest, me: Me) -> Response:
    site.sessions.end_all(me.id)
    visitor.forget()
    return site.go(visitor, "/login")


@router.get("/settings/export")
def export(site: SiteOf, me: Me) -> Response:
    now = site.clock()
    headers = {"Content-Disposition": f'attachment; filename="notifier-{now:%Y%m%d}.zip"', "Cache-Control": "no-store"}
    return Response(export_data(site.database, me.email, now=now), media_type="application/zip", headers=headers)


@router.get("/settings/delete")
def ask_to_delete(site: SiteOf, visitor: Guest, me: Me) -> Response:
    return site.page(visitor, "delete", state="ask", problem="", receipt=None)


@router.post("/settings/delete", dependencies=CHECKED)
def delete(site: SiteOf, visitor: Guest, me: Me, email: Text = "") -> Response:
    """Whoever sits at somebody's open browser still has to know whose it is."""
    if email.strip().lower() != me.email:
        problem = site.renderer.words(visitor.language)["delete"]["other"]
        return site.page(visitor, "delete", status=422, state="ask", problem=problem, receipt=None)
    receipt = forget(site.database, me.email, now=site.clock())
    visitor.forget()
    return site.page(visitor, "delete", state="done", problem="", receipt=receipt.to_dict())


def _page(site: Site, visitor: Visitor, subscriber_id: int, *, problem: str = "", done: str = "") -> Response:
    words = site.renderer.words(visitor.language)["settings"]
    return site.page(
        visitor,
        "settings",
        status=422 if problem else 200,
        problem=problem,
        done=words.get(f"done_{done}", ""),
        profile=profile(site.database, subscriber_id, now=site.clock()),
        zones=ZONES,
        tomorrow=(site.clock() + dt.timedelta(days=1)).date().isoformat(),
    )
