"""WebSub as a subscriber (https://www.w3.org/TR/websub/): who tells of news, and whether it is them. Pure."""

import hashlib
import hmac
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlencode, urlsplit

from notifier.sources.http.addresses import Network, is_allowed
from notifier.sources.http.fetch import Response
from notifier.sources.markup import web_link

LEASE = 7 * 86_400  # seconds that we ask for; the hub decides
_LINK = re.compile(r"<([^>]*)>([^<]*)")  # RFC 8288: <target>; parameters
_RELATION = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s;,]+))", re.IGNORECASE)
_INNER = (".local", ".localhost", ".localdomain", ".internal", ".intranet", ".lan", ".home.arpa", ".test", ".invalid")
# sha1 too: the largest hub signs with nothing else, and a push only makes us look.
_METHODS = ("sha1", "sha256", "sha384", "sha512")


@dataclass(frozen=True, slots=True)
class Hub:
    """Where a feed says that its news are told, and under which name the hub knows it."""

    address: str
    topic: str


def offered_hub(answer: Response, *, hub: str, topic: str) -> Hub | None:
    """The hub that the answer names: in its headers, else (as `hub` and `topic`) in the feed. WebSub, 4."""
    links = list(_links(answer.headers.get("link", ""), answer.url))
    hub = next((target for target, relations in links if "hub" in relations), hub)
    topic = next((target for target, relations in links if "self" in relations), topic)
    return Hub(hub, topic or answer.url) if hub else None


def _links(header: str, base: str) -> Iterator[tuple[str, list[str]]]:
    for target, parameters in _LINK.findall(header[:10_000]):
        found, joined = _RELATION.search(parameters), web_link(target, base)
        if found is not None and joined:
            yield joined, (found[1] or found[2]).lower().split()


def is_reachable(base_url: str, allow_private: Sequence[Network] = ()) -> bool:
    """Whether a hub out there may reach that address of ours, as far as its name tells."""
    host = (urlsplit(base_url).hostname or "").rstrip(".")
    try:
        return is_allowed(ip_address(host), allow_private)
    except ValueError:
        return "." in host and not host.endswith(_INNER)


def request_form(mode: str, topic: str, *, callback: str, secret: str) -> bytes:
    """The body that asks a hub to begin (`subscribe`) or to end (`unsubscribe`). WebSub, 5.1."""
    fields = {"hub.mode": mode, "hub.topic": topic, "hub.callback": callback}
    if mode == "subscribe":
        fields |= {"hub.secret": secret, "hub.lease_seconds": str(LEASE)}
    return urlencode(fields).encode("ascii")


def is_signed(content: bytes, signature: str, secret: str) -> bool:
    """Whether `signature`, an X-Hub-Signature, is that of the content by who has the secret. WebSub, 7.1."""
    method, _, value = signature.strip().partition("=")
    if method.lower() not in _METHODS:
        return False
    expected = hmac.new(secret.encode("ascii"), content, getattr(hashlib, method.lower())).hexdigest()
    return hmac.compare_digest(expected.encode(), value.strip().lower().encode())
