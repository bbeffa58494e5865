"""Signing up by oneself: a form, and the same answer for every address."""

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Form
from starlette.responses import Response

from notifier.accounts.sessions import hash_of
from notifier.errors import InputError
from notifier.web.site import CHECKED, Guest, Site, SiteOf
from notifier.web.visitor import Visitor

router = APIRouter()
Text = Annotated[str, Form(max_length=4000)]


@router.get("/subscribe")
def show(site: SiteOf, visitor: Guest) -> Response:
    return _form(site, visitor)


@router.post("/subscribe", dependencies=CHECKED)
def ask(
    site: SiteOf, visitor: Guest, later: BackgroundTasks, email: Text = "", rules: Text = "", code: Text = ""
) -> Response:
    """The same answer, as fast, for every address: what follows is done after it was given."""
    signups, lines = site.signing_up(), [line.strip() for line in rules.splitlines() if line.strip()]
    try:
        person, invitation = signups.check(email, lines), signups.invitation(code)
    except InputError as error:
        return _form(site, visitor, status=422, problem=visitor.say(error), email=email, rules=rules, code=code)
    asking = {"network": visitor.host, "browser": hash_of(visitor.key), "language": visitor.language}
    later.add_task(signups.ask, person, **asking, invitation=invitation)
    return _form(site, visitor, state="asked")


def _form(
    site: Site,
    visitor: Visitor,
    *,
    status: int = 200,
    state: str = "ask",
    problem: str = "",
    email: str = "",
    rules: str = "",
    code: str = "",
) -> Response:
    policy = site.signing_up().policy
    asked: dict[str, object] = {"policy": policy.kind, "domains": policy.domains}
    typed = {"problem": problem, "email": email, "rules": rules, "code": code}
    return site.page(visitor, "subscribe", status=status, state=state, context=asked | typed)
