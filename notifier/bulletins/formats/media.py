"""What kind of document some bytes are: by their content first, then by the name's suffix."""

import re
from pathlib import PurePosixPath

TEXT, MARKDOWN, HTML, PDF = "text/plain", "text/markdown", "text/html", "application/pdf"
OFD, PDF, EML, ZIP = "application/ofd", "application/pdf", "message/rfc822", "application/zip"
OLDER = frozenset(("application/msword", "application/vnd.ms-works", "application/rtf"))  # a converter's work
UNKNOWN = "application/octet-stream"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_HEAD = 1024  # bytes in which a signature may stand

_SIGNATURES = (
    (b"\x89PNG\r\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF87a", "image/gif"), (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"), (b"MM\x00*", "image/tiff"), (b"BM", "image/bmp"), (b"{\\rtf", "application/rtf"),
    (b"\x1f\x8b\x08", "application/gzip"), (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"), (b"%!PS", "application/postscript"),
    (b"BZh", "application/x-bzip2"), (b"\xfd7zXZ\x00", "application/x-xz"),
)  # fmt: skip
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_SUFFIXES = {".xls": "application/vnd.ms-excel", ".ppt": "application/vnd.ms-powerpoint",
                 ".msg": "application/vnd.ms-outlook", ".wps": "application/vnd.ms-works"}  # fmt: skip
_ZIPPED = (
    (b"word/document.xml", DOCX), (b"OFD.xml", "application/ofd"), (b"xl/workbook.xml", _SHEET),
    (b"ppt/presentation.xml", _SLIDES), (b"application/epub+zip", "application/epub+zip"),
    (b"application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text"),
)  # fmt: skip
_SUFFIXES = {
    ".txt": TEXT, ".text": TEXT, ".md": MARKDOWN, ".markdown": MARKDOWN, ".html": HTML, ".htm": HTML, ".xhtml": HTML,
    ".shtml": HTML, ".pdf": PDF, ".doc": "application/msword", ".docx": DOCX, ".ofd": "application/ofd",
    ".eml": "message/rfc822", ".zip": "application/zip", ".rtf": "application/rtf",
}  # fmt: skip
_MARKUP = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,500}?-->\s*)*<(?:!doctype\s+html|html|head|body|meta|title|div|p|table|span|h[1-6]|article"
    rb"|section|ul|ol|br|a|img|font|center|strong|b|em)\b[^>]{0,2000}>",
    re.IGNORECASE | re.DOTALL,
)
_XML = re.compile(rb"\s*<\?xml\b")
_LETTER = re.compile(
    rb"(?:(?:return-path|received|from|to|subject|date|message-id|mime-version|content-type|delivered-to|x-[\w-]{1,40}|dkim-signature"
    rb"|reply-to|sender|cc|list-[\w-]{1,40}):[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){3}",
    re.IGNORECASE,
)


def media_type_of(name: str, content: bytes) -> str:
    """The media type of a document by its content; by the suffix of its name where the content may be any text."""
    head = content[:_HEAD]
    if b"%PDF-" in head:
        return PDF
    if content.startswith(_OLE):
        return _OLE_SUFFIXES.get(_suffix(name), "application/msword")
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return next((kind for mark, kind in _ZIPPED if mark in content), "application/zip")
    return _by_signature(content) or _of_text(name, content)


def _by_signature(content: bytes) -> str:
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    for mark, kind in _SIGNATURES:
        if content.startswith(mark) and (mark != b"BM" or b"\0" in content[:32]):
            return kind
    return ""


def _of_text(name: str, content: bytes) -> str:
    head = content[:4096].removeprefix(b"\xef\xbb\xbf")
    by_name = _SUFFIXES.get(_suffix(name), "")
    if _LETTER.match(head):
        return "message/rfc822"
    if _MARKUP.match(head) and by_name != MARKDOWN:
        return HTML
    if _XML.match(head):
        return "application/xml"
    return by_name if by_name.startswith(("text/", "message/")) else TEXT


def _suffix(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).suffix.lower()
