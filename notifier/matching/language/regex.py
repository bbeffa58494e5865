"""/re2/: RE2 over folded text. Linear time and bounded memory, whatever the pattern."""

import re
from functools import lru_cache
from typing import Any

from notifier.matching.fold import simplify

LONGEST_PATTERN = 500  # code points
MEMORY = 1 << 18  # bytes that RE2 may use for one compiled pattern

_ESCAPED_CODE = re.compile(r"\\x(?:\{([0-9A-Fa-f]{1,6})\}|([0-9A-Fa-f]{2}))")
# Folded text has half-width forms only: letters and digits are replaced, punctuation is a literal, not syntax.
_HALF_WIDTH = {
    code: chr(code - 0xFEE0) if chr(code - 0xFEE0).isalnum() else "\\" + chr(code - 0xFEE0)
    for code in range(0xFF01, 0xFF5F)
}


def folded_pattern(pattern: str) -> str:
    """The pattern for folded text: simplified characters, half width."""
    return simplify(pattern).translate(_HALF_WIDTH)


def regex_options() -> Any:
    import re2  # 10 ms, and most runs have no regex

    options = re2.Options()
    options.case_sensitive = False
    options.max_mem = MEMORY
    options.log_errors = False
    return options


@lru_cache(maxsize=4096)
def compile_regex(pattern: str) -> Any:
    """The compiled pattern, or a str: why RE2 refuses it."""
    import re2

    if len(pattern) > LONGEST_PATTERN:
        return f"> {LONGEST_PATTERN}"
    try:
        return re2.compile(folded_pattern(pattern), regex_options())
    except (re2.error, UnicodeEncodeError) as error:
        return _reason(error)


def _reason(error: Exception) -> str:
    cause = error.args[0] if error.args else error
    return cause.decode(errors="replace") if isinstance(cause, bytes) else str(cause)


@lru_cache(maxsize=4096)
def lacks_literal(pattern: str) -> bool:
    """Is there no literal of two characters or more that every match contains?

    RE2's own filter is asked: would the pattern have to be tried on a text in which no two of its characters
    stand together? (The filter as built for Python ignores literals under three bytes: two ASCII letters.)
    """
    import re2

    lone = re2.Filter()
    text = folded_pattern(pattern)
    try:
        lone.Add(text, regex_options())
        lone.Compile()
    except (re2.error, UnicodeEncodeError):
        return True
    codes = [chr(int(found[1] or found[2], 16)) for found in _ESCAPED_CODE.finditer(text) if _is_scalar(found)]
    alphabet = sorted(set((text + "".join(codes)).lower()))
    return bool(lone.Match("\0".join(alphabet), potential=True))


def _is_scalar(found: re.Match[str]) -> bool:
    code = int(found[1] or found[2], 16)
    return code < 0xD800 or 0xDFFF < code <= 0x10FFFF


def regex_spans(pattern: str, text: str) -> list[tuple[int, int]]:
    """Every match in the folded `text` that is not empty, from left to right, not overlapping."""
    compiled = compile_regex(pattern)
    if isinstance(compiled, str):
        return []
    return [found.span() for found in compiled.finditer(text) if found.end() > found.start()]
