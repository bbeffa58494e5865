"""Plain facts about Chinese running text that more than one stage needs."""

import re

# C0 (but white space), C1, a space of no width, separators that are no line feed, BOM, lone surrogates.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2028\u2029\ufeff\ud800-\udfff]")
SENTENCE_ENDS = "。！？；!?;\n"  # ASCII "." stands in numbers and leaders: it ends nothing


def without_controls(text: str) -> str:
    """What others wrote, without what nobody sees in it; PostgreSQL stores no NUL."""
    return _CONTROLS.sub("", text)


def sentence_span(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence around text[start:end], its closing mark and closing quotes included, white space excluded."""
    left = max((text.rfind(mark, 0, start) for mark in SENTENCE_ENDS), default=-1) + 1
    stops = [at for mark in SENTENCE_ENDS if (at := text.find(mark, max(end - 1, start))) >= 0]
    right = min(stops) + 1 if stops else len(text)
    while right < len(text) and text[right] in "”’」』）)":
        right += 1
    while left < start and (text[left].isspace() or text[left] in "”’」』"):
        left += 1
    while right > end and text[right - 1].isspace():
        right -= 1
    return left, right
