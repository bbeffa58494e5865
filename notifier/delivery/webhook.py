"""Webhooks as Standard Webhooks has them: id, timestamp, HMAC-SHA256 signature. https://www.standardwebhooks.com

A receiver drops an id that it has seen, so a message of unknown fate is simply sent again.
"""

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from notifier.delivery.replies import one_line
from notifier.domain import Consignment, Receipt
from notifier.errors import DeliveryError, InputError, SourceError

PREFIX = "whsec_"
GONE = 410  # the receiver wants no more, ever
_ADDRESS = re.compile(r"https?://([^\s/?#；，;,']+)[^\s；，]*?(?=[;:,]?(?:\s|$)|[；，])")  # one in a sentence; its host


class Answer(Protocol):
    """What a server answered; names of `headers` are in lower case."""

    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def content(self) -> bytes: ...


Post = Callable[[str, bytes, Mapping[str, str]], Awaitable[Answer]]


def new_secret() -> str:
    """256 random bits, written as receivers' libraries read them."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def read_secret(secret: str) -> bytes:
    """The key of `whsec_…`. InputError where it is none of 24 to 64 bytes."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not 24 <= len(key) <= 64:
        raise InputError(
            "webhook 密钥应为 whsec_ 加 24 到 64 字节的 base64", "a secret is whsec_ and 24 to 64 bytes in base64"
        )
    return key


def signature(secret: str, *, message_id: str, timestamp: int, content: bytes) -> str:
    signed = f"{message_id}.{timestamp}.".encode() + content
    return "v1," + base64.b64encode(hmac.new(read_secret(secret), signed, hashlib.sha256).digest()).decode()


@dataclass(frozen=True, slots=True)
class Webhook:
    """Posts to the subscriber's address, through the guard against inner networks; follows no redirect."""

    post: Post
    clock: Callable[[], dt.datetime]

    async def carry(self, consignment: Consignment) -> Receipt:
        answer = await posted(self.post, consignment, self._headers(consignment))
        return Receipt(reply=f"{answer.status}", where="webhook")

    def _headers(self, consignment: Consignment) -> dict[str, str]:
        message_id = "msg_" + consignment.message_id.partition("@")[0]
        timestamp = int(self.clock().timestamp())
        signed = signature(consignment.secret, message_id=message_id, timestamp=timestamp, content=consignment.content)
        return {
            "content-type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signed,
        }


async def posted(post: Post, consignment: Consignment, headers: Mapping[str, str]) -> Answer:
    """The answer, if it is one of success (2xx); DeliveryError for any other."""
    try:
        answer = await post(consignment.address, consignment.content, headers)
    except SourceError as error:  # not reached, not allowed, too slow: it may pass
        zh, en = map(_without_path, (error.zh, error.en))
        raise DeliveryError(zh, en, permanent=False) from error
    if 200 <= answer.status < 300:
        return answer
    raise _refused(answer)


def _without_path(line: str) -> str:
    """With the host alone: the rest of such an address is often a password, and this line is logged and shown."""
    return _ADDRESS.sub(r"\1", line)


def _refused(answer: Answer) -> DeliveryError:
    said = one_line(f"{answer.status} {answer.content[:300].decode('utf-8', 'replace')}")
    if 300 <= answer.status < 400:
        zh, en = (
            "接收方要求跳转，按规定不跟随，请改用最终地址",
            "it redirects, which is not followed: give its final address",
        )
    elif answer.status == GONE:
        zh, en = "接收方表示不再接收", "it wants no more"
    else:
        zh, en = "接收方未接受，稍后重试", "it did not take it; it will be tried again"
    wait = answer.headers.get("retry-after", "").strip()
    return DeliveryError(
        f"webhook 答复 {said}：{zh}",
        f"the webhook answered {said}: {en}",
        permanent=answer.status == GONE,
        code=answer.status,
        reply=said,
        retry_after=float(wait[:6]) if wait.isascii() and wait.isdigit() else 0.0,
    )
