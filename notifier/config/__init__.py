"""Settings: name, default and meaning in one place. Known to bootstrap and cli alone; stages take plain values."""

from notifier.config.sections import RelaySettings, ServiceSettings, WebSettings
from notifier.config.settings import Settings, find_config, load_settings, read_sources
from notifier.config.sources import SourceSettings
from notifier.config.values import parse_duration

__all__ = [
    "RelaySettings",
    "ServiceSettings",
    "Settings",
    "SourceSettings",
    "WebSettings",
    "find_config",
    "load_settings",
    "parse_duration",
    "read_sources",
]
