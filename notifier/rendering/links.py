"""Which addresses may become links."""

import re
from urllib.parse import quote, urlsplit, urlunsplit

MAX_LINK = 900  # octets: with a label, a line of mail stays under 998 (RFC 5322, 2.1.1)
_SAFE = "%/:=&?~#+!$,;'@()*[]|"
_PLAIN = re.compile(r"[\x21-\x7e]+")
_PDF = re.compile(r"\.pdf(?:\?[^#]*)?$", re.IGNORECASE)  # an address without a fragment of its own
_IRI = re.compile(r"[a-z][a-z0-9+.-]*:[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]+")


def web_link(url: str) -> str:
    """`url` as an ASCII http(s) address, or "" where it is none: then it is shown as text, not as a link."""
    candidate = url.strip()
    try:
        parts = urlsplit(candidate)
        host = parts.netloc.encode("idna").decode("ascii") if not parts.netloc.isascii() else parts.netloc
    except ValueError:  # UnicodeError too: brackets that do not pair, a label that is too long
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"[\s\x00-\x1f\\]", candidate):
        return ""
    rest = (quote(part, safe=_SAFE, errors="replace") for part in parts[2:])
    link = urlunsplit((parts.scheme, host, *rest))
    return link if len(link) <= MAX_LINK and _PLAIN.fullmatch(link) else ""


def pdf_page(url: str, page: int | None) -> str:
    """The address of a PDF, opened at that page (RFC 8118, 3); "" where it is none, or the page is not known."""
    return f"{url}#page={page}" if page and _PDF.search(url) else ""


def is_iri(value: str) -> bool:
    """May `value` stand as an Atom id (RFC 4287, 4.2.6)?"""
    return _IRI.fullmatch(value) is not None
