"""Chats and pushes through Apprise (`pip install 'notifier[channels]'`): services with addresses of their own alone.

Apprise knows a hundred schemes, among them some that run programs, write files or go to any host. Only those in
SERVICES can be used: their plug-ins go to one host that is fixed, so that no subscriber chooses where we connect to.
"""

import asyncio
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import parse_qsl, urlsplit

from notifier.delivery.replies import for_operator
from notifier.domain import Consignment, Receipt
from notifier.errors import DeliveryError, InputError

PAUSE = 1.0  # seconds between the parts of one message: bots are limited in messages a minute


class Notifier(Protocol):
    """What is used of Apprise."""

    def add(self, servers: str) -> bool: ...
    def notify(self, body: str, title: str) -> object: ...


@dataclass(frozen=True, slots=True)
class Service:
    """`title` and `body`: the most bytes (UTF-8) that it takes of each; without a title, it stands above the body."""

    scheme: str
    name: str
    body: int
    title: int = 0
    options: frozenset[str] = frozenset()  # parameters of its address that may be set


SERVICES = {
    service.scheme: service
    for service in (
        Service("wecombot", "企业微信", 2_048),
        Service("dingtalk", "钉钉", 16_000, 200),
        Service("feishu", "飞书", 16_000, 200),
        Service("lark", "Lark", 16_000, 200),
        Service("schan", "Server酱", 30_000, 100),
        Service("pushplus", "PushPlus", 18_000, 100),
        Service("wxpusher", "WxPusher", 30_000, 100),
        Service("tgram", "Telegram", 4_000),
        Service("ntfy", "ntfy", 3_900, 200),
        Service("slack", "Slack", 30_000, 200),
        Service("discord", "Discord", 1_900, 200),
    )
}
_TARGET = re.compile(r"[A-Za-z0-9._~:@/%#+=-]{1,300}")


def service_of(url: str) -> Service:
    """The service of an address; InputError, without the address (it is a secret), where it is not one we go to."""
    scheme, _, rest = url.strip().partition("://")
    service = SERVICES.get(scheme.lower())
    known = "、".join(f"{one.name} {one.scheme}://" for one in SERVICES.values())
    if service is None:
        raise InputError(f"不支持这种渠道；可用：{known}", f"no such channel: use {', '.join(SERVICES)} or https://")
    parts = urlsplit(url.strip())
    own = {key for key, _ in parse_qsl(parts.query, keep_blank_values=True)} - service.options
    elsewhere = scheme.lower() == "ntfy" and (parts.path.strip("/") or "@" in parts.netloc or "." in parts.netloc)
    if own or elsewhere or not _TARGET.fullmatch(rest.partition("?")[0]):
        raise InputError(
            f"{service.name} 的地址不对：不能带参数，也不能指向别的主机",
            f"not an address of {service.scheme}: it may have no parameters and no host of its own",
        )
    return service


def split(text: str, limit: int) -> Iterator[str]:
    """Parts of at most `limit` bytes, cut between paragraphs, else lines, else characters; only breaks are lost."""
    while len(text.encode()) > limit:
        head = text.encode()[:limit].decode("utf-8", "ignore")
        cut = next((at for mark in ("\n\n", "\n") if (at := head.rfind(mark)) > len(head) // 3), len(head))
        yield text[:cut].rstrip("\n")
        text = text[cut:].lstrip("\n")
    if text:
        yield text


def parts_of(service: Service, title: str, text: str) -> list[tuple[str, str]]:
    """(title, body) of each message; of several, each says which it is."""
    heading = _clipped(title, service.title) if service.title else ""
    whole = text if service.title else f"{title}\n\n{text}".strip()
    room = service.body - len("（99/99）\n".encode())
    bodies = list(split(whole, room)) or [""]
    if len(bodies) == 1:
        return [(heading, bodies[0])]
    return [(heading, f"（{at}/{len(bodies)}）\n{body}") for at, body in enumerate(bodies, 1)]


def _clipped(text: str, limit: int) -> str:
    if len(text.encode()) <= limit:
        return text
    return text.encode()[: limit - 3].decode("utf-8", "ignore") + "…"


def opened(url: str, service: Service) -> Notifier:
    """Apprise with this one address, which keeps nothing on disk and loads no plug-ins of others."""
    try:
        import apprise  # late: 0.8 seconds, and an extra
    except ImportError as error:
        raise for_operator(
            "此渠道需要管理员 pip install 'notifier[channels]'", "this channel needs pip install 'notifier[channels]'"
        ) from error
    asset = apprise.AppriseAsset(
        storage_mode=apprise.PersistentStoreMode.MEMORY, secure_logging=True, plugin_paths=[], app_id="notifier"
    )
    made: Notifier = apprise.Apprise(asset=asset)
    if not made.add(url):
        raise InputError(f"{service.name} 的地址不完整", f"that is not a whole address of {service.scheme}")
    return made


@dataclass(frozen=True, slots=True)
class Apprise:
    """Carries to one of SERVICES. `read`: content -> title and text. Apprise blocks, so it works on threads."""

    read: Callable[[bytes], tuple[str, str]]
    pause: float = PAUSE
    open: Callable[[str, Service], Notifier] = opened

    async def carry(self, consignment: Consignment) -> Receipt:
        """DeliveryError, never permanent: Apprise does not tell why. It says how many parts were taken."""
        service = service_of(consignment.address)
        notifier = await asyncio.to_thread(self.open, consignment.address, service)
        parts = parts_of(service, *self.read(consignment.content))
        for at, (title, body) in list(enumerate(parts))[consignment.taken :]:
            if at > consignment.taken:
                await asyncio.sleep(self.pause)
            if not await asyncio.to_thread(notifier.notify, body, title):
                raise DeliveryError(
                    f"{service.name} 未接受，稍后重试；请核对渠道地址",
                    f"{service.scheme} did not take it; it will be tried again: check the channel's address",
                    permanent=False,
                    parts=at,
                )
        return Receipt(reply=f"{len(parts)} parts" if len(parts) > 1 else "ok", where=service.scheme)
