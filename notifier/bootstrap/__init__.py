"""Settings -> running parts: the only place that wires them together."""

from notifier.bootstrap.opening import configured_source, open_library, open_reader, open_transport
from notifier.bootstrap.running import ROLES, open_signups, run, web_parts
from notifier.bootstrap.service import Processed, Service, utc_now
from notifier.bootstrap.wiring import open_service

__all__ = [
    "ROLES", "Processed", "Service", "configured_source", "open_library", "open_reader", "open_service", "open_signups",
    "open_transport", "run", "utc_now", "web_parts",
]  # fmt: skip
