"""Unsubscribing by the link of a mail: a button for people, one POST for mail readers (RFC 8058)."""

from fastapi import APIRouter
from starlette.responses import Response

from notifier.accounts.subscribers import unsubscribe
from notifier.web.site import Guest, Site, SiteOf
from notifier.web.visitor import Visitor

router = APIRouter()


@router.get("/unsubscribe/{token}")
def ask(site: SiteOf, visitor: Guest, token: str) -> Response:
    """Changes nothing: mail scanners follow every link."""
    return _page(site, visitor, token, "ask" if site.tokens.verify("unsubscribe", token) else "unknown")


@router.post("/unsubscribe/{token}")
def act(site: SiteOf, visitor: Guest, token: str) -> Response:
    """One POST, no login, no redirect, whatever its body and wherever it comes from; the same again is as good."""
    verified = site.tokens.verify("unsubscribe", token)
    done = verified and unsubscribe(site.database, *verified, now=site.clock())
    return _page(site, visitor, token, "done" if done else "unknown")


def _page(site: Site, visitor: Visitor, token: str, state: str) -> Response:
    status = 404 if state == "unknown" else 200
    return site.page(visitor, "unsubscribe", status=status, state=state, action=f"/unsubscribe/{token}")
