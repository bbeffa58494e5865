"""The links of the chain that `explain` follows."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["yes", "no", "wait", "note"]


@dataclass(frozen=True, slots=True)
class Link:
    """One link of the chain, and when it was. "no": here they parted; "wait": not yet; "note": good to know."""

    step: str  # fetch, read, audience, subscriber, rules, match, alert, delivery, attempt, feed, reminder
    verdict: Verdict
    zh: str
    en: str
    at: dt.datetime | None = None


def chain_to_dicts(links: Sequence[Link]) -> list[dict[str, str]]:
    """The chain as JSON."""
    return [
        {
            "step": link.step,
            "verdict": link.verdict,
            "at": link.at.isoformat() if link.at else "",
            "zh": link.zh,
            "en": link.en,
        }
        for link in links
    ]
