"""Bytes to the world: one transport for each way out, made by name."""

from notifier.delivery.maildir import Maildir
from notifier.delivery.registry import TRANSPORTS, make_carrier, make_transport
from notifier.delivery.relays import Relays
from notifier.delivery.smtp import Smtp

__all__ = ["TRANSPORTS", "Maildir", "Relays", "Smtp", "make_carrier", "make_transport"]
