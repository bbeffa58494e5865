"""Settings -> running parts: the only place that wires them together."""

import asyncio
import contextlib
import datetime as dt
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from email.utils import parseaddr

from notifier.accounts.addresses import parse_address
from notifier.accounts.feeds import FeedMaker
from notifier.accounts.links import Links
from notifier.accounts.signup import Signups
from notifier.accounts.sources import sync_sources
from notifier.accounts.subscribers import Defaults
from notifier.accounts.tokens import Tokens, load_secret
from notifier.alerts import Calendar, chinese_calendar
from notifier.bulletins import HouseStyle
from notifier.config import RelaySettings, Settings, SourceSettings
from notifier.delivery import make_carrier, make_transport
from notifier.delivery.verp import Verp
from notifier.delivery.webhook import Post
from notifier.domain import Carrier, QuietHours, Source, Transport
from notifier.errors import ConfigError, InputError
from notifier.pipeline.bounces import Taken, take_mail
from notifier.pipeline.broken import tell_owners
from notifier.pipeline.channels import Channels
from notifier.pipeline.convert import find_converter
from notifier.pipeline.deliver import deliver_messages
from notifier.pipeline.guard import Guarded
from notifier.pipeline.library import TopicLibrary
from notifier.pipeline.match import Matched, match_articles
from notifier.pipeline.ocr import find_ocr
from notifier.pipeline.operator import Desk
from notifier.pipeline.outbox import Outbox, unsigned
from notifier.pipeline.owner import this_process
from notifier.pipeline.plan import Mail, plan_messages
from notifier.pipeline.poll import Polled, poll_sources
from notifier.pipeline.read import Read, read_documents
from notifier.pipeline.reader import Reader
from notifier.pipeline.recover import recover_messages
from notifier.pipeline.remind import plan_reminders
from notifier.pipeline.rule_book import RuleBook
from notifier.rendering import ChannelLetters, Renderer, unpack_text
from notifier.rendering.dkim import Signer
from notifier.resources import resource
from notifier.scheduler import EVERY, make_scheduler
from notifier.sources import Fetcher
from notifier.sources.fetch import Response
from notifier.sources.mailbox import Mailbox
from notifier.storage.channels import channel_names
from notifier.storage.database import BUSY_TIMEOUT, Database
from notifier.storage.schema import prepare
from notifier.web.app import WebParts, make_app
from notifier.web.server import open_port, serve
from notifier.work import InProcess

CHANNELS_AT_ONCE = 20  # messages under way to webhooks and chats
ROLES = ("scheduler", "worker", "web")


def utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True, slots=True)
class Processed:
    """What reading, matching and planning came to."""

    read: list[Read]
    matched: list[Matched]
    messages: int


