"""What is published in the DNS about a domain's mail."""

import contextlib

PATIENCE = 3.0  # seconds for an answer


def txt_records(name: str) -> list[str] | None:
    """The TXT records of a name; none where it has none. None: no server answers (a closed network)."""
    from dns.exception import DNSException  # late: `notifier --help` does not need it
    from dns.resolver import NXDOMAIN, NoAnswer, Resolver

    with contextlib.suppress(DNSException, OSError):
        try:
            answer = Resolver().resolve(name, "TXT", lifetime=PATIENCE)
        except (NXDOMAIN, NoAnswer):
            return []
        return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]
    return None
