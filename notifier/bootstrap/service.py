"""The service: its parts, and what they do together."""

import asyncio
import contextlib
import datetime as dt
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from notifier.accounts.feeds import FeedMaker
from notifier.accounts.links import Links
from notifier.accounts.subscribers import Defaults
from notifier.accounts.tokens import Tokens
from notifier.alerts import Calendar
from notifier.bootstrap.opening import (
    open_fetcher,
    open_mailbox,
    open_transport,
)
from notifier.config import Settings
from notifier.delivery import make_carrier
from notifier.delivery.verp import Verp
from notifier.delivery.webhook import Post
from notifier.domain import EMAIL, Carrier, QuietHours
from notifier.errors import ConfigError
from notifier.pipeline.matching.broken import tell_owners
from notifier.pipeline.matching.library import TopicLibrary
from notifier.pipeline.matching.match import Matched, match_articles
from notifier.pipeline.matching.rule_book import RuleBook
from notifier.pipeline.planning.plan import LetterMaker, Mail, plan_messages
from notifier.pipeline.planning.remind import plan_reminders
from notifier.pipeline.planning.resume import resume_paused
from notifier.pipeline.polling.hubs import CALLBACK
from notifier.pipeline.polling.poll import Polled
from notifier.pipeline.polling.polls import Polls, poll_sources
from notifier.pipeline.reading.read import Read, read_documents
from notifier.pipeline.reading.reader import Reader
from notifier.pipeline.reading.text_index import index_texts
from notifier.pipeline.returns.bounces import Taken, take_mail
from notifier.pipeline.returns.reported import ProviderReports
from notifier.pipeline.sending.arrivals import Arrivals
from notifier.pipeline.sending.channels import Channels
from notifier.pipeline.sending.deliver import deliver_messages
from notifier.pipeline.sending.guard import Guarded
from notifier.pipeline.sending.outbox import Outbox, unsigned
from notifier.pipeline.sending.owner import this_process
from notifier.pipeline.sending.recover import recover_messages
from notifier.pipeline.telling.moved import moves_told_to
from notifier.pipeline.telling.operator import Desk
from notifier.pipeline.telling.source_health import Judged, judge_sources
from notifier.rendering import ChannelLetters, Renderer, unpack_text
from notifier.rendering.dkim import Signer
from notifier.sources import Fetcher
from notifier.sources.feed.websub import is_reachable
from notifier.sources.http.addresses import read_networks
from notifier.sources.http.fetch import Response
from notifier.storage.channels import channel_names
from notifier.storage.database import Database

CHANNELS_AT_ONCE = 20  # messages under way to webhooks and chats


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
    reports: ProviderReports
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
        index_texts(self.database)
        matched = match_articles(self.database, self.book, clock=self.clock, calendar=self.calendar)
        tell_owners(self.database, self.book, self.renderer, mail=self.mail, clock=self.clock)
        return Processed(read, matched, self.plan())

    def plan(self) -> int:
        """Plan what is due: alerts, digests and reminders, by each channel; the number of messages."""
        clock, calendar = self.clock, self.calendar
        resume_paused(self.database, now=clock())
        with self.database.read() as session:
            makers: dict[str, LetterMaker] = {name: ChannelLetters(name) for name in channel_names(session)}
        return sum(
            plan(self.database, maker, self.mail, clock=clock, calendar=calendar, channel=name)
            for name, maker in ({EMAIL: self.renderer} | makers).items()
            for plan in (plan_messages, plan_reminders)
        )

    async def poll(self, *, everything: bool) -> list[Polled]:
        self.reader.warm()
        async with self.fetcher(polite=True) as fetcher:
            return await poll_sources(
                self.database, fetcher, everything=everything, clock=self.clock, rng=random.Random(), **self._pace
            )

    def judge_sources(self) -> Judged:
        """See how the sources are, and tell the operator what is new."""
        working = self.calendar.is_working
        return judge_sources(self.database, self.desk, is_working=working, now=self.clock())

    def polls(self, fetcher: Fetcher) -> Polls:
        """Polls that go on, in the running event loop."""
        return Polls(self.database, fetcher, clock=self.clock, rng=random.Random(), **self._pace)

    @property
    def _pace(self) -> dict[str, Any]:
        return {"slowest": self.settings.fetch.slowest, "told": moves_told_to(self.desk, self.clock)}

    def fetcher(self, *, polite: bool = False) -> Fetcher:
        """Opened in the event loop that uses it. polite: with the manners of polling."""
        contact = f"mailto:{self.settings.service.operator}"
        if not polite:
            return Fetcher(allow_private=self.settings.fetch.allow_private, contact=contact)
        return open_fetcher(self.settings, contact)

    @property
    def takes_pushes(self) -> bool:
        """Whether hubs are asked to tell of news: they must reach us."""
        web = self.settings.web
        return web.websub and is_reachable(web.base_url, read_networks(self.settings.fetch.allow_private))

    def hub_callback(self, token: str) -> str:
        return self.settings.web.base_url.rstrip("/") + CALLBACK + token

    @contextlib.asynccontextmanager
    async def outbox(self) -> AsyncIterator[Outbox]:
        """The way out, in the running event loop."""
        way_out = open_transport(self.settings)
        transport = Guarded(
            way_out,
            self.database,
            self.desk,
            clock=self.clock,
            verp=self.verp,
            receipts=self.settings.bounces.receipts,
            arrivals=self.arrivals,
            id_headers=self.reports.id_headers,
        )
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
                calendar=self.calendar,
            )
        finally:
            await transport.close()

    @contextlib.asynccontextmanager
    async def carriers(self) -> AsyncIterator[Callable[[str], Carrier]]:
        """What carries to a channel of some name, in the running event loop."""
        async with contextlib.AsyncExitStack() as stack:
            post = _posting(stack, self.fetcher())
            yield lambda name: make_carrier(name, post=post, read=unpack_text, clock=self.clock)

    @contextlib.asynccontextmanager
    async def channels(self) -> AsyncIterator[Outbox]:
        """The way out for all channels but mail: what is slow there holds up no mail."""
        async with self.carriers() as carrier_of:
            yield Outbox(
                database=self.database,
                transport=Channels(self.database, self.desk, carrier_of=carrier_of, clock=self.clock),
                clock=self.clock,
                owner=this_process(),
                list_id="",
                concurrency=CHANNELS_AT_ONCE,
                in_doubt_after=self.settings.mail.in_doubt_after,
                calendar=self.calendar,
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

    @property
    def arrivals(self) -> Arrivals:
        """Word of arrival that came; where it is asked for, what lies in the mailbox is read first."""
        bounces = self.settings.bounces
        unread = self.read_bounces if bounces.receipts and bounces.mailbox else None
        return Arrivals(self.database, clock=self.clock, read_mailbox=unread)

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
