"""What is remembered of a source's polls: enough to judge it by, bounded however long it is polled. Pure."""

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter

from notifier.domain import Document, Glance
from notifier.sources.health.looks import Look, is_odd, look_at
from notifier.sources.health.page import Page, Placed, vanished

ARRIVALS, SKEWS, ATTACHED, PAGE, MISSING = 60, 3, 40, 200, 50  # how many are kept of each
LOOKS = 12
SETTLED = 50  # odd looks in a row, after which they are how the source is now
PAST = dt.timedelta(days=200)  # how far back the dates of what comes first tell the rhythm


@dataclass(frozen=True, slots=True)
class Memory:
    """`looks` are those that were as usual, `odd` those in a row since that are not. `arrivals`: days on which
    something new bears its date or came. `missing`: what stood among others and was gone at the last look; `gone`:
    what is counted as withdrawn. A poll that brings nothing new leaves it as it was: it need not be stored anew."""

    failing_since: dt.datetime | None = None
    failures: int = 0
    error: str = ""
    symptom: str = ""
    looks: tuple[Look, ...] = ()
    odd: tuple[Look, ...] = ()
    arrivals: tuple[dt.date, ...] = ()
    found_at: dt.datetime | None = None
    attached: tuple[bool, ...] = ()
    attached_at: dt.datetime | None = None
    skews: tuple[int, ...] = ()  # seconds that the server's clock is ahead of ours
    ahead: str = ""  # the furthest date of its items that is in the future
    certificate_ends: dt.datetime | None = None
    page: Page = ()
    missing: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """What a poll brought that was never there before: the days that it bears, and which of it has attachments."""

    days: tuple[dt.date | None, ...] = ()
    attached: tuple[bool, ...] = ()

    @classmethod
    def of(cls, documents: Sequence[Document], attached: Sequence[bool], zone: dt.tzinfo) -> "Taken":
        days = (one.published_at.astimezone(zone).date() if one.published_at else None for one in documents)
        return cls(tuple(days), tuple(attached))


def short(key: str) -> str:
    """A key as the memory keeps it."""
    return hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()[:12]


def after_failure(memory: Memory, error: str, symptom: str, *, now: dt.datetime) -> Memory:
    return dataclasses.replace(
        memory,
        failing_since=memory.failing_since or now,
        failures=memory.failures + 1,
        error=error,
        symptom=symptom,
    )


def after_success(memory: Memory, glance: Glance | None, taken: Taken, *, now: dt.datetime, today: dt.date) -> Memory:
    """`today` is the source's."""
    if memory.failing_since is not None:
        memory = dataclasses.replace(memory, failing_since=None, failures=0, error="", symptom="")
    memory = _with_taken(memory, taken, now=now, today=today)
    if glance is None:
        return memory
    memory = _with_answer(memory, glance, now=now)
    if glance.items is None:  # it stands as it stood
        odd = memory.odd + memory.odd[-1:] if len(memory.odd) == 1 else memory.odd
        return dataclasses.replace(_confirmed(memory, ()), odd=odd)
    ahead = max((item.day for item in glance.items if item.day and item.day > today + dt.timedelta(days=1)), default="")
    memory = _looked(dataclasses.replace(memory, ahead=str(ahead)), look_at(glance.items, now))
    return _paged(memory, tuple(Placed(short(item.key), item.day) for item in glance.items[:PAGE]))


def _with_taken(memory: Memory, taken: Taken, *, now: dt.datetime, today: dt.date) -> Memory:
    if not taken.days:
        return memory
    days = {day if day and today - PAST <= day <= today else today for day in taken.days}
    return dataclasses.replace(
        memory,
        arrivals=tuple(sorted({*memory.arrivals, *days}))[-ARRIVALS:],
        found_at=now,
        attached=(memory.attached + taken.attached)[-ATTACHED:],
        attached_at=now if any(taken.attached) else memory.attached_at,
    )


def _with_answer(memory: Memory, glance: Glance, *, now: dt.datetime) -> Memory:
    skew = () if glance.served_at is None else (round((glance.served_at - now).total_seconds() / 60) * 60,)
    return dataclasses.replace(
        memory,
        skews=(memory.skews + skew)[-SKEWS:],
        certificate_ends=glance.certificate_ends or memory.certificate_ends,
    )


def _looked(memory: Memory, look: Look) -> Memory:
    """What is odd for long is how the source is now."""
    if is_odd(look, memory.looks):
        odd = (*memory.odd, look)
        settled = len(odd) >= SETTLED
        return dataclasses.replace(memory, looks=odd[-LOOKS:] if settled else memory.looks, odd=() if settled else odd)
    return dataclasses.replace(memory, looks=(*memory.looks, look)[-LOOKS:], odd=())


def _paged(memory: Memory, page: Page) -> Memory:
    here = {item.key for item in page}
    memory = _confirmed(memory, here)
    fresh = vanished(memory.page, page) - {*memory.gone, *memory.missing}
    gone = tuple(key for key in memory.gone if key not in here)
    return dataclasses.replace(memory, page=page, missing=tuple(sorted(fresh))[:MISSING], gone=gone)


def _confirmed(memory: Memory, here: Sequence[str] | set[str]) -> Memory:
    """What is missing for the second time is gone: a cache that shows an older page does so once."""
    gone = tuple(key for key in memory.missing if key not in here)
    return dataclasses.replace(memory, missing=(), gone=(memory.gone + gone)[-MISSING:])


@lru_cache(maxsize=1)
def _form() -> TypeAdapter[Memory]:
    return TypeAdapter(Memory)


def memory_to_dict(memory: Memory) -> dict[str, Any]:
    """As JSON, without what is empty."""
    data: dict[str, Any] = _form().dump_python(memory, mode="json", exclude_defaults=True)
    return data


def memory_from_dict(data: Mapping[str, Any]) -> Memory:
    """The inverse of `memory_to_dict`."""
    return _form().validate_python(data)
