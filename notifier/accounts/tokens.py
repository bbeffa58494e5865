"""Signed tokens in links: who they are for, what they allow, and a version that revokes them."""

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from itsdangerous import BadSignature, URLSafeSerializer

from notifier.errors import ConfigError

Purpose = Literal["feed", "unsubscribe"]


@dataclass(frozen=True, slots=True)
class Tokens:
    """Signs (subscriber id, version) for one purpose with HMAC-SHA-256: 256 bits, the same token every time."""

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
    """The secret of that file; made, mode 0600, where there is none."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read_secret(path)
    except OSError as error:
        raise ConfigError(f"无法建立密钥文件 {path}：{error.strerror}", "check service.secret_file") from error
    secret = secrets.token_hex(32).encode()
    with os.fdopen(descriptor, "wb") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    return secret


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
