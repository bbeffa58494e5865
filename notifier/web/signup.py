"""Signing up by oneself: a form, and the same answer for every address."""

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Form
from starlette.responses import Response

from notifier.errors import InputError
from notifier.web.site import CHECKED, Guest, Site, SiteOf
from notifier.web.visitor import Visitor

router = APIRouter()
Text = Annotated[str, Form(max_length=4000)]


@router.get("/subscribe")
def show(site: SiteOf, visitor: Guest) -> Response:
    site.signing_up()
    return _form(site, visitor)


@router.post("/subscribe", dependencies=CHECKED)
def ask(site: SiteOf, visitor: Guest, later: BackgroundTasks, email: Text = "", rules: Text = "") -> Response:
    """The same answer, as fast, for every address: what follows is done after it was given."""
    signups, lines = site.signing_up(), [line.strip() for line in rules.splitlines() if line.strip()]
    try:
        person = signups.check(email, lines)
    except InputError as error:
        return _form(site, visitor, status=422, problem=visitor.say(error), email=email, rules=rules)
    later.add_task(signups.ask, person, network=visitor.host)
    return site.page(visitor, "subscribe", state="asked", problem="", email="", rules="")


def _form(
    site: Site, visitor: Visitor, *, status: int = 200, problem: str = "", email: str = "", rules: str = ""
) -> Response:
    return site.page(visitor, "subscribe", status=status, state="ask", problem=problem, email=email, rules=rules)
