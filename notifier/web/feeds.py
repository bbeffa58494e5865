"""Personal feeds: what they are served as, and when they are unchanged. Readers ask for them all day long."""

import datetime as dt
import gzip
import hashlib
from dataclasses import dataclass

from fastapi import APIRouter, HTTPException
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response

from notifier.accounts.feeds import FeedAddress
from notifier.rendering import feed_content_type
from notifier.web.site import Site, SiteOf, site_of, takes_gzip, unchanged

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Served:
    """A feed as it is sent."""

    content: bytes
    zipped: bytes
    headers: dict[str, str]

    @property
    def size(self) -> int:
        return len(self.content) + len(self.zipped)


@router.get("/feeds/style.css")
def style(site: SiteOf) -> Response:
    headers = {"Cache-Control": "public, max-age=86400"}
    return Response(site.renderer.asset("style.css"), media_type="text/css", headers=headers)


def feed(request: Request) -> Response:
    """A plain Starlette endpoint: FastAPI's own ways would take longer than the answer."""
    site, asked = site_of(request), request.path_params
    rule_id = int(asked["rule"]) if "rule" in asked else None
    address = site.feeds.find(asked["token"], asked["kind"], rule_id)
    served = _served(site, address) if address else None
    if address is None or served is None:
        raise HTTPException(404)
    return _answer(request, address, served, later=_noted(site, address))


router.add_route("/feeds/{token}.{kind}", feed, methods=["GET", "HEAD"])
router.add_route("/feeds/{token}/{rule:int}.{kind}", feed, methods=["GET", "HEAD"])


def _served(site: Site, address: FeedAddress) -> Served | None:
    """From memory where nothing changed since it was made: then it is the same to the byte."""
    known = site.feed_cache.get(address)
    if known is None and (known := _make(site, address)) is not None:
        site.feed_cache.put(address, known)
    return known


def _make(site: Site, address: FeedAddress) -> Served | None:
    found = site.feeds.make(address)
    if found is None:
        return None
    content = site.renderer.feed(found, address.kind)
    headers = {
        "ETag": f'"{hashlib.sha256(content).hexdigest()[:32]}"',
        "Last-Modified": found.updated.astimezone(dt.UTC).strftime("%a, %d %b %Y %H:%M:%S GMT"),
        "Cache-Control": "private, max-age=300",
        "Vary": "Accept, Accept-Encoding",
    }
    if found.hub:  # WebSub, 4: readers look here first
        headers["Link"] = f'<{found.hub}>; rel="hub", <{found.self_url}>; rel="self"'
    return Served(content, gzip.compress(content, 6, mtime=0), headers)


def _answer(request: Request, address: FeedAddress, served: Served, *, later: BackgroundTask | None) -> Response:
    if unchanged(request, served.headers["ETag"]):
        return Response(status_code=304, headers=served.headers, background=later)
    headers = served.headers | {"Content-Type": _content_type(request, address.kind)}
    if takes_gzip(request):
        return Response(served.zipped, headers=headers | {"Content-Encoding": "gzip"}, background=later)
    return Response(served.content, headers=headers, background=later)


def _noted(site: Site, address: FeedAddress) -> BackgroundTask | None:
    who, now = (address.state.subscriber_id, address.own), site.clock()
    return BackgroundTask(site.readings.note, *who, now) if site.readings.is_due(*who, now) else None


def _content_type(request: Request, kind: str) -> str:
    """A browser shows application/rss+xml as its source; as application/xml it uses the stylesheet."""
    browser = "text/html" in request.headers.get("accept", "")
    return "application/xml; charset=utf-8" if browser and kind != "json" else feed_content_type(kind)
