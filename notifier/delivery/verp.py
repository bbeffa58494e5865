"""Return addresses of their own (VERP): what comes back names the message it is about, and proves it. Pure."""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass

_PROOF = 16  # base32 characters of the HMAC: 80 bits, checked by nobody but us
_ID = re.compile(r"[0-9a-z]{1,36}")  # with a name of ten, the local part keeps within 64 octets (RFC 5321)


@dataclass(frozen=True, slots=True)
class Verp:
    """`bounces@example.org` -> `bounces+MESSAGE-PROOF@example.org`. All in lower case: relays may change it."""

    secret: bytes
    address: str
    separator: str = "+"

    def address_for(self, message_id: str) -> str | None:
        """The return address of a message; None where its id cannot stand in one."""
        key = message_id.partition("@")[0]
        if not _ID.fullmatch(key):
            return None
        name, _, domain = self.address.rpartition("@")
        return f"{name}{self.separator}{key}-{self._proof(key)}@{domain}"

    def key_of(self, address: str) -> str | None:
        """The part of the Message-ID before the @, of an address that we gave out; None for any other."""
        name, _, domain = self.address.lower().rpartition("@")
        local, _, host = address.strip().strip("<>").lower().rpartition("@")
        prefix = name + self.separator.lower()
        key, _, proof = local.removeprefix(prefix).rpartition("-")
        if host != domain or not local.startswith(prefix) or not _ID.fullmatch(key):
            return None
        return key if hmac.compare_digest(proof.encode(), self._proof(key).encode()) else None

    def _proof(self, key: str) -> str:
        digest = hmac.new(self.secret, f"notifier.verp:{key}".encode(), hashlib.sha256).digest()
        return base64.b32encode(digest)[:_PROOF].decode().lower()
