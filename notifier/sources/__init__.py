"""Where bulletins come from: sources are polled, and documents come back."""

from notifier.sources.http.fetch import Fetcher, Response
from notifier.sources.http.freshness import fresh_seconds
from notifier.sources.http.manners import Manners, host_of
from notifier.sources.pace import address_of, after_answer, after_failure, after_success, has_adopted, interval
from notifier.sources.polling import POLLERS, poll
from notifier.sources.schedule import is_due, next_poll_at
from notifier.sources.turn import Turn, reason_of

__all__ = [
    "POLLERS", "Fetcher", "Manners", "Response", "Turn", "address_of", "after_answer", "after_failure", "after_success",
    "fresh_seconds", "has_adopted", "host_of", "interval", "is_due", "next_poll_at", "poll", "reason_of",
]  # fmt: skip