@dataclass(frozen=True)
class Service:
    """The running parts. Made by `open_service`."""

    settings: Settings
    database: Database
    renderer: Renderer
    library: TopicLibrary
    book: RuleBook
    tokens: Tokens
    links: Links
    feeds: FeedMaker
    mail: Mail
    signer: Signer | None
    reader: Reader
    calendar: Calendar
    desk: Desk
    verp: Verp | None
    clock: Callable[[], dt.datetime] = utc_now

    @property
    def defaults(self) -> Defaults:
        service = self.settings.service
        return Defaults(
            language=service.language,
            timezone=service.timezone,
            digest_hour=service.digest_hour,
            digest_weekday=service.digest_weekday,
            digest_monthday=service.digest_monthday,
            quiet=QuietHours.parse(service.quiet) if service.quiet else None,
            working_days=service.working_days,
            remind_days=service.remind_days,
        )

    @property
    def sign(self) -> Callable[[bytes], bytes]:
        return self.signer or unsigned

    @property
    def list_id(self) -> str:
        return f"{self.settings.service.name} <alerts.{self.mail.domain}>"

    def process(self) -> Processed:
        """Read, match and plan all that waits."""
        read = read_documents(self.database, self.reader, clock=self.clock)
        matched = match_articles(self.database, self.book, clock=self.clock, calendar=self.calendar)
        tell_owners(self.database, self.book, self.renderer, mail=self.mail, clock=self.clock)
        return Processed(read, matched, self.plan())

    def plan(self) -> int:
        """Plan what is due: alerts, digests and reminders, by each channel; the number of messages."""
        clock, calendar = self.clock, self.calendar
        planned = plan_messages(self.database, self.renderer, self.mail, clock=clock, calendar=calendar)
        planned += plan_reminders(self.database, self.renderer, self.mail, clock=clock, calendar=calendar)
        with self.database.read() as session:
            names = channel_names(session)
        return planned + sum(
            plan_messages(self.database, ChannelLetters(name), self.mail, clock=clock, calendar=calendar, channel=name)
            for name in names
        )

    async def poll(self, *, everything: bool) -> list[Polled]:
        self.reader.warm()
        async with self.fetcher() as fetcher:
            return await poll_sources(
                self.database, fetcher, clock=self.clock, rng=random.Random(), everything=everything
            )

    def fetcher(self) -> Fetcher:
        return Fetcher(
            allow_private=self.settings.fetch.allow_private, contact=f"mailto:{self.settings.service.operator}"
        )

    @contextlib.asynccontextmanager
    async def outbox(self) -> AsyncIterator[Outbox]:
        """The way out, in the running event loop."""
        way_out = open_transport(self.settings)
        transport = Guarded(way_out, self.database, self.desk, clock=self.clock, verp=self.verp)
        try:
            yield Outbox(
                database=self.database,
                transport=transport,
                clock=self.clock,
                owner=this_process(),
                list_id=self.list_id,
                concurrency=max(4 * self.settings.mail.connections, 16),  # some wait for a commit, not for the relay
                in_doubt_after=self.settings.mail.in_doubt_after,
                sign=self.sign,
            )
        finally:
            await transport.close()

    @contextlib.asynccontextmanager
    async def channels(self) -> AsyncIterator[Outbox]:
        """The way out for all channels but mail: what is slow there holds up no mail."""
        async with contextlib.AsyncExitStack() as stack:
            post = _posting(stack, self.fetcher())

            def carrier_of(name: str) -> Carrier:
                return make_carrier(name, post=post, read=unpack_text, clock=self.clock)

            yield Outbox(
                database=self.database,
                transport=Channels(self.database, self.desk, carrier_of=carrier_of, clock=self.clock),
                clock=self.clock,
                owner=this_process(),
                list_id="",
                concurrency=CHANNELS_AT_ONCE,
                in_doubt_after=self.settings.mail.in_doubt_after,
                mail=False,
            )

    async def deliver(self) -> Counter[str]:
        """Plan what is due, then send until nothing is due now; the number of messages by the state they came to."""
        total: Counter[str] = Counter()
        async with self.outbox() as outbox, self.channels() as channels:
            while True:
                await asyncio.to_thread(self.plan)  # also what a message that was stopped has set free
                outcomes = await asyncio.gather(deliver_messages(outbox), deliver_messages(channels))
                outcome = sum(outcomes, Counter[str]())
                total += outcome
                if not outcome:
                    return total

    def read_bounces(self) -> Counter[str]:
        """Take what lies in the mailbox of [bounces]; the number of mails by what they led to."""
        counts: Counter[str] = Counter()

        def take(raw: bytes) -> None:
            counts[self.take_bounce(raw).value] += 1

        open_mailbox(self.settings).read(take)
        return counts

    def take_bounce(self, raw: bytes, *, arrived_for: Sequence[str] = ()) -> Taken:
        if self.verp is None:
            raise ConfigError("没有设置 bounces.address，无法处理退信", "set bounces.address, and send with it, first")
        return take_mail(self.database, self.desk, self.verp, raw, arrived_for=arrived_for, now=self.clock())

    async def recover(self) -> Counter[str]:
        async with self.outbox() as outbox:
            return await recover_messages(outbox)


