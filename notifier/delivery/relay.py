"""The relay: where it is, and a connection to it, secured and logged in. Nothing here is a recipient's fault."""

import asyncio
import re
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import aiosmtplib

from notifier.delivery.replies import for_operator, is_error, malformed, not_connected, one_line, refuses_us
from notifier.errors import DeliveryError

Tls = Literal["none", "starttls", "tls"]


@dataclass(frozen=True, slots=True)
class Relay:
    """Where mail goes, and how we present ourselves there. `timeout` is in seconds, for each step."""

    host: str
    port: int
    tls: Tls = "none"
    username: str = ""
    password_file: Path | None = None
    timeout: float = 30.0
    local_hostname: str | None = None
    ca_file: Path | None = None

    @property
    def where(self) -> str:
        return f"{self.host}:{self.port}"

    def password(self) -> str:
        """Read anew for each connection, so that a changed password needs no restart."""
        if self.password_file is None:
            return ""
        try:
            return self.password_file.read_text(encoding="utf-8").strip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise for_operator(
                f"读不到密码文件 {self.password_file}：{error}",
                f"cannot read the password file {self.password_file}: {error}",
            ) from error

    def tls_context(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=self.ca_file)
        except (OSError, ssl.SSLError) as error:
            raise for_operator(
                f"读不到证书文件 {self.ca_file}：{error}", f"cannot read the CA file {self.ca_file}: {error}"
            ) from error


def own_name(hostname: str) -> str:
    """What we call ourselves in EHLO: `hostname` if it is a full one, else an address literal (RFC 5321, 4.1.4).

    aiosmtplib would ask the DNS for it, which on closed networks takes many seconds.
    """
    labels = hostname.split(".")
    full = len(labels) > 1 and all(re.fullmatch(r"[A-Za-z0-9-]{1,63}", label) for label in labels)
    return hostname if full else "[127.0.0.1]"


async def connect(relay: Relay) -> aiosmtplib.SMTP:
    """Connect, secure, greet, log in. DeliveryError, never permanent.

    TLS never falls back: where STARTTLS is asked for and not offered, nothing is sent (RFC 3207, 5).
    """
    client = aiosmtplib.SMTP(
        hostname=relay.host,
        port=relay.port,
        timeout=relay.timeout,
        local_hostname=relay.local_hostname or own_name(socket.gethostname()),
        use_tls=relay.tls == "tls",
        start_tls=False,
        tls_context=None if relay.tls == "none" else await asyncio.to_thread(relay.tls_context),
    )
    try:
        await client.connect()
        await _greet(client, relay)
        if relay.tls == "starttls":
            await _secure(client, relay)
        if relay.username:
            await _log_in(client, relay)
    except BaseException as error:
        client.close()
        if isinstance(error, aiosmtplib.SMTPResponseException):
            raise _unwelcome(relay, error) from error
        if isinstance(error, OSError):
            raise not_connected(relay.where, error) from error
        raise
    return client


def _unwelcome(relay: Relay, error: aiosmtplib.SMTPResponseException) -> DeliveryError:
    if is_error(error.code):
        return refuses_us(relay.where, error.code, error.message)
    return malformed("greeting", f"{error.code} {error.message}")


async def _greet(client: aiosmtplib.SMTP, relay: Relay) -> None:
    try:
        await client.ehlo()
    except aiosmtplib.SMTPHeloError as error:
        if error.code < 500 or relay.tls == "starttls" or relay.username or not client.is_connected:
            raise
        await client.helo()  # a server without extensions, RFC 5321 3.2


async def _secure(client: aiosmtplib.SMTP, relay: Relay) -> None:
    if not client.supports_extension("starttls"):
        raise for_operator(
            f"邮件服务器 {relay.where} 不提供 STARTTLS，为免明文传输未发送；请改 tls 设置或与其管理员联系",
            f"the mail server {relay.where} does not offer STARTTLS, nothing was sent in the clear; "
            "change the tls setting or ask who runs it",
        )
    await client.starttls()
    await client.ehlo()


async def _log_in(client: aiosmtplib.SMTP, relay: Relay) -> None:
    try:
        await client.login(relay.username, relay.password())
    except aiosmtplib.SMTPAuthenticationError as error:
        words = one_line(error.message)
        raise for_operator(
            f"邮件服务器 {relay.where} 不接受用户 {relay.username} 的登录（{error.code} {words}）；请核对用户名和密码",
            f"the mail server {relay.where} refused the login of {relay.username} ({error.code} {words}); "
            "check username and password_file",
            code=error.code,
            reply=f"{error.code} {words}",
        ) from error
    except (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPTimeoutError, aiosmtplib.SMTPResponseException):
        raise
    except aiosmtplib.SMTPException as error:
        raise for_operator(
            f"邮件服务器 {relay.where} 不提供登录：{one_line(error.message)}；请核对 tls 和 username 设置",
            f"the mail server {relay.where} offers no login: {one_line(error.message)}; check tls and username",
        ) from error
