import pytest

from notifier.rendering import Renderer
from notifier.resources import resource


@pytest.fixture(scope="session")
def renderer() -> Renderer:
    return Renderer(resource("templates"))
