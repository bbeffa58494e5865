"""Transports by name: the only place that knows which there are."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from notifier.delivery.maildir import Maildir
from notifier.delivery.relays import Relays
from notifier.delivery.smtp import Smtp
from notifier.domain import Transport
from notifier.errors import ConfigError

TRANSPORTS: dict[str, Callable[..., Transport]] = {"maildir": Maildir, "relays": Relays, "smtp": Smtp}


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
