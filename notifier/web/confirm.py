"""The page behind the link of the confirming mail."""

from fastapi import APIRouter
from starlette.responses import Response

from notifier.accounts.sessions import VALID_FOR
from notifier.web.site import Guest, Site, SiteOf
from notifier.web.visitor import Visitor

router = APIRouter()


@router.get("/confirm/{token}")
def show(site: SiteOf, visitor: Guest, token: str) -> Response:
    """Changes nothing: mail scanners follow every link."""
    return _page(site, visitor, token, "ask" if site.signing_up().is_open(token) else "unknown")


@router.post("/confirm/{token}")
def act(site: SiteOf, visitor: Guest, token: str) -> Response:
    """The token is the owner's word: no form of ours has to have been seen before."""
    confirmed = site.signing_up().confirm(token, key=visitor.key)
    if confirmed is None:
        return _page(site, visitor, token, "unknown")
    if confirmed.key:
        visitor.hold(confirmed.key, int(VALID_FOR.total_seconds()))
        visitor.subscriber = site.sessions.subscriber(confirmed.key)
    return _page(site, visitor, token, "done")


def _page(site: Site, visitor: Visitor, token: str, state: str) -> Response:
    status = 404 if state == "unknown" else 200
    return site.page(visitor, "confirm", status=status, state=state, action=f"/confirm/{token}")
