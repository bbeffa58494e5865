"""Fixtures that every room's tests share."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The material beside the checkout: the real bulletin and its right reading. It is not part of the project."""
    if not (SHARED / "bulletins").is_dir():
        pytest.fail(f"the shared material is missing: put it at {SHARED} (bulletins/, mentions.tsv), then run again")
    return SHARED
