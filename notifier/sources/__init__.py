"""Where bulletins come from: sources are polled, and documents come back."""

from notifier.sources.fetch import Fetcher, Response
from notifier.sources.polling import POLLERS, poll
from notifier.sources.schedule import is_due, next_poll_at

__all__ = ["POLLERS", "Fetcher", "Response", "is_due", "next_poll_at", "poll"]
