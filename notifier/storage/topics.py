"""Topics as they were: the library's files are the truth of now, these versions that of a match in the past."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import or_
from sqlmodel import Session, col, select

from notifier.storage.revisions import next_revision
from notifier.storage.tables import TopicVersion


def sync_topics(session: Session, topics: Mapping[str, Mapping[str, Any]]) -> bool:
    """Record how the library differs from what was in force, as one revision. True where it differs."""
    rows = session.exec(select(TopicVersion).where(col(TopicVersion.to_revision).is_(None)))
    in_force = {row.name: row for row in rows}
    ended = [row for name, row in in_force.items() if topics.get(name) != row.data]
    begun = {name: data for name, data in topics.items() if name not in in_force or in_force[name].data != data}
    if not ended and not begun:
        return False
    revision = next_revision(session)
    for row in ended:
        row.to_revision = revision
    session.add_all(TopicVersion(name=name, data=dict(data), from_revision=revision) for name, data in begun.items())
    session.flush()
    return True


def topics_at(session: Session, revision: int) -> dict[str, dict[str, Any]]:
    """The library as it was at that revision."""
    ends = col(TopicVersion.to_revision)
    statement = select(TopicVersion).where(TopicVersion.from_revision <= revision, or_(ends.is_(None), ends > revision))
    return {row.name: row.data for row in session.exec(statement)}
