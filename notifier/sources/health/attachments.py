"""Does a document bring attachments? Pure."""

import re

from notifier.domain import Document
from notifier.sources.files import SUFFIXES

_LINK = re.compile(rf"""(?:href|src)\s*=\s*["']?[^"'\s>]+\.(?:{SUFFIXES})(?:["'\s>?#])""".encode(), re.IGNORECASE)


def has_attachments(document: Document) -> bool:
    """Files came with it, or a link to one stands in it."""
    return bool(document.attachments) or _LINK.search(document.content) is not None
