"""Bytes of a page -> a parsed tree, and its links. Pure."""

import codecs
import re
from typing import Any
from urllib.parse import urljoin, urlsplit

_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{2,40})", re.IGNORECASE)
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030"}
_WIDE_MARKS = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DAMAGED = 0.1  # share of characters outside ASCII that may be broken in UTF-8; in another encoding most are


def decode_page(content: bytes, media_type: str = "", *, encoding: str = "") -> str:
    """Text by the operator's word, byte order mark, UTF-8, the HTTP header, the meta, GB18030 (sources.md, 18)."""
    if encoding:
        return content.decode(encoding, "replace")
    for mark, wide in _WIDE_MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(wide, "replace")
    loose = content.decode("utf-8-sig", "replace")
    if loose.count("\ufffd") <= _DAMAGED * (len(loose) - len(loose.encode("ascii", "ignore"))):
        return loose
    header, meta = _CHARSET.search(media_type), _META.search(content[:4096])
    for name in (header[1] if header else "", meta[1].decode("ascii") if meta else "", "gb18030"):
        try:
            return content.decode(_WIDER.get(name.lower(), name)) if name else _refused()
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
    return content.decode("gb18030", "replace")


def _refused() -> str:
    raise LookupError


def parse(text: str) -> Any:
    """The tree of a page; "" is an empty one. Slow for pages that are made so: see process.py."""
    from selectolax.lexbor import LexborHTMLParser

    return LexborHTMLParser(text or "<p>")


def base_of(tree: Any, url: str) -> str:
    """What relative links of the page are relative to: <base href>, where there is one."""
    base = tree.css_first("base[href]")
    return web_link(base.attributes.get("href") or "", url) or url if base is not None else url


def web_link(link: str, base: str) -> str:
    """`link` joined to `base`; "" unless it leads to a web page or file. The fragment of a page is dropped."""
    link = re.sub(r"[\x00-\x1f\x7f]", "", link).strip().replace("\\", "/")
    if not link or link.startswith("#"):
        return ""
    try:
        parts = urlsplit(urljoin(base, link))
        kept = parts if parts.fragment.startswith(("/", "!")) else parts._replace(fragment="")
        return kept.geturl()[:2_000] if parts.scheme in ("http", "https") and parts.hostname else ""
    except ValueError:
        return ""


def link_key(link: str) -> str:
    """What makes two addresses the same page: http is https, hosts have no case, and a default port says nothing."""
    parts = urlsplit(link)
    try:
        port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    except ValueError:
        port = ""
    return parts._replace(scheme="https", netloc=f"{parts.hostname or ''}{port}", path=parts.path or "/").geturl()
