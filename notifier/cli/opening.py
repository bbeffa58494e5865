"""Opens what a command needs, and closes it behind it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from notifier import bootstrap
from notifier.cli.logs import set_up_log
from notifier.config import Settings, find_config, load_settings


def settings_of(config: Path | None) -> Settings:
    return load_settings(find_config(config))


@contextmanager
def opened(config: Path | None, *, level: str = "error", as_json: bool = False) -> Iterator[bootstrap.Service]:
    """The service of this config, for the length of one command; logs from `level` up go to stderr."""
    settings = settings_of(config)
    set_up_log(level, as_json=as_json)
    service = bootstrap.open_service(settings)
    try:
        yield service
    finally:
        service.database.close()
