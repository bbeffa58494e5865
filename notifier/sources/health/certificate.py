"""When the certificate ends that a server showed us. Pure."""

import datetime as dt
import ssl
from collections.abc import Mapping
from typing import Any


def certificate_end(extensions: Mapping[str, Any]) -> dt.datetime | None:
    """From the extensions of an answer (of httpx2 or httpcore2); None without TLS, or where it is not told."""
    stream = extensions.get("network_stream")
    channel = stream.get_extra_info("ssl_object") if stream is not None else None
    shown = channel.getpeercert() if channel is not None else None
    return end_of((shown or {}).get("notAfter", ""))


def end_of(not_after: str) -> dt.datetime | None:
    """`Jan  5 09:34:43 2028 GMT`, as the ssl module writes it; None where it is no time."""
    try:
        return dt.datetime.fromtimestamp(ssl.cert_time_to_seconds(not_after), dt.UTC)
    except (ValueError, OverflowError):
        return None
