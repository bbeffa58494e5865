"""Settings -> the service, its database open and its parts put together: the only place that wires."""

import datetime as dt
from collections.abc import Callable

from notifier.accounts.feeds import FeedMaker
from notifier.accounts.links import Links
from notifier.accounts.sources import sync_sources
from notifier.accounts.tokens import Tokens, load_secret
from notifier.alerts import chinese_calendar
from notifier.bootstrap.opening import (
    configured_source,
    open_library,
    open_reader,
    open_renderer,
    open_signer,
    open_verp,
    operator_address,
    provider_secrets,
    sender_domain,
)
from notifier.bootstrap.service import Service, utc_now
from notifier.config import Settings
from notifier.pipeline.matching.rule_book import RuleBook
from notifier.pipeline.planning.plan import Mail
from notifier.pipeline.returns.reported import ProviderReports
from notifier.pipeline.telling.operator import Desk
from notifier.storage.database import BUSY_TIMEOUT, Database
from notifier.storage.schema import prepare


def open_service(
    settings: Settings, *, clock: Callable[[], dt.datetime] = utc_now, busy_timeout: int = BUSY_TIMEOUT
) -> Service:
    """Open the database (made where there is none), the templates, the topics and the secret."""
    url = settings.database_url
    if url.startswith("sqlite:///"):
        settings.resolve(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    database = Database(url, busy_timeout=busy_timeout)
    try:
        return _wired(settings, database, clock)
    except BaseException:
        database.close()
        raise


def _wired(settings: Settings, database: Database, clock: Callable[[], dt.datetime]) -> Service:
    prepare(database)
    library = open_library(settings)
    library.refresh(database)
    tokens = Tokens(load_secret(settings.resolve(settings.service.secret_file)))
    links = Links(settings.web.base_url, tokens)
    service, calendar = settings.service.name, chinese_calendar()
    renderer = open_renderer(settings)
    mail = Mail(settings.mail.sender, sender_domain(settings), service, links)
    desk = Desk(renderer, mail, operator_address(settings), settings.service.language)
    sync_sources(database, [configured_source(settings, source) for source in settings.sources], now=clock())
    return Service(
        settings=settings,
        database=database,
        renderer=renderer,
        library=library,
        book=RuleBook(database, library),
        tokens=tokens,
        links=links,
        feeds=FeedMaker(database, links, service),
        mail=mail,
        signer=open_signer(settings),
        reader=open_reader(settings),
        calendar=calendar,
        desk=desk,
        verp=open_verp(settings, tokens.secret),
        reports=ProviderReports(database, desk, secrets=provider_secrets(settings), clock=clock),
        clock=clock,
    )
