"""The web part: personal feeds, unsubscribing and a health check. Handlers parse, call one function, render."""

import datetime as dt
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from sqlalchemy import text

from notifier.accounts.feeds import FeedMaker
from notifier.accounts.signup import Signups
from notifier.accounts.subscribers import unsubscribe
from notifier.accounts.tokens import Tokens
from notifier.errors import StorageError
from notifier.rendering import Renderer, feed_content_type
from notifier.storage.database import Database
from notifier.web.signup import SignupPages, add_signup
from notifier.web.websub import add_websub

log = structlog.get_logger()
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self' 'unsafe-inline'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",  # a token in an address must reach nobody else
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}


@dataclass(frozen=True, slots=True)
class WebParts:
    """What the handlers call. `clock` tells now."""

    database: Database
    renderer: Renderer
    feeds: FeedMaker
    tokens: Tokens
    service: str
    language: str
    clock: Callable[[], dt.datetime]
    signups: Signups | None = None  # None: nobody subscribes by themselves


def make_app(parts: WebParts) -> FastAPI:
    """The ASGI app. It serves no documentation pages: those load scripts from elsewhere."""
    app = FastAPI(title=parts.service, docs_url=None, redoc_url=None, openapi_url=None)

    @app.middleware("http")
    async def guard(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        try:
            response = await call_next(request)
        except Exception:  # here, so that this answer too has the headers
            log.exception("web.broke", route=_route(request))
            response = _error_page(parts, 500)
        response.headers.update(_HEADERS)
        return response

    @app.exception_handler(StorageError)
    def unavailable(_request: Request, _error: StorageError) -> Response:
        return _error_page(parts, 503)

    @app.get("/healthz")
    def health() -> JSONResponse:
        with parts.database.read() as session:
            session.execute(text("SELECT 1"))
        return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})

    _add_feeds(app, parts)
    _add_unsubscribe(app, parts)
    add_websub(app, parts.database, parts.clock)
    if parts.signups is not None:
        add_signup(app, SignupPages(parts.signups, parts.renderer, parts.service, parts.language))
    return app


def _route(request: Request) -> str:
    """The path without what follows its first part: that is a token."""
    return "/" + request.url.path.strip("/").partition("/")[0]


def _add_feeds(app: FastAPI, parts: WebParts) -> None:
    @app.get("/feeds/style.css")
    def style() -> Response:
        headers = {"Cache-Control": "public, max-age=86400"}
        return Response(parts.renderer.asset("style.css"), media_type="text/css", headers=headers)

    @app.api_route("/feeds/{token}.{kind}", methods=["GET", "HEAD"])
    def feed(request: Request, token: str, kind: str) -> Response:
        found = parts.feeds.by_token(token, kind)
        if found is None:
            return _error_page(parts, 404)
        content = parts.renderer.feed(found, kind)
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


def _add_unsubscribe(app: FastAPI, parts: WebParts) -> None:
    @app.get("/unsubscribe/{token}")
    def ask(token: str) -> HTMLResponse:
        """Changes nothing: mail scanners follow every link."""
        state = "ask" if parts.tokens.verify("unsubscribe", token) else "unknown"
        return _unsubscribe_page(parts, token, state)

    @app.post("/unsubscribe/{token}")
    def act(token: str) -> HTMLResponse:
        """RFC 8058: one POST, no login, no redirect, whatever its body; the same again is as good."""
        verified = parts.tokens.verify("unsubscribe", token)
        done = verified and unsubscribe(parts.database, *verified, now=parts.clock())
        return _unsubscribe_page(parts, token, "done" if done else "unknown")


def _unsubscribe_page(parts: WebParts, token: str, state: str) -> HTMLResponse:
    page = parts.renderer.page(
        "unsubscribe", language=parts.language, state=state, service=parts.service, action=f"/unsubscribe/{token}"
    )
    headers = {"Cache-Control": "no-store"}
    return HTMLResponse(page, status_code=404 if state == "unknown" else 200, headers=headers)


def _error_page(parts: WebParts, status: int) -> HTMLResponse:
    messages = {
        404: "没有这个页面，或链接已失效。",
        500: "程序出错，已记入日志。",
        503: "服务暂时不可用，请稍后再试。",
    }
    if parts.language == "en":
        messages = {
            404: "There is no such page, or the link has been revoked.",
            500: "The program failed; it is in the log.",
            503: "Unavailable now; try again later.",
        }
    page = parts.renderer.page("error", language=parts.language, status=status, message=messages[status])
    return HTMLResponse(page, status_code=status, headers={"Cache-Control": "no-store"})
