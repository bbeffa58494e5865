"""The canonical form of an address: what tells that two addresses lead to the same page. Pure, and idempotent.

It is for comparing, never for fetching: http becomes https, and a default page is its folder.
"""

import re
from urllib.parse import SplitResult, quote, urlsplit

_BLANKS = re.compile(r"[\x00-\x20\x7f]")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_SAFE = "!$&'()*+,;=:@/?-._~%"  # characters that stand as they are (RFC 3986, 3.3 and 3.4)
_CODED = re.compile(r"%([0-9A-Fa-f]{2})?")
_DEFAULT_PORTS = frozenset({80, 443})
_DEFAULT_PAGE = re.compile(r"/(?:index|default)\.(?:s?html?|jsp|php|aspx?)\Z", re.IGNORECASE)
_SESSION = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
# What campaigns, chats and sessions add to an address; `from` only with the words of WeChat, else it may name an item.
_TRACKING = re.compile(
    r"(?:utm_\w+|spm|scm|fbclid|gclid|msclkid|yclid|mc_[ce]id|_hs\w+|hmsr|hmpl|hmcu|hmkw|hmci|bd_vid|"
    r"isappinstalled|scene|sharer_\w+|share_\w+|srcid|chksm|jsessionid|phpsessid)=.*"
    r"|from=(?:timeline|singlemessage|groupmessage|message)",
    re.IGNORECASE | re.DOTALL,
)


def canonical_url(url: str) -> str:
    """The address without what does not decide where it leads: the case of its host, http or https, a default port,
    a login, dot segments, a default page, the way it is percent-encoded, the order of its parameters, tracking, and
    the fragment, but for one that is a route (#/detail?id=1). What is no web address comes back without blanks.
    """
    url = _BLANKS.sub("", url)
    try:
        parts = urlsplit(url)
        host = _host(parts)
    except ValueError:
        return url
    if parts.scheme.lower() not in ("http", "https") or not host:
        return url
    query = "&".join(sorted(filter(_tells, _encoded(parts.query).split("&"))))
    route = _encoded(parts.fragment) if parts.fragment.startswith(("/", "!/")) else ""
    return f"https://{host}{_path(parts.path)}{'?' + query if query else ''}{'#' + route if route else ''}"


def _host(parts: SplitResult) -> str:
    """ValueError where the port is none."""
    host = (parts.hostname or "").rstrip(".")
    try:
        host = host.encode("idna").decode("ascii") if not host.isascii() else host
    except UnicodeError:
        host = quote(host, safe="", errors="replace").lower()
    host = f"[{host}]" if ":" in host else host
    return host if parts.port is None or parts.port in _DEFAULT_PORTS or not host else f"{host}:{parts.port}"


def _path(path: str) -> str:
    kept: list[str] = []
    segments = _encoded(_SESSION.sub("", path)).split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    folder = "/" if kept and segments[-1] in (".", "..") else ""
    return _DEFAULT_PAGE.sub("/", "/" + "/".join(kept) + folder)


def _encoded(text: str) -> str:
    """Percent-encoded in the one way: what need not be coded is not, and codes are in upper case. Bytes of GBK stay."""
    return quote(_CODED.sub(_recoded, text), safe=_SAFE, errors="replace")


def _recoded(found: re.Match[str]) -> str:
    if not found[1]:
        return "%25"
    char = chr(int(found[1], 16))
    return char if char in _UNRESERVED else found[0].upper()


def _tells(parameter: str) -> bool:
    return bool(parameter) and not _TRACKING.fullmatch(parameter)
