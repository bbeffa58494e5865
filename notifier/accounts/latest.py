"""What the first page shows to everybody: the titles of the newest public bulletins, by section."""

import datetime as dt
from dataclasses import dataclass
from itertools import groupby

from notifier.storage.database import Database
from notifier.storage.latest import public_bulletins, titles_by_section

_MOST = 12  # titles of one bulletin


@dataclass(frozen=True, slots=True)
class Issue:
    """One bulletin in short. `sections` are (name, titles); `more` titles are not shown."""

    id: int
    title: str
    issue: str
    date: dt.date | None
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    more: int

    @property
    def is_single(self) -> bool:
        """A page or feed entry: its only article has its title."""
        titles = [title for _, titles in self.sections for title in titles]
        return len(titles) == 1 and (not self.title or titles[0] == self.title)


def latest_issues(database: Database, limit: int = 6) -> list[Issue]:
    """Never one that is restricted, marked or held."""
    with database.read() as session:
        rows = {row.id: row for row in public_bulletins(session, limit) if row.id is not None}
        titles = titles_by_section(session, list(rows))
    return [
        Issue(key, row.title, row.issue, row.date, _grouped(titles.get(key, [])), len(titles.get(key, [])[_MOST:]))
        for key, row in rows.items()
    ]


def _grouped(titles: list[tuple[str, str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    groups = groupby(titles[:_MOST], key=lambda one: one[0])
    return tuple((section, tuple(title for _, title in group)) for section, group in groups)
