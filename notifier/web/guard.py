"""What every answer has and every request must keep to: security headers, a bound on bodies, no word of what broke."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger()
MAX_BODY = 64 * 1024  # bytes: forms here are small
LARGER = {"/reports": 1024 * 1024, "/websub": 4 * 1024 * 1024}  # what programs post, by the first part of the path
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",  # a token in an address must reach nobody else
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
RawHeaders = list[tuple[bytes, bytes]]
Answer = Callable[[Scope, int], ASGIApp]


class TooLarge(HTTPException):
    """A request's body is over the bound."""

    def __init__(self) -> None:
        super().__init__(413)


def security_headers(*, https: bool) -> RawHeaders:
    """Two years of HTTPS only, where the service is reached by it."""
    headers = _HEADERS | ({"Strict-Transport-Security": "max-age=63072000; includeSubDomains"} if https else {})
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


@dataclass(frozen=True, slots=True)
class Guard:
    """Stands around the app. `answer(scope, status)` makes the page that says that something went wrong."""

    app: ASGIApp
    headers: RawHeaders  # no handler sets one of these itself
    answer: Answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = [*message.get("headers", ()), *self.headers]
            await send(message)

        try:
            await self._bounded(scope, receive, guarded)
        except Exception as error:  # here, so that this answer too has the headers
            status = error.status_code if isinstance(error, HTTPException) else 500
            if status == 500:
                log.exception("web.broke", route=route_of(scope))
            if not started:
                await self.answer(scope, status)(scope, receive, guarded)

    async def _bounded(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A body that nobody reads may be as large as it likes: one-click unsubscribing takes any."""
        taken, most = 0, LARGER.get(route_of(scope), MAX_BODY)

        async def bounded() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > most:
                raise TooLarge
            return message

        await self.app(scope, bounded, send)


def route_of(scope: Scope) -> str:
    """The path without what follows its first part: that may be a token."""
    return "/" + str(scope["path"]).strip("/").partition("/")[0]
