"""Who asks: the browser's key, the subscriber who is signed in there, and the language to answer in."""

import datetime as dt
from dataclasses import dataclass, field
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from starlette.requests import Request

from notifier.accounts.sessions import Sessions, new_key
from notifier.domain import Subscriber
from notifier.errors import NotifierError
from notifier.rendering import LANGUAGES, is_english
from notifier.web.forms import make_token

KEEP_LANGUAGE = 365 * 86400  # seconds


@dataclass(slots=True)
class Visitor:
    """One request's. `key` is "" for a browser that has none: it gets one with the first form it is shown."""

    path: str
    language: str
    host: str
    secret: bytes
    key: str = ""
    subscriber: Subscriber | None = None
    query: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, tuple[str, int | None]] = field(default_factory=dict)  # to be set: name -> value, seconds

    @property
    def form_token(self) -> str:
        """The token of a form; the browser gets a key to go with it."""
        return make_token(self.secret, self.with_key())

    def with_key(self) -> str:
        """The browser's key, made where there is none."""
        if not self.key:
            self.hold(new_key(), None)
        return self.key

    def hold(self, key: str, seconds: int | None) -> None:
        """Give the browser this key; None: until it is closed."""
        self.key = key
        self.cookies["key"] = (key, seconds)

    def forget(self) -> None:
        """Take the key from the browser."""
        self.key, self.subscriber = "", None
        self.cookies["key"] = ("", 0)

    def speak(self, language: str) -> None:
        """Answer in this language, from now on."""
        self.language = language
        self.cookies["language"] = (language, KEEP_LANGUAGE)

    def say(self, error: NotifierError) -> str:
        """An error's line in the visitor's language."""
        return error.en if is_english(self.language) else error.zh

    def when(self, instant: dt.datetime) -> str:
        """An instant in the subscriber's zone, to the minute."""
        zone = self.subscriber.timezone if self.subscriber else "UTC"
        return f"{instant.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"

    def asks_for(self, language: str) -> str:
        """This page in another language."""
        return f"{self.path}?{urlencode(self.query | {'lang': language})}"

    @property
    def here(self) -> str:
        """This page, with what it was asked."""
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path


def see(request: Request, sessions: Sessions, *, key_name: str, language: str) -> Visitor:
    """The visitor of a request. `language` is the service's own."""
    key = request.cookies.get(key_name, "")[:100]
    subscriber = sessions.subscriber(key)
    asked = request.query_params.get("lang")
    visitor = Visitor(
        path=path_of(request),
        language=language_of(request, subscriber, language),
        host=request.client.host if request.client else "",
        secret=request.app.state.site.tokens.secret,
        key=key,
        subscriber=subscriber,
        query={name: value for name, value in request.query_params.items() if name != "lang"},
    )
    if asked in LANGUAGES:
        visitor.speak(asked)
    return visitor


def path_of(request: Request) -> str:
    """As links of ours may begin: //evil.example, which anybody may ask for, would lead to another host."""
    return "/" + request.url.path.lstrip("/")


def language_of(request: Request, subscriber: Subscriber | None, default: str) -> str:
    """What was chosen here, else what the subscriber set, else what the browser prefers."""
    chosen = request.cookies.get("language")
    if chosen in LANGUAGES:
        return chosen
    if subscriber is not None:
        return subscriber.language
    return preferred(request.headers.get("accept-language", ""), default)


def preferred(header: str, default: str) -> str:
    """The language of Accept-Language that we have and that is liked best, else the default (RFC 9110, 12.5.4)."""
    best, liked = default, 0.0
    for part in header.split(",")[:20]:
        tag, _, weight = part.strip().partition(";")
        found = next((one for one in LANGUAGES if one[:2] == tag.strip().lower()[:2]), None)
        quality = _quality(weight)
        if found and quality > liked:
            best, liked = found, quality
    return best


def _quality(weight: str) -> float:
    name, _, value = weight.partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0
