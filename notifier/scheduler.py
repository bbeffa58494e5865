"""The timer: wakes the steps. What is due is in the tables, so a wake-up that is late or lost loses nothing."""

from collections.abc import Mapping

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from notifier.work import Work

EVERY = {"poll": 1, "process": 2, "deliver": 2, "channels": 2, "recover": 60, "health": 300}  # seconds


def make_scheduler(work: Work, every: Mapping[str, float] = EVERY) -> AsyncIOScheduler:
    """A scheduler that wakes each step so often (seconds); a step that still runs is not woken twice."""
    defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    scheduler = AsyncIOScheduler(job_defaults=defaults, timezone="UTC")
    for step, seconds in every.items():
        scheduler.add_job(work.run, "interval", args=[step], seconds=seconds, id=step)
    return scheduler
