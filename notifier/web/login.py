"""Signing in and out: a form, a mailed link, a button."""

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Form
from starlette.responses import Response

from notifier.accounts.addresses import parse_address
from notifier.accounts.sessions import VALID_FOR
from notifier.errors import InputError
from notifier.web.site import CHECKED, LONGEST_PATH, Guest, SiteOf, own_path

router = APIRouter()
Email = Annotated[str, Form(max_length=320)]
Next = Annotated[str, Form(alias="next", max_length=LONGEST_PATH)]


@router.get("/login")
def form(site: SiteOf, visitor: Guest) -> Response:
    next_path = own_path(visitor.query.get("next", "/"))
    if visitor.subscriber is not None:
        return site.go(visitor, next_path)
    return site.page(visitor, "login", state="form", problem="", email="", next_path=next_path)


@router.post("/login", dependencies=CHECKED)
def ask(site: SiteOf, visitor: Guest, later: BackgroundTasks, email: Email = "", next_path: Next = "/") -> Response:
    """The same answer, as fast, for every address: what follows is done after it was given."""
    next_path = own_path(next_path)
    try:
        address = parse_address(email)
    except InputError as error:
        problem = visitor.say(error)
        return site.page(visitor, "login", status=422, state="form", problem=problem, email=email, next_path=next_path)
    later.add_task(site.logins.ask, address, visitor.key, next_path=next_path, network=visitor.host)
    return site.page(visitor, "login", state="asked", email=address)


@router.get("/login/{token}")
def look(site: SiteOf, visitor: Guest, token: str) -> Response:
    """Changes nothing: mail scanners follow every link."""
    state = site.logins.state(token, visitor.key)
    return site.page(visitor, "login", status=404 if state == "unknown" else 200, state=state, token=token)


@router.post("/login/{token}", dependencies=CHECKED)
def use(site: SiteOf, visitor: Guest, token: str) -> Response:
    login = site.logins.use(token, visitor.key)
    if login is None:
        return site.page(visitor, "login", status=404, state="unknown", token=token)
    visitor.hold(login.key, int(VALID_FOR.total_seconds()))
    return site.go(visitor, login.next_path)


@router.post("/logout", dependencies=CHECKED)
def leave(site: SiteOf, visitor: Guest) -> Response:
    site.sessions.end(visitor.key)
    visitor.forget()
    return site.go(visitor, "/")
