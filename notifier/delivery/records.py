"""What is published in the DNS about a domain's mail."""

import contextlib
from collections.abc import Sequence
from typing import Any

PATIENCE = 3.0  # seconds for an answer


def txt_records(name: str) -> list[str] | None:
    """The TXT records of a name; none where it has none. None: no server answers (a closed network)."""
    answer = _resolved(name, "TXT")
    return None if answer is None else [b"".join(record.strings).decode("utf-8", "replace") for record in answer]


def mx_hosts(domain: str) -> list[str] | None:
    """The hosts that take a domain's mail; none where it names none. None: no server answers."""
    answer = _resolved(domain, "MX")
    return None if answer is None else [str(record.exchange) for record in answer]


def _resolved(name: str, kind: str) -> Sequence[Any] | None:
    from dns.exception import DNSException  # late: `notifier --help` does not need it
    from dns.resolver import NXDOMAIN, NoAnswer, Resolver

    with contextlib.suppress(DNSException, OSError, UnicodeError):
        try:
            return list(Resolver().resolve(name, kind, lifetime=PATIENCE))
        except (NXDOMAIN, NoAnswer):
            return []
    return None
