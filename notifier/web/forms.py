"""Against forged requests: where a POST comes from, and the token that every form of ours carries.

Two nets, since each has a hole. Browsers say `Origin: null` for forms of a page with Referrer-Policy no-referrer, and
Sec-Fetch-Site only over HTTPS (https://fetch.spec.whatwg.org/#append-a-request-origin-header): so what is said to come
from elsewhere is refused, and what says nothing still needs the token.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping

FIELD, HEADER = "form_token", "x-form-token"
_SIZE = hashlib.sha256().digest_size
_OURS = ("same-origin", "none")


def is_foreign(headers: Mapping[str, str], origin: str) -> bool:
    """Does the browser say that another site made this request? `origin` is ours, as https://host."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in _OURS
    return headers.get("origin", "null") not in ("null", origin)


def make_token(secret: bytes, key: str) -> str:
    """A token for the browser with this key: another at each call, so that compressed pages do not give it away."""
    mask = secrets.token_bytes(_SIZE)
    return base64.urlsafe_b64encode(mask + _xor(mask, _mac(secret, key))).decode()


def is_token(secret: bytes, key: str, token: str) -> bool:
    """Was it made for this browser? Takes the same time whatever the token."""
    try:
        raw = base64.urlsafe_b64decode(token)
    except ValueError:
        return False
    if not key or len(raw) != 2 * _SIZE:
        return False
    return hmac.compare_digest(_xor(raw[:_SIZE], raw[_SIZE:]), _mac(secret, key))


def _mac(secret: bytes, key: str) -> bytes:
    return hmac.digest(secret, b"notifier.form:" + key.encode(), "sha256")


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
