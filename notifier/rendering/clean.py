"""What foreign text must lose before it is shown: controls, direction overrides, our own markers.

Everything here takes text as data; escaping for HTML and XML is the templates' work.
"""

import re

# Stand in a frozen letter for what differs by recipient. Stripped from all content, so nobody can forge one.
UNSUBSCRIBE = "\U000f5a01"
FEED = "\U000f5a02"

TITLE_LIMIT = 500  # characters; a longer title is a fault of its source
LEADER = "……"

# C0 (but tab and line feed), C1, bidi embeddings and overrides, lone surrogates, BOM, what XML 1.0 forbids.
_FORBIDDEN = re.compile(
    f"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff{UNSUBSCRIBE}{FEED}]"
)
_LINE_SEPARATORS = re.compile("[\u2028\u2029]")
_BREAKS = re.compile(r" *[\n\t][\n\t ]*")
_LANGUAGE_MARKS = re.compile("[\u200e\u200f\u061c\U000e0000-\U000e007f]")


def text(value: str) -> str:
    """`value` with its line feeds and tabs, and without what could disturb a reader, a parser or a template."""
    return _FORBIDDEN.sub("", _LINE_SEPARATORS.sub("\n", value))


def one_line(value: str, limit: int = 0) -> str:
    """`value` on one line: a break becomes a space, all else stays as it is. Cut at `limit` characters."""
    return clip(_BREAKS.sub(" ", text(value)).strip(), limit)


def title(value: str) -> str:
    """A title exactly as it stands, on one line."""
    return one_line(value, TITLE_LIMIT)


def header(value: str) -> str:
    """A header's value: one line, without marks that are invisible."""
    return _LANGUAGE_MARKS.sub("", one_line(value))


def clip(value: str, limit: int) -> str:
    """`value`, or its first `limit` characters and a leader. 0 is no limit."""
    return value if not limit or len(value) <= limit else value[:limit] + LEADER
