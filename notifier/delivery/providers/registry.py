"""Providers by name: the only place that knows which there are."""

from notifier.delivery.providers import mailgun, sendcloud, standard
from notifier.delivery.providers.shapes import Provider
from notifier.errors import ConfigError

PROVIDERS: dict[str, Provider] = {
    provider.name: provider for provider in (standard.PROVIDER, mailgun.PROVIDER, sendcloud.PROVIDER)
}


def provider_of(name: str) -> Provider:
    """ConfigError where there is none of that name."""
    if name not in PROVIDERS:
        known = ", ".join(PROVIDERS)
        raise ConfigError(
            f"bounces.providers 不认识 {name}；可用：{known}",
            f"unknown provider {name!r} in bounces.providers: {known}",
        )
    return PROVIDERS[name]
