"""Settings -> running parts: the only place that wires them together. What runs for good, its pages included, is in
`running`: most commands need none of it."""

from notifier.bootstrap.opening import configured_source, open_library, open_reader, open_transport
from notifier.bootstrap.service import Processed, Service, utc_now
from notifier.bootstrap.wiring import open_service

__all__ = [
    "Processed", "Service", "configured_source", "open_library", "open_reader", "open_service", "open_transport",
    "utc_now",
]  # fmt: skip
