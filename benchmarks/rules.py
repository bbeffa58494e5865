"""Rules that are meant to hurt: milliseconds to parse or refuse each, the limit being 10.

python benchmarks/rules.py
"""

import time

from notifier.errors import RuleError
from notifier.matching import parse_rule

LIMIT = 10.0  # milliseconds
HOSTILE = {
    "10,000 OR terms": " OR ".join(f"核电{at:05}" for at in range(10_000)),
    "3,000 terms": "|".join(chr(0x4E00 + at) + "电" for at in range(3_000)),
    "1,000 terms, all joined": " ".join(chr(0x4E00 + at) + "电" for at in range(1_000)),
    "10,000 brackets": "(" * 10_000,
    "10,000 quotes": "“" * 10_000,
    "10,000 wildcards": "a*" * 5_000,
    "3,000 fields": "标题:" * 3_000,
    "10,000 marks on one character": "核" + "\u0301" * 9_999,
    "10,000 zero-width spaces": "\u200b" * 10_000,
    "a catastrophic expression": "/" + "(a+)+" * 1_999 + "/",
    "999 expressions": "/核电站/ " * 999,
}


def milliseconds(text: str) -> tuple[float, str]:
    """The best of five, and whether the rule was parsed or refused."""
    took = []
    for _ in range(5):
        begun = time.process_time()
        try:
            parse_rule(text)
            outcome = "parsed"
        except RuleError:
            outcome = "refused"
        took.append((time.process_time() - begun) * 1000)
    return min(took), outcome


if __name__ == "__main__":
    parse_rule("/核电站/")  # RE2 is loaded once
    for name, text in HOSTILE.items():
        took, outcome = milliseconds(text)
        print(f"{took:7.2f} ms  {took / LIMIT:5.2f} x the limit  {outcome:8}  {name}")
