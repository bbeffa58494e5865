"""Tokens of signatures that do not cover what they come with: each serves for one content, and is then used up."""

import hashlib
import threading

from notifier.errors import ForgeryError

MOST = 200_000  # tokens remembered; the oldest go first


class UsedTokens:
    """What each token came with. Of this process alone: who sees a signature has to break TLS first."""

    def __init__(self) -> None:
        self._used: dict[tuple[str, str], bytes] = {}  # in the order of their coming
        self._lock = threading.Lock()

    def use(self, provider: str, token: str, content: bytes) -> None:
        """ForgeryError where the token came with another content before; the same again is a provider's retry."""
        digest = hashlib.sha256(content).digest()
        with self._lock:
            if self._used.setdefault((provider, token), digest) != digest:
                raise ForgeryError("签名已用于别的内容", "that signature was used for something else")
            if len(self._used) > MOST:
                del self._used[next(iter(self._used))]
