"""Fixtures of this room."""

from collections.abc import Iterator

import pytest

from .sites import Site, serving


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        yield running
