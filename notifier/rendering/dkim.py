"""DKIM signatures (RFC 6376) over bytes that we have made: a key is read once, the same bytes get the same signature.

OpenSSL does the RSA. The canonical forms are short here, since our messages have CRLF line ends, no white space at the
end of a line and one line break at their end (see mime): relaxed for the header, simple for the body.
"""

import binascii
import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

from notifier.errors import ConfigError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

SIGNED = (b"from", b"to", b"subject", b"date", b"message-id", b"list-unsubscribe", b"list-unsubscribe-post")
LEAST_BITS = 1024  # RFC 8301: verifiers refuse shorter keys; 2048 is what to use
_FOLD = re.compile(rb"\r\n(?=[ \t])")
_BLANK = re.compile(rb"[ \t]+")
_LINE = 72  # octets of a signature in one line


class Signer:
    """Puts a DKIM-Signature before a message. `domain` is d=, `selector` s=, `key_file` an RSA key in PEM."""

    def __init__(self, domain: str, selector: str, key_file: Path) -> None:
        self.domain, self.selector = domain, selector
        self._key = _load(key_file)
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15  # late: see _load
        from cryptography.hazmat.primitives.hashes import SHA256

        self._padding, self._hash = PKCS1v15(), SHA256()

    def __call__(self, content: bytes) -> bytes:
        head, _, body = content.partition(b"\r\n\r\n")
        fields = _fields(head)
        names = [name for name in SIGNED if name in fields]
        # From stands once more in h=: a second From that somebody adds breaks the signature (RFC 6376, 8.15).
        tags = b"v=1; a=rsa-sha256; c=relaxed/simple; d=%s; s=%s;\r\n h=%s:from;\r\n bh=%s;\r\n b=" % (
            self.domain.encode(),
            self.selector.encode(),
            b":".join(names),
            _base64(hashlib.sha256(body or b"\r\n").digest()),
        )
        signed = [name + b":" + fields[name] + b"\r\n" for name in names]
        signed.append(b"dkim-signature:" + _FOLD.sub(b"", tags))
        signature = _base64(self._key.sign(b"".join(signed), self._padding, self._hash))
        lines = b"\r\n ".join(signature[at : at + _LINE] for at in range(0, len(signature), _LINE))
        return b"DKIM-Signature: " + tags + lines + b"\r\n" + content

    @property
    def record(self) -> str:
        """What belongs into the DNS as TXT of SELECTOR._domainkey.DOMAIN."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        public = self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return f"v=DKIM1; k=rsa; p={_base64(public).decode()}"


def _load(key_file: Path) -> "RSAPrivateKey":
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey  # late: 40 ms that not everybody needs
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(key_file.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise ConfigError(f"读不了 DKIM 密钥 {key_file}：{error}", f"cannot read the DKIM key {key_file}") from error
    if not isinstance(key, RSAPrivateKey) or key.key_size < LEAST_BITS:
        raise ConfigError(
            f"DKIM 密钥 {key_file} 须为 {LEAST_BITS} 位以上的 RSA 密钥；建议 2048 位",
            f"the DKIM key {key_file} must be RSA of {LEAST_BITS} bits or more: make one of 2048",
        )
    return key


def _fields(head: bytes) -> dict[bytes, bytes]:
    """Names in small letters and relaxed values (RFC 6376, 3.4.2); of fields that stand twice, the lower one."""
    fields = {}
    for line in _FOLD.sub(b"", head).split(b"\r\n"):
        name, _, value = line.partition(b":")
        fields[name.rstrip().lower()] = _BLANK.sub(b" ", value).strip()
    return fields


def _base64(octets: bytes) -> bytes:
    return binascii.b2a_base64(octets, newline=False)