def _posting(stack: contextlib.AsyncExitStack, fetcher: Fetcher) -> Post:
    """Posts through that fetcher, which is opened at the first use: most services have no webhooks."""
    opened: list[Fetcher] = []
    opening = asyncio.Lock()

    async def post(url: str, content: bytes, headers: Mapping[str, str]) -> Response:
        async with opening:
            if not opened:
                opened.append(await stack.enter_async_context(fetcher))
        return await opened[0].post(url, content, headers)

    return post


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
    mail = Mail(settings.mail.sender, _sender_domain(settings), service, links)
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
        desk=Desk(renderer, mail, _operator(settings), settings.service.language),
        verp=_open_verp(settings, tokens.secret),
        clock=clock,
    )


def open_library(settings: Settings) -> TopicLibrary:
    """The topics that ship and the operator's own. TopicError with file and line where one is wrong."""
    own = [settings.resolve(settings.topics.folder)] if settings.topics.folder else []
    library = TopicLibrary([resource("rules"), *own])
    library.load()
    return library


def open_renderer(settings: Settings) -> Renderer:
    own = settings.resolve(settings.templates.folder) if settings.templates.folder else None
    return Renderer(resource("templates"), override=own, digest_limit=settings.service.digest_limit)


def open_reader(settings: Settings) -> Reader:
    """The reader, with the forms of the operator's own house."""
    reading = settings.reading
    return Reader(find_converter(), ocr=find_ocr(**reading.ocr_bounds()), style=HouseStyle(**reading.forms()))


def open_signer(settings: Settings) -> Signer | None:
    """None: the relay signs."""
    mail = settings.mail
    if mail.dkim_key_file is None:
        return None
    return Signer(
        mail.dkim_domain or _sender_domain(settings), mail.dkim_selector, settings.resolve(mail.dkim_key_file)
    )


def open_mailbox(settings: Settings) -> Mailbox:
    """Where what comes back arrives. ConfigError where none is set."""
    bounces = settings.bounces
    if not bounces.mailbox:
        raise ConfigError("没有设置 bounces.mailbox", "set bounces.mailbox, or use notifier bounces pipe")
    return Mailbox(
        bounces.mailbox,
        password_file=settings.resolve(bounces.password_file) if bounces.password_file else None,
        ca_file=settings.resolve(bounces.ca_file) if bounces.ca_file else None,
    )


def _open_verp(settings: Settings, secret: bytes) -> Verp | None:
    bounces = settings.bounces
    return Verp(secret, bounces.address, bounces.separator) if bounces.address else None


def open_transport(settings: Settings) -> Transport:
    """The transport that the settings name."""
    mail = settings.mail
    if mail.transport == "maildir":
        return make_transport("maildir", {"path": settings.resolve(mail.path)})
    options = {
        "relays": [_relay(settings, relay) for relay in (mail, *mail.relays)],
        "pacing": [group.model_dump() for group in mail.pacing],
        "postfix_log": settings.resolve(mail.postfix_log) if mail.postfix_log else None,
    }
    return make_transport("relays", options)


def _relay(settings: Settings, relay: RelaySettings) -> dict[str, object]:
    return {
        "host": relay.host,
        "port": relay.port,
        "tls": relay.tls,
        "username": relay.username,
        "password_file": settings.resolve(relay.password_file) if relay.password_file else None,
        "ca_file": settings.resolve(relay.ca_file) if relay.ca_file else None,
        "connections": relay.connections,
        "timeout": relay.timeout.total_seconds(),
        "rate": relay.rate,
    }


def _operator(settings: Settings) -> str:
    try:
        return parse_address(settings.service.operator)
    except InputError as error:
        raise ConfigError(f"service.operator 有误：{error.zh}", "service.operator must be a mail address") from error


def _sender_domain(settings: Settings) -> str:
    local, _, domain = parseaddr(settings.mail.sender)[1].rpartition("@")
    if not local or not domain:
        raise ConfigError("mail.sender 要写成 名称 <a@example.org>", "mail.sender must be like Name <a@example.org>")
    return domain


