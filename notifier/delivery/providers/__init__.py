"""What mail providers report of our mails by HTTP. A module a provider; the registry knows them by name."""

from notifier.delivery.providers.registry import PROVIDERS, provider_of
from notifier.delivery.providers.shapes import Posted, Provider, Signed
from notifier.delivery.providers.tokens import UsedTokens

__all__ = ["PROVIDERS", "Posted", "Provider", "Signed", "UsedTokens", "provider_of"]
