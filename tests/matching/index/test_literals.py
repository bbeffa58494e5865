"""The scanner finds every literal at every place, whatever their lengths, and counts new ones at once."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from notifier.matching.fold import code_points
from notifier.matching.index.literals import LiteralScanner

LITERALS = st.text("核电广a", min_size=1, max_size=40)
TEXTS = st.text("核电广a，", max_size=80)


def found(scanner: LiteralScanner, text: str) -> list[tuple[int, str]]:
    texts = {number: literal for literal, number in scanner.numbers.items()}
    literals, places = scanner.scan(code_points(text))
    return sorted((place, texts[literal]) for literal, place in zip(literals.tolist(), places.tolist(), strict=True))


def expected(literals: Sequence[str], text: str) -> list[tuple[int, str]]:
    return sorted((at, one) for one in set(literals) for at in range(len(text)) if text.startswith(one, at))


@given(st.lists(LITERALS, max_size=12), st.lists(LITERALS, max_size=12), TEXTS)
def test_all_places_of_all_literals_before_and_after_a_rebuild(first: list[str], second: list[str], text: str) -> None:
    scanner = LiteralScanner()
    text += "".join(first[:3])
    scanner.add(first)
    assert found(scanner, text) == expected(first, text)
    scanner.rebuild()
    assert found(scanner, text) == expected(first, text)
    scanner.add(second)
    assert found(scanner, text) == expected([*first, *second], text)


def test_many_literals_of_one_beginning_are_told_apart() -> None:
    """They share their hashed beginning: a hash decides nothing."""
    literals = [f"{'核' * 33}{at:03}" for at in range(300)]
    scanner = LiteralScanner()
    scanner.add(literals)
    assert found(scanner, f"甲{literals[7]}乙") == [(1, literals[7])]


def test_a_literal_has_one_number_however_often_it_is_added() -> None:
    scanner = LiteralScanner()
    scanner.add(["核电", "广元", "核电"])
    scanner.add(["广元", "四川"])
    assert scanner.numbers == {"核电": 0, "广元": 1, "四川": 2}
