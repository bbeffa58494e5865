"""The feed reader: a program of its own that reads one feed and is gone.

A feed of 20 KB can keep feedparser or the HTML cleaner busy for hours, and a thread cannot be stopped; a process can.
It reads a line of JSON {"url", "media_type"} and then the feed from its input, and prints one JSON document:
{"version", "broken", "entries": [...], "errors": [[id, line], ...]}.
"""

import codecs
import json
import re
import sys
from typing import Any

from notifier.children import limit_ourselves
from notifier.sources.entries import read_entries

CPU_SECONDS = 20
MEMORY_BYTES = 2 * 1024**3
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"), (b"<\x00?\x00", "utf-16-le"),
    (b"\x00<\x00?", "utf-16-be"),
)  # fmt: skip
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "iso-8859-1": "windows-1252", "latin-1": "windows-1252"}


def decode_feed(content: bytes, media_type: str) -> str:
    """Text by byte order mark, strict UTF-8, the HTTP charset, the XML declaration, then GB18030 (sources.md, 18).

    Declarations come late: feeds that say gb2312 and are UTF-8 exist, and the other way round, while bytes that are
    valid UTF-8 by accident hardly do.
    """
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return content.decode(encoding, "replace").lstrip("\ufeff")
    charset = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", media_type, re.IGNORECASE)
    declared = _DECLARED.match(content[:400])
    names = ["utf-8", charset[1] if charset else "", declared[1].decode("ascii") if declared else "", "gb18030"]
    for name in filter(None, names):
        try:
            return content.decode(_WIDER.get(name.lower(), name))
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
    return content.decode("utf-8", "replace")


def read_feed(content: bytes, *, url: str, media_type: str) -> dict[str, Any]:
    import feedparser

    text = _NOT_XML.sub("", decode_feed(content, media_type)).lstrip()
    parsed = feedparser.parse(
        text.encode("utf-8", "replace"),
        sanitize_html=False,
        resolve_relative_uris=False,
        response_headers={"content-type": "application/xml; charset=utf-8", "content-location": url},
    )
    entries, errors = read_entries(parsed, url=url)
    return {
        "version": parsed.get("version", ""),
        "broken": str(parsed.get("bozo_exception", "")) if parsed["bozo"] else "",
        "entries": entries,
        "errors": errors,
    }


def main() -> None:
    limit_ourselves(cpu_seconds=CPU_SECONDS, memory_bytes=MEMORY_BYTES)
    request = json.loads(sys.stdin.buffer.readline())
    result = read_feed(sys.stdin.buffer.read(), url=request["url"], media_type=request["media_type"])
    sys.stdout.buffer.write(json.dumps(result).encode("ascii"))


if __name__ == "__main__":
    main()
