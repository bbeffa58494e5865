"""The topic library as it is on disk, followed while the service runs, and its versions in the tables."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import structlog

from notifier.errors import TopicError
from notifier.matching import Topic, Topics, load_topics
from notifier.storage.database import Database
from notifier.storage.topics import sync_topics

log = structlog.get_logger()


def topic_to_dict(topic: Topic) -> dict[str, Any]:
    """A topic as its versions are kept."""
    return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(topic).items()}


def topics_from_dicts(versions: Mapping[str, Mapping[str, Any]]) -> dict[str, Topic]:
    """Topics as their versions had them."""
    return {name: _topic(data) for name, data in versions.items()}


def _topic(data: Mapping[str, Any]) -> Topic:
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
    return Topic(**fields)


class TopicLibrary:
    """Topics of these folders, the later ones over the earlier."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = tuple(folders)
        self._signature: object = None
        self._recorded: object = None  # the signature of what the tables were last told
        self.topics: Topics = load_topics(())

    def load(self) -> Topics:
        """The topics as they are now. TopicError with file and line where one is wrong."""
        signature = self._look()
        if signature != self._signature:
            self.topics = load_topics(self.folders)
            self._signature = signature
        return self.topics

    def refresh(self, database: Database) -> Topics:
        """Follow edits: a library that has become wrong is logged, and the last good one stays in force."""
        try:
            self.load()
        except TopicError as error:
            log.error("topics.broken", error=str(error))
            self._signature = self._recorded = self._look()  # say it once an edit
            return self.topics
        if self._recorded != self._signature:
            with database.write() as session:
                sync_topics(session, self._versions())
            self._recorded = self._signature
        return self.topics

    def _versions(self) -> Mapping[str, Mapping[str, Any]]:
        return {name: topic_to_dict(topic) for name, topic in self.topics.items()}

    def _look(self) -> tuple[tuple[str, int, int], ...]:
        files = sorted(file for folder in self.folders if folder.is_dir() for file in folder.glob("*.toml"))
        return tuple((str(file), file.stat().st_mtime_ns, file.stat().st_size) for file in files)
