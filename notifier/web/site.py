"""What the handlers of pages share: who asks, the check of forms, and the way to answer with a page."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, cast
from urllib.parse import quote, urlsplit

from fastapi import Depends, HTTPException, Path
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from notifier.accounts.calendars import Calendars
from notifier.accounts.catch import Previewer
from notifier.accounts.digest_feeds import DigestFeeds
from notifier.accounts.feed_tokens import Readings
from notifier.accounts.feeds import FeedMaker
from notifier.accounts.limits import Limits
from notifier.accounts.login import Logins
from notifier.accounts.sessions import Sessions
from notifier.accounts.signup import Signups
from notifier.accounts.tokens import Tokens
from notifier.alerts import Calendar
from notifier.domain import Subscriber
from notifier.matching import Topics
from notifier.pipeline.returns.reported import ProviderReports
from notifier.rendering import Renderer
from notifier.storage.database import Database
from notifier.web.feed_cache import FeedCache, is_known
from notifier.web.forms import FIELD, HEADER, is_foreign, is_token
from notifier.web.visitor import Visitor, see

LARGEST_ID = 2**63 - 1  # that a database can be asked for
LONGEST_PATH = 2000  # characters: a search of 200 Chinese ones takes 1,800


class SignInFirst(Exception):
    """The page is for subscribers: the answer leads to the login."""


class Forged(Exception):
    """The form is not one that this browser got from us."""


@dataclass(frozen=True, slots=True)
class Site:
    """The parts that pages are made with. One a process; handlers find it as `request.app.state.site`."""

    database: Database
    renderer: Renderer
    tokens: Tokens
    sessions: Sessions
    logins: Logins
    feeds: FeedMaker
    calendars: Calendars
    previewer: Previewer
    readings: Readings
    service: str
    language: str
    base_url: str
    clock: Callable[[], dt.datetime]
    calendar: Calendar
    digests: DigestFeeds
    topics: Callable[[], Topics] = Topics  # those in force
    reports: ProviderReports | None = None  # None: no mail provider reports here
    signups: Signups | None = None  # None: nobody subscribes by themselves
    limits: Limits = field(default_factory=Limits)
    feed_cache: FeedCache = field(default_factory=FeedCache)

    def signing_up(self) -> Signups:
        """404 where nobody subscribes by themselves."""
        if self.signups is None:
            raise HTTPException(404)
        return self.signups

    @property
    def https(self) -> bool:
        return self.base_url.startswith("https:")

    @property
    def home(self) -> str:
        return self.base_url.rstrip("/") + "/"

    @property
    def origin(self) -> str:
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def key_name(self) -> str:
        """__Host-: no other host of the domain, and no page without HTTPS, can plant it."""
        return "__Host-notifier" if self.https else "notifier"

    def page(
        self,
        visitor: Visitor,
        name: str,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        context: Mapping[str, object] | None = None,
        **more: object,
    ) -> Response:
        """web/NAME.html for this visitor, with `context` and `more`; never stored by anybody on the way."""
        content = self.renderer.page(
            name,
            language=visitor.language,
            service=self.service,
            me=visitor.subscriber,
            path=visitor.path,
            form_token=lambda: visitor.form_token,
            asks_for=visitor.asks_for,
            when=visitor.when,
            **(context or {}),
            **more,
        )
        response = HTMLResponse(
            content, status_code=status, headers={"Cache-Control": "no-store"} | dict(headers or {})
        )
        return self.sealed(visitor, response)

    def go(self, visitor: Visitor, path: str) -> Response:
        """After a POST: see the page at `path` (303), so that a reload does nothing twice."""
        return self.sealed(visitor, RedirectResponse(path, status_code=303, headers={"Cache-Control": "no-store"}))

    def sealed(self, visitor: Visitor, response: Response) -> Response:
        """With the cookies that the visitor is to get."""
        names = {"key": self.key_name, "language": "language"}
        for name, (value, seconds) in visitor.cookies.items():
            response.set_cookie(
                names[name], value, max_age=seconds, path="/", secure=self.https, httponly=True, samesite="lax"
            )
        return response


def unchanged(request: Request, etag: str) -> bool:
    """Has the reader what has this tag?"""
    return is_known(etag, request.headers.get("if-none-match", ""))


def takes_gzip(request: Request) -> bool:
    return "gzip" in request.headers.get("accept-encoding", "")


def site_of(request: Request) -> Site:
    return cast("Site", request.app.state.site)


def visitor_of(request: Request) -> Visitor:
    """Who asks, signed in or not."""
    known = getattr(request.state, "visitor", None)
    if known is None:
        site = site_of(request)
        known = see(request, site.sessions, key_name=site.key_name, language=site.language)
        request.state.visitor = known
    return cast("Visitor", known)


def current_subscriber(visitor: Annotated[Visitor, Depends(visitor_of)]) -> Subscriber:
    """Who is signed in. SignInFirst otherwise: they come back to the page after it."""
    if visitor.subscriber is None:
        raise SignInFirst
    return visitor.subscriber


async def checked_form(request: Request) -> None:
    """Refuse what another site made (Forged): by its origin, and by the token of the form or its header."""
    site = site_of(request)
    key = request.cookies.get(site.key_name, "")
    token = request.headers.get(HEADER) or str((await request.form()).get(FIELD, ""))
    if is_foreign(request.headers, site.origin) or not is_token(site.tokens.secret, key, token):
        raise Forged


def login_path(visitor: Visitor) -> str:
    """The login, and back to the page that was asked for."""
    return f"/login?next={quote(visitor.here)}"


def own_path(text: str) -> str:
    """A path of ours to go to, "/" for what is none: //evil.example and \\\\evil.example are other hosts."""
    ours = text.startswith("/") and not text.startswith(("//", "/\\"))
    return text if ours and text.isprintable() and len(text) <= LONGEST_PATH else "/"


SiteOf = Annotated[Site, Depends(site_of)]
Guest = Annotated[Visitor, Depends(visitor_of)]
Id = Annotated[int, Path(ge=1, le=LARGEST_ID)]  # in an address; what no row can have is 404
Me = Annotated[Subscriber, Depends(current_subscriber)]
CHECKED = [Depends(checked_form)]
