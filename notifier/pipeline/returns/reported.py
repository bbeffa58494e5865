"""What mail providers report by HTTP, checked and taken. Whoever forges it changes nothing."""

import datetime as dt
from collections.abc import Callable, Mapping

from notifier.delivery.providers import PROVIDERS, Posted, Provider, Signed, UsedTokens
from notifier.errors import ForgeryError
from notifier.pipeline.returns.bounces import Taken, take_reports
from notifier.pipeline.telling.operator import Desk
from notifier.storage.database import Database


class ProviderReports:
    """Takes the posts of the providers that there is a secret of, by name."""

    def __init__(
        self, database: Database, desk: Desk, *, secrets: Mapping[str, str], clock: Callable[[], dt.datetime]
    ) -> None:
        self._database = database
        self._desk = desk
        self._secrets = secrets
        self._clock = clock
        self._tokens = UsedTokens()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._secrets)

    @property
    def id_headers(self) -> tuple[str, ...]:
        """Headers that our mails are to have, for these providers to give back."""
        return tuple(header for name in self._secrets if (header := PROVIDERS[name].id_header))

    def take(self, name: str, posted: Posted) -> list[Taken]:
        """What each report led to. ForgeryError, or InputError where it cannot be read: then nothing was changed."""
        provider, now = PROVIDERS[name], self._clock()
        signed = provider.read(posted, self._secrets[name])
        _check_age(provider, signed, now=now)
        self._tokens.use(name, signed.token, posted.content)
        return take_reports(self._database, self._desk, signed.reports, by=name, now=now)


def _check_age(provider: Provider, signed: Signed, *, now: dt.datetime) -> None:
    if abs(now.timestamp() - signed.at) > provider.window.total_seconds():
        raise ForgeryError(
            "签名的时间太早或太晚，请核对时钟", "the signature is too old or not yet valid: check the clock"
        )
