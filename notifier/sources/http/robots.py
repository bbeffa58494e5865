"""robots.txt: what a site lets us fetch (RFC 9309). Pure.

Of our own because the file is the site's to choose: `re`, which the libraries match its wildcards with, takes hours
over a pattern made for that, and the standard library's reader knows no wildcards. Here every step moves on.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

MAX_BYTES = 500 * 1024  # of the file; the rest is not read (RFC 9309, 2.5)
_TOKEN = re.compile(r"[A-Za-z_-]+")
_ESCAPED = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_ASCII = "".join(map(chr, range(0x21, 0x7F)))


@dataclass(frozen=True, slots=True)
class Rules:
    """The lines that concern us. `lines`: (allowed, pattern), the longest that matches decides; `delay` in seconds."""

    lines: tuple[tuple[bool, str], ...] = ()
    delay: float = 0.0

    def allows(self, path: str) -> bool:
        """`path` with its query. Of two patterns of a length the one that allows wins."""
        if path == "/robots.txt":
            return True
        folded = _folded(path)
        found = [(len(pattern), allowed) for allowed, pattern in self.lines if _matches(pattern, folded)]
        return max(found)[1] if found else True

    @property
    def size(self) -> int:
        """Roughly, in bytes."""
        return 200 + sum(len(pattern) + 150 for _, pattern in self.lines)


ALL_ALLOWED = Rules()


def read_robots(content: bytes, agent: str) -> Rules:
    """The rules for the product `agent`, or those for everybody where none names it."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for names, lines in _groups(_fields(content)):
        for name in names:
            groups.setdefault(name, []).extend(lines)
    return _rules(groups.get(agent.lower(), groups.get("*", [])))


def _fields(content: bytes) -> Iterator[tuple[str, str]]:
    text = content[:MAX_BYTES].decode("utf-8-sig", "replace")
    for line in re.split(r"[\r\n]+", text):
        key, colon, value = line.partition("#")[0].partition(":")
        if colon:
            yield key.strip().lower(), value.strip()


def _groups(fields: Iterable[tuple[str, str]]) -> Iterator[tuple[list[str], list[tuple[str, str]]]]:
    """Lines of agents that follow each other share the rules behind them."""
    names: list[str] = []
    lines: list[tuple[str, str]] = []
    for key, value in fields:
        if key == "user-agent":
            if lines:
                yield names, lines
                names, lines = [], []
            token = _TOKEN.match(value)
            names.append("*" if value.startswith("*") else token[0].lower() if token else "")
        elif key in ("allow", "disallow", "crawl-delay"):
            lines.append((key, value))
    yield names, lines


def _rules(lines: Iterable[tuple[str, str]]) -> Rules:
    found: list[tuple[bool, str]] = []
    delay = 0.0
    for key, value in lines:
        if key == "crawl-delay":
            delay = max(delay, _seconds(value))
        elif value:
            found.append((key == "allow", _folded(value)))
    return Rules(tuple(found), delay)


def _seconds(value: str) -> float:
    return float(value) if re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", value) else 0.0


def _folded(path: str) -> str:
    """One spelling of a path: characters that need no escape are not escaped, those beyond ASCII are."""

    def plain(found: re.Match[str]) -> str:
        char = chr(int(found[1], 16))
        return char if char in _UNRESERVED else found[0].upper()

    return quote(_ESCAPED.sub(plain, path), safe=_ASCII, errors="replace")


def _matches(pattern: str, path: str) -> bool:
    """`*` is any run of characters, `$` at the end the end of the path."""
    ends = pattern.endswith("$")
    first, *others = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    if ends:
        return _ends(others, path, len(first))
    return _found_in_order(others, path, len(first)) >= 0


def _ends(parts: list[str], path: str, at: int) -> bool:
    if not parts:
        return len(path) == at
    at = _found_in_order(parts[:-1], path, at)
    return 0 <= at <= len(path) - len(parts[-1]) and path.endswith(parts[-1])


def _found_in_order(parts: Iterable[str], path: str, at: int) -> int:
    """Where the last part ends, each taken at the first place that it has; -1 where one is missing."""
    for part in parts:
        at = path.find(part, at)
        if at < 0:
            return -1
        at += len(part)
    return at
