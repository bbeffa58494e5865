"""Signed tokens in links: who they are for, what they allow, and a version that revokes them."""

import contextlib
import hashlib
import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from itsdangerous import BadSignature, URLSafeSerializer

from notifier.errors import ConfigError

Purpose = Literal["confirm", "feed", "login", "own_feed", "unsubscribe"]


@dataclass(frozen=True, slots=True)
class Tokens:
    """Signs (subscriber id, version) for one purpose with HMAC-SHA-256: 256 bits, the same token every time.

    To confirm, it is (event id, 0); to sign in, (login link id, 0); for an own feed address (its id, version).
    """

    secret: bytes

    def sign(self, purpose: Purpose, subscriber_id: int, version: int) -> str:
        return str(self._serializer(purpose).dumps([subscriber_id, version]))

    def verify(self, purpose: Purpose, token: str) -> tuple[int, int] | None:
        """(subscriber id, version), or None where the token is not ours or for something else."""
        try:
            subscriber_id, version = self._serializer(purpose).loads(token)
        except (BadSignature, ValueError, TypeError):
            return None
        return int(subscriber_id), int(version)

    def _serializer(self, purpose: Purpose) -> URLSafeSerializer:
        return URLSafeSerializer(
            self.secret, salt=f"notifier.{purpose}", signer_kwargs={"digest_method": hashlib.sha256}
        )


def load_secret(path: Path) -> bytes:
    """The secret of that file; made, mode 0600, where there is none. Several who make it at once agree on one."""
    if not path.exists():
        try:
            _make_secret(path)
        except OSError as error:
            raise ConfigError(f"无法建立密钥文件 {path}：{error.strerror}", "check service.secret_file") from error
    return _read_secret(path)


def _make_secret(path: Path) -> None:
    """Written beside it and linked: whoever sees the file sees all of it, and the first one stays."""
    descriptor, made = tempfile.mkstemp(prefix=".secret-", dir=path.parent)  # mode 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_hex(32).encode())
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(made, path)
    finally:
        Path(made).unlink()


def _read_secret(path: Path) -> bytes:
    try:
        secret = path.read_bytes().strip()
    except OSError as error:
        raise ConfigError(f"读不了密钥文件 {path}：{error.strerror}", "check service.secret_file") from error
    if len(secret) < 32:
        raise ConfigError(
            f"密钥文件 {path} 太短，请恢复备份或删除后重建", f"{path} is too short: restore it, or remove it"
        )
    return secret
