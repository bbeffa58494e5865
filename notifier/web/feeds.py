"""Personal feeds. Readers ask for them all day long, mostly for nothing new: that answer costs next to nothing."""

import datetime as dt
import gzip
import hashlib
from dataclasses import dataclass

from fastapi import APIRouter, HTTPException
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from notifier.accounts.feeds import FeedAddress
from notifier.rendering import feed_content_type
from notifier.web.feed_cache import Served
from notifier.web.site import LARGEST_ID, Site, SiteOf, site_of

router = APIRouter()
_PREFIX = "/feeds/"
_AS_XML = "application/xml; charset=utf-8"  # a browser shows application/rss+xml as its source; this has the stylesheet
_VERSION = "notifier.version"  # of the database, in the scope


@dataclass(frozen=True, slots=True)
class QuickFeeds:
    """Stands before the app: answers from memory, where one look at the database says that it is still right."""

    app: ASGIApp
    site: Site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith(_PREFIX):
            await self.app(scope, receive, send)
            return
        version = self.site.database.version()
        path = scope["path"].removeprefix(_PREFIX)
        known = self.site.feed_cache.quick(path, version, self.site.feeds.is_still)
        if known is None:
            scope[_VERSION] = version  # taken before anything is looked up
            await self.app(scope, receive, send)
            return
        address, served = known
        status, headers, body = served.answer(scope["headers"])
        await send({"type": "http.response.start", "status": status, "headers": list(headers)})
        await send({"type": "http.response.body", "body": body})
        if (later := noted(self.site, address)) is not None:
            await later()


@router.get("/feeds/style.css")
def style(site: SiteOf) -> Response:
    headers = {"Cache-Control": "public, max-age=86400"}
    return Response(site.renderer.asset("style.css"), media_type="text/css", headers=headers)


async def feed(request: Request) -> Response:
    """A plain Starlette endpoint: FastAPI's own ways would take longer than the answer."""
    site, asked = site_of(request), request.path_params
    rule_id = min(int(asked["rule"]), LARGEST_ID) if "rule" in asked else None
    version = request.scope.get(_VERSION)
    found = await run_in_threadpool(find, site, asked["token"], asked["kind"], rule_id=rule_id, version=version)
    if found is None:
        raise HTTPException(404)
    address, served = found
    status, headers, body = served.answer(request.scope["headers"])
    response = Response(body, status_code=status, background=noted(site, address))
    response.raw_headers = list(headers)
    return response


router.add_route("/feeds/{token}.{kind}", feed, methods=["GET", "HEAD"])
router.add_route("/feeds/{token}/{rule:int}.{kind}", feed, methods=["GET", "HEAD"])


def find(
    site: Site, token: str, kind: str, *, rule_id: int | None, version: int | None
) -> tuple[FeedAddress, Served] | None:
    """From memory where nothing changed since it was made: then it is the same to the byte."""
    address = site.feeds.find(token, kind, rule_id)
    if address is None:
        return None
    served = site.feed_cache.get(address, version)
    if served is None and (served := _make(site, address)) is not None:
        site.feed_cache.put(address, served, version)
    return (address, served) if served else None


def _make(site: Site, address: FeedAddress) -> Served | None:
    found = site.feeds.make(address)
    if found is None:
        return None
    content = site.renderer.feed(found, address.kind)
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {
        "etag": etag,
        "last-modified": found.updated.astimezone(dt.UTC).strftime("%a, %d %b %Y %H:%M:%S GMT"),
        "cache-control": "private, max-age=300",
        "vary": "Accept, Accept-Encoding",
    }
    if found.hub:  # WebSub, 4: readers look here first
        headers["link"] = f'<{found.hub}>; rel="hub", <{found.self_url}>; rel="self"'
    common = [(name.encode(), value.encode("latin-1", "replace")) for name, value in headers.items()]
    own_type = feed_content_type(address.kind)
    browser_type = own_type if address.kind == "json" else _AS_XML
    zipped = gzip.compress(content, 6, mtime=0)
    return Served(etag, content, zipped, common, own_type.encode(), browser_type.encode())


def noted(site: Site, address: FeedAddress) -> BackgroundTask | None:
    """What is to be done when the reader has its answer; once an hour an address."""
    who, now = (address.state.subscriber_id, address.own), site.clock()
    return BackgroundTask(site.readings.note, *who, now) if site.readings.is_due(*who, now) else None
