"""When things come to a subscriber: each part is changed alone, and checked."""

import pytest

from notifier.accounts.when import When, set_when
from notifier.bootstrap import Service
from notifier.domain import QuietHours, Schedule, Subscriber
from notifier.errors import InputError
from notifier.storage.events import events_of
from pipeline.job import subscribe


def _set(service: Service, when: When, email: str = "a@example.org") -> Subscriber:
    return set_when(service.database, email, when, calendar=service.calendar, now=service.clock())


def test_what_is_not_named_stays_as_it_is(service: Service) -> None:
    number = subscribe(service, "a@example.org", "核电")
    _set(service, When(quiet="22:00-7:00", digest_hour=18, timezone="Asia/Urumqi"))
    found = _set(service, When(delivery=Schedule.MONTHLY, digest_monthday=31, working_days=True, remind_days=0))
    assert (found.quiet, found.digest_hour) == (QuietHours.parse("22:00-07:00"), 18)
    assert (found.delivery, found.digest_monthday, found.timezone) == (Schedule.MONTHLY, 31, "Asia/Urumqi")
    assert (found.working_days, found.remind_days) == (True, 0)
    assert _set(service, When()) == found
    assert _set(service, When(quiet="none")).quiet is None
    with service.database.read() as session:
        names = [event.name for event in events_of(session, "subscriber", number)]
    assert names == ["subscriber.added", *["subscriber.when"] * 3]


@pytest.mark.parametrize(
    "when",
    [
        When(digest_hour=24),
        When(digest_weekday=7),
        When(digest_monthday=0),
        When(remind_days=-1),
        When(quiet="22"),
        When(quiet="8:00-8:00"),
        When(timezone="Asia"),
        When(timezone="Mars/Olympus"),
    ],
)
def test_what_is_wrong_is_named_and_changes_nothing(service: Service, when: When) -> None:
    subscribe(service, "a@example.org", "核电")
    before = _set(service, When())
    with pytest.raises(InputError):
        _set(service, when)
    assert _set(service, When()) == before


def test_who_is_not_there_is_named(service: Service) -> None:
    with pytest.raises(InputError, match=r"nobody@example\.org"):
        _set(service, When(digest_hour=9), "nobody@example.org")
