"""What a letter and a feed look like, byte for byte. A change is to be looked at, then written anew."""

import pytest

from notifier.rendering import FEED, UNSUBSCRIBE

from .fiction import DATA, golden


@pytest.mark.parametrize("name", sorted(golden()))
def test_the_same_content_renders_to_the_same_bytes(name: str) -> None:
    assert golden()[name] == (DATA / name).read_bytes(), "look at it, then: cd tests; python -m rendering.fiction"


def test_a_frozen_letter_holds_each_marker_in_both_parts() -> None:
    for name in ("alert.html", "alert.txt", "digest.html", "digest.txt"):
        text = (DATA / name).read_text()
        assert (text.count(UNSUBSCRIBE), text.count(FEED)) == (1, 1)
