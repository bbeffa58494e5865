"""The web part: the rooms of pages, put together. Handlers parse, call one function of accounts/, render."""

from fastapi import FastAPI, Request
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Scope

from notifier.web import (
    alerts,
    confirm,
    deadlines,
    digests,
    errors,
    feeds,
    home,
    login,
    my_feeds,
    reading,
    reports,
    rules,
    settings,
    signup,
    statics,
    topics,
    unsubscribe,
    websub,
)
from notifier.web.guard import Guard, security_headers
from notifier.web.site import Site

ROOMS = (
    *(statics, home, login, signup, confirm, unsubscribe),
    *(feeds, digests, reports, websub, my_feeds, settings, topics, rules),
    *(alerts, deadlines, reading),
)


def make_app(site: Site) -> FastAPI:
    """The ASGI app. It serves no documentation pages: those load scripts from elsewhere."""
    app = FastAPI(title=site.service, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.site = site
    for room in ROOMS:
        app.include_router(room.router)
    errors.add_errors(app)
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    app.add_middleware(feeds.QuickFeeds, site=site)
    app.add_middleware(Guard, headers=security_headers(https=site.https), answer=_answer)
    return app


def _answer(scope: Scope, status: int) -> ASGIApp:
    return errors.error_page(Request(scope), status)
