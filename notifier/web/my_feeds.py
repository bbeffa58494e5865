"""我的订阅源: the addresses of one's feeds."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException
from starlette.responses import Response

from notifier.accounts.feed_tokens import LONGEST_NAME, add_feed, own_feeds, renew_mailed, revoke_feed
from notifier.errors import InputError
from notifier.web.site import CHECKED, Guest, Id, Me, Site, SiteOf
from notifier.web.visitor import Visitor

router = APIRouter()
Name = Annotated[str, Form(max_length=200)]


@router.get("/feeds")
def show(site: SiteOf, visitor: Guest, me: Me) -> Response:
    return _page(site, visitor, me.id)


@router.post("/feeds", dependencies=CHECKED)
def add(site: SiteOf, visitor: Guest, me: Me, name: Name = "") -> Response:
    try:
        add_feed(site.database, me.id, name, now=site.clock())
    except InputError as error:
        return _page(site, visitor, me.id, problem=visitor.say(error))
    return site.go(visitor, "/feeds")


@router.post("/feeds/{token_id}/revoke", dependencies=CHECKED)
def revoke(site: SiteOf, visitor: Guest, me: Me, token_id: Id) -> Response:
    if not revoke_feed(site.database, me.id, token_id, now=site.clock()):
        raise HTTPException(404)
    return site.go(visitor, "/feeds")


@router.post("/feeds/renew", dependencies=CHECKED)
def renew(site: SiteOf, visitor: Guest, me: Me) -> Response:
    renew_mailed(site.database, me.id, now=site.clock())
    return site.go(visitor, "/feeds")


def _page(site: Site, visitor: Visitor, subscriber_id: int, *, problem: str = "") -> Response:
    feeds = own_feeds(site.database, site.feeds.links, subscriber_id)
    return site.page(
        visitor, "feeds", status=422 if problem else 200, problem=problem, feeds=feeds, longest=LONGEST_NAME
    )
