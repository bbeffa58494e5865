"""Which source is polled next."""

from notifier.pipeline.polling.backlog import Backlog, Due


def due(number: int, host: str = "", *, failing: bool = False) -> Due:
    return Due(number, f"s{number}", host or f"h{number}", failing)


def ids(taken: list[Due]) -> list[int]:
    return [one.id for one in taken]


def test_those_that_came_due_first_are_first_and_the_rest_follows() -> None:
    backlog = Backlog(places=3, failing_places=1)
    backlog.offer([due(1), due(2), due(3)])
    assert ids(backlog.take()) == [1, 2]
    assert ids(backlog.take()) == []
    backlog.done(due(1))
    assert ids(backlog.take()) == [3]


def test_a_source_that_is_under_way_or_waits_is_not_added_again() -> None:
    backlog = Backlog(places=3, failing_places=1)
    for _ in range(3):
        backlog.offer([due(1), due(2), due(3)])
    assert ids(backlog.take()) == [1, 2]
    backlog.offer([due(1)])
    backlog.done(due(1))
    assert ids(backlog.take()) == [3]
    backlog.offer([due(1)])
    backlog.done(due(2))
    assert ids(backlog.take()) == [1]


def test_a_host_has_one_source_under_way_and_holds_up_no_other_host() -> None:
    backlog = Backlog()
    backlog.offer([due(1, "a"), due(2, "a"), due(3, "a"), due(4, "b")])
    assert ids(backlog.take()) == [1, 4]
    backlog.done(due(1, "a"))
    assert ids(backlog.take()) == [2]
    backlog.done(due(4, "b"))
    backlog.done(due(2, "a"))
    assert ids(backlog.take()) == [3]
    backlog.done(due(3, "a"))
    assert backlog.left() == []


def test_those_that_fail_never_take_the_places_of_the_others() -> None:
    backlog = Backlog(places=4, failing_places=2)
    backlog.offer([due(number, failing=True) for number in range(10)])
    assert ids(backlog.take()) == [0, 1]
    backlog.offer([due(number) for number in range(10, 20)])
    assert ids(backlog.take()) == [10, 11]
    backlog.done(due(0, failing=True))
    assert ids(backlog.take()) == [2]
