"""Opens what a command needs, and closes it behind it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from notifier import bootstrap
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


def set_up_log(level: str, *, as_json: bool) -> None:
    """structlog on stderr, times in UTC. What a command says to a person it says itself."""
    import sys

    renderer = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *([structlog.processors.format_exc_info] if as_json else []),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
