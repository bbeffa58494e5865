"""Does a document bring attachments? Pure."""

import re

from notifier.domain import Document

_LINK = re.compile(
    rb"""(?:href|src)\s*=\s*["']?[^"'\s>]+\.(?:pdf|docx?|xlsx?|pptx?|wps|et|ofd|zip|rar|7z)(?:["'\s>?#])""",
    re.IGNORECASE,
)


def has_attachments(document: Document) -> bool:
    """Files came with it, or a link to one stands in it."""
    return bool(document.attachments) or _LINK.search(document.content) is not None
