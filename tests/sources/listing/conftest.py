"""Fixtures of this room."""

from collections.abc import Iterator

import pytest

from ..sites import serving
from .lists import Place


@pytest.fixture
def place() -> Iterator[Place]:
    """A site with a list on it, polled as a service polls."""
    with serving() as site:
        yield Place(site)
