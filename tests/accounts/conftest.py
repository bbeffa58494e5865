"""What accounts do has no SQL of its own: SQLite is enough, save where a test asks for both."""

from pathlib import Path

import pytest


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/notifier.db"
