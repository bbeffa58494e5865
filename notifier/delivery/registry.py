"""Transports by name: the only place that knows which there are."""

import datetime as dt
import inspect
from collections.abc import Callable, Mapping
from typing import Any

from notifier.delivery.apprise import SERVICES, Apprise
from notifier.delivery.maildir import Maildir
from notifier.delivery.relays import Relays
from notifier.delivery.smtp import Smtp
from notifier.delivery.webhook import Post, Webhook
from notifier.delivery.websub import WebSub
from notifier.domain import WEBHOOK, WEBSUB, Carrier, Transport
from notifier.errors import ConfigError, InputError

TRANSPORTS: dict[str, Callable[..., Transport]] = {"maildir": Maildir, "relays": Relays, "smtp": Smtp}


def make_carrier(
    name: str,
    *,
    post: Post,
    read: Callable[[bytes], tuple[str, str]],
    clock: Callable[[], dt.datetime],
) -> Carrier:
    """What carries to channels of that name. InputError where there is none of that name (any more)."""
    if name == WEBHOOK:
        return Webhook(post, clock)
    if name == WEBSUB:
        return WebSub(post)
    if name in SERVICES:
        return Apprise(read)
    raise InputError(f"没有渠道 {name}", f"there is no channel {name}")


def make_transport(name: str, options: Mapping[str, Any]) -> Transport:
    """The transport `name` with `options` as its arguments. ConfigError where either is not known or one is missing."""
    factory = TRANSPORTS.get(name)
    if factory is None:
        known = ", ".join(sorted(TRANSPORTS))
        raise ConfigError(
            f"不认识的发送方式“{name}”；可用：{known}", f"unknown mail transport {name!r}; known are: {known}"
        )
    signature = inspect.signature(factory)
    try:
        signature.bind(**options)
    except TypeError as error:
        takes = ", ".join(signature.parameters)
        raise ConfigError(
            f"发送方式 {name} 的设置有误（{error}）；可用设置：{takes}",
            f"the settings of mail transport {name} are wrong ({error}); it takes: {takes}",
        ) from error
    return factory(**options)