def configured_source(settings: Settings, source: SourceSettings) -> Source:
    """A source of the config, its path made absolute."""
    folder = source.kind == "folder"
    return Source(
        name=source.name,
        kind=source.kind,
        address=str(settings.resolve(source.path)) if folder else source.url,
        every=source.every,
        first=source.first or ("all" if folder else "new"),
        audience=tuple(source.audience),
        timezone=source.timezone or settings.service.timezone,
    )


async def run(service: Service, roles: Sequence[str]) -> None:
    """Run these roles until SIGTERM or SIGINT; what is being sent then is finished, nothing new is begun."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    async with contextlib.AsyncExitStack() as stack:
        jobs: list[Coroutine[None, None, None]] = []
        if "web" in roles:
            port = open_port(service.settings.web.listen)  # before anything is done: it may be taken
            jobs.append(serve(make_app(web_parts(service)), port, stopping))
        if "worker" in roles:
            jobs.append(_work(service, stack, stopping, timer="scheduler" in roles))
        await _together(jobs, stopping)


async def _together(jobs: Sequence[Coroutine[None, None, None]], stopping: asyncio.Event) -> None:
    """Run these until `stopping`. One that fails stops the others, which end what they are at; then it is raised."""

    async def one(job: Coroutine[None, None, None]) -> None:
        try:
            await job
        finally:
            stopping.set()

    tasks = [asyncio.create_task(one(job)) for job in jobs]
    await stopping.wait()
    for ended in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(ended, BaseException):
            raise ended


def web_parts(service: Service) -> WebParts:
    settings = service.settings
    return WebParts(
        database=service.database,
        renderer=service.renderer,
        feeds=service.feeds,
        tokens=service.tokens,
        service=settings.service.name,
        language=settings.service.language,
        clock=service.clock,
        signups=open_signups(service) if settings.web.signup else None,
    )


def open_signups(service: Service) -> Signups:
    """What people who subscribe by themselves go through."""
    return Signups(
        database=service.database,
        renderer=service.renderer,
        mail=service.mail,
        links=service.links,
        topics=lambda: service.library.topics,
        defaults=service.defaults,
        clock=service.clock,
    )


async def _finished(job: Coroutine[None, None, object], stopping: asyncio.Event) -> bool:
    """Run something that may be broken off anywhere; False where `stopping` came before its end."""
    running, stopped = asyncio.create_task(job), asyncio.create_task(stopping.wait())
    await asyncio.wait({running, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if not running.done():
        running.cancel()
        return False
    await running
    return True


async def _work(service: Service, stack: contextlib.AsyncExitStack, stopping: asyncio.Event, *, timer: bool) -> None:
    """One pass of every step, then whenever the timer wakes them."""
    fetcher = await stack.enter_async_context(service.fetcher())
    outbox = await stack.enter_async_context(service.outbox())
    others = await stack.enter_async_context(service.channels())
    rng = random.Random()

    async def poll() -> None:
        polling = poll_sources(service.database, fetcher, clock=service.clock, rng=rng)
        if await _finished(polling, stopping):
            await asyncio.to_thread(service.process)

    async def deliver() -> None:
        await asyncio.to_thread(service.plan)
        await deliver_messages(outbox, stopping=stopping)

    async def channels() -> None:
        await deliver_messages(others, stopping=stopping)

    async def bounces() -> None:
        await asyncio.to_thread(service.read_bounces)

    steps = {"poll": poll, "deliver": deliver, "channels": channels, "recover": lambda: recover_messages(outbox)}
    every: dict[str, float] = dict(EVERY)
    if service.settings.bounces.mailbox:
        steps["bounces"], every["bounces"] = bounces, service.settings.bounces.every.total_seconds()
    work = InProcess(steps)
    for step in ("recover", "poll", "deliver", "channels"):
        await work.run(step)
    scheduler = make_scheduler(work, every)
    if timer:
        scheduler.start()
    await stopping.wait()
    if timer:
        scheduler.pause()  # a shutdown now would cancel what still runs
    await work.drain()
    await asyncio.sleep(0)
    if timer:
        scheduler.shutdown(wait=False)
