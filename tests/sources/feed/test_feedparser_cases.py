"""feedparser's own cases through our polls, where they are: they are thousands of files that are not ours to ship."""

import os
from pathlib import Path

import pytest

from .feedparser_cases import run

VARIABLE = "NOTIFIER_FEEDPARSER_TESTS"
FOLDER = os.environ.get(VARIABLE, "")


@pytest.mark.skipif(
    not FOLDER, reason=f"feedparser's own cases are left out: set {VARIABLE} to the tests/ of its sdist"
)
def test_titles_links_ids_and_dates_are_what_feedparser_says() -> None:
    outcome = run(Path(FOLDER))
    assert outcome.counts["files"] > 2_000, f"{VARIABLE} is to be the folder tests/ of feedparser's source distribution"
    assert outcome.differences == []
