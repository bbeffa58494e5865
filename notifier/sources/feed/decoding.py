"""Bytes of a feed to text, whatever they are declared to be (sources.md, 18). Pure."""

import codecs
import re

_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_MARKS = (  # byte order marks, then "<?" or "<" as they stand in encodings that are not like ASCII (XML 1.0, F.1)
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"), (b"<\x00?\x00", "utf-16-le"),
    (b"\x00<\x00?", "utf-16-be"), (b"<\x00\x00\x00", "utf-32-le"), (b"\x00\x00\x00<", "utf-32-be"),
    (b"\x4c\x6f\xa7\x94", "cp037"),
)  # fmt: skip
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "iso-8859-1": "windows-1252", "latin-1": "windows-1252"}


def decode_feed(content: bytes, media_type: str) -> str | None:
    """Text by byte order mark, strict UTF-8, the HTTP charset, the XML declaration, then GB18030; None where none fits.

    Declarations come late: feeds that say gb2312 and are UTF-8 exist, and the other way round, while bytes that are
    valid UTF-8 by accident hardly do.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, "replace").lstrip("\ufeff")
    charset = _CHARSET.search(media_type)
    declared = _DECLARED.match(content[:400])
    names = ["utf-8", charset[1] if charset else "", declared[1].decode("ascii") if declared else "", "gb18030"]
    for name in filter(None, names):
        try:
            return content.decode(_WIDER.get(name.lower(), name))
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
    return None
