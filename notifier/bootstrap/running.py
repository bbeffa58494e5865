"""The service as it runs: its roles, until it is told to stop."""

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable, Coroutine, Sequence

from notifier.accounts.calendars import Calendars
from notifier.accounts.catch import Previewer
from notifier.accounts.digest_feeds import DigestFeeds
from notifier.accounts.feed_tokens import Readings
from notifier.accounts.login import Logins
from notifier.accounts.policy import Policy
from notifier.accounts.sessions import Sessions
from notifier.accounts.signup import Signups
from notifier.bootstrap.service import Service
from notifier.pipeline.polling.hubs import keep_leases
from notifier.pipeline.polling.polls import Polls
from notifier.pipeline.sending.deliver import deliver_messages
from notifier.pipeline.sending.outbox import Outbox
from notifier.pipeline.sending.recover import recover_messages
from notifier.scheduler import EVERY, make_scheduler
from notifier.sources import Fetcher
from notifier.web.app import make_app
from notifier.web.server import open_port, serve
from notifier.web.site import Site
from notifier.work import InProcess

HUBS_EVERY = 120.0  # seconds
FIRST_POLLS = 15.0  # seconds that the first pass waits for its polls; they go on beside the other steps
ROLES = ("scheduler", "worker", "web")


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


def web_parts(service: Service) -> Site:
    """What the pages are made with."""
    settings = service.settings
    return Site(
        database=service.database,
        renderer=service.renderer,
        tokens=service.tokens,
        sessions=Sessions(service.database, service.clock),
        logins=Logins(service.database, service.renderer, service.mail, service.links, service.clock),
        feeds=service.feeds,
        calendars=Calendars(service.database, service.links, settings.service.name, service.clock),
        previewer=Previewer(service.database, lambda: service.library.topics, timezone=settings.service.timezone),
        readings=Readings(service.database),
        service=settings.service.name,
        language=settings.service.language,
        base_url=settings.web.base_url,
        clock=service.clock,
        topics=lambda: service.library.topics,
        calendar=service.calendar,
        signups=open_signups(service) if settings.web.signup != "closed" else None,
        digests=DigestFeeds(service.database, service.links, settings.service.name),
        reports=service.reports if service.reports.names else None,
    )


def open_signups(service: Service) -> Signups:
    """What people who subscribe by themselves go through; by default everybody may."""
    web = service.settings.web
    return Signups(
        database=service.database,
        renderer=service.renderer,
        mail=service.mail,
        links=service.links,
        topics=lambda: service.library.topics,
        defaults=service.defaults,
        clock=service.clock,
        policy=Policy("open" if web.signup == "closed" else web.signup, web.signup_domains),
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


def _steps(
    service: Service, fetcher: Fetcher, *, polls: Polls, outbox: Outbox, others: Outbox, stopping: asyncio.Event
) -> tuple[dict[str, Callable[[], Awaitable[object]]], dict[str, float]]:
    """What the timer wakes, by name, and how often (seconds)."""

    async def process() -> None:
        await asyncio.to_thread(service.process)

    async def deliver() -> None:
        await asyncio.to_thread(service.plan)
        await deliver_messages(outbox, stopping=stopping)

    async def channels() -> None:
        await deliver_messages(others, stopping=stopping)

    async def bounces() -> None:
        await asyncio.to_thread(service.read_bounces)

    async def hubs() -> None:
        await keep_leases(service.database, fetcher.post, callback=service.hub_callback, clock=service.clock)

    async def health() -> None:
        await asyncio.to_thread(service.judge_sources)

    steps: dict[str, Callable[[], Awaitable[object]]] = {
        "poll": polls.start_due,
        "process": process,
        "health": health,
        "deliver": deliver,
        "channels": channels,
        "recover": lambda: recover_messages(outbox),
    }
    every: dict[str, float] = dict(EVERY)
    if service.settings.bounces.mailbox:
        steps["bounces"], every["bounces"] = bounces, service.settings.bounces.every.total_seconds()
    if service.takes_pushes:
        steps["hubs"], every["hubs"] = hubs, HUBS_EVERY
    return steps, every


async def _work(service: Service, stack: contextlib.AsyncExitStack, stopping: asyncio.Event, *, timer: bool) -> None:
    """One pass of every step, then whenever the timer wakes them."""
    fetcher = await stack.enter_async_context(service.fetcher(polite=True))
    outbox = await stack.enter_async_context(service.outbox())
    others = await stack.enter_async_context(service.channels())
    polls = service.polls(fetcher)

    steps, every = _steps(service, fetcher, polls=polls, outbox=outbox, others=others, stopping=stopping)
    work = InProcess(steps)
    await work.run("recover")
    await work.run("poll")
    await _finished(polls.settle(FIRST_POLLS), stopping)
    for step in ("process", "deliver", "channels"):
        await work.run(step)
    scheduler = make_scheduler(work, every)
    if timer:
        scheduler.start()
    await stopping.wait()
    if timer:
        scheduler.pause()  # a shutdown now would cancel what still runs
    await polls.stop()
    await work.drain()
    await asyncio.sleep(0)
    if timer:
        scheduler.shutdown(wait=False)
