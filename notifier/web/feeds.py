"""Personal feeds: what they are served as, and when they are unchanged."""

import datetime as dt
import hashlib

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from notifier.rendering import feed_content_type
from notifier.web.site import SiteOf

router = APIRouter()


@router.get("/feeds/style.css")
def style(site: SiteOf) -> Response:
    headers = {"Cache-Control": "public, max-age=86400"}
    return Response(site.renderer.asset("style.css"), media_type="text/css", headers=headers)


@router.api_route("/feeds/{token}.{kind}", methods=["GET", "HEAD"])
def feed(request: Request, site: SiteOf, token: str, kind: str) -> Response:
    found = site.feeds.by_token(token, kind)
    if found is None:
        raise HTTPException(404)
    content = site.renderer.feed(found, kind)
    headers = {
        "ETag": f'"{hashlib.sha256(content).hexdigest()[:32]}"',
        "Last-Modified": found.updated.astimezone(dt.UTC).strftime("%a, %d %b %Y %H:%M:%S GMT"),
        "Cache-Control": "private, max-age=300",
        "Vary": "Accept",
    }
    if found.hub:  # WebSub, 4: readers look here first
        headers["Link"] = f'<{found.hub}>; rel="hub", <{found.self_url}>; rel="self"'
    if _unchanged(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers | {"Content-Type": _content_type(request, kind)})


def _content_type(request: Request, kind: str) -> str:
    """A browser shows application/rss+xml as its source; as application/xml it uses the stylesheet."""
    browser = "text/html" in request.headers.get("accept", "")
    return "application/xml; charset=utf-8" if browser and kind != "json" else feed_content_type(kind)


def _unchanged(request: Request, etag: str) -> bool:
    """RFC 9110, 13.1.2: weak comparison with any of the tags that the reader has."""
    known = [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]
    return etag in known or known == ["*"]
