"""Sources: those of the config are kept as they stand there; others are added and removed here."""

import datetime as dt
from collections.abc import Sequence

from notifier.domain import Source
from notifier.errors import InputError
from notifier.storage.database import Database
from notifier.storage.sources import StoredSource, list_sources, remove_sources, save_source, source_named

MANUAL = Source(name="手工", kind="manual", address="", first="all")  # what `notifier ingest` takes without --source


def sync_sources(database: Database, configured: Sequence[Source], *, now: dt.datetime) -> None:
    """Make the tables say what the config says; a source that has left the config is polled no more."""
    with database.read() as session:
        known = {stored.source.name: stored for stored in list_sources(session)}
    gone = [name for name, stored in known.items() if stored.origin == "config" and name not in _names(configured)]
    changed = [source for source in configured if _differs(known.get(source.name), source)]
    if not gone and not changed:
        return
    with database.write() as session:
        remove_sources(session, gone)
        for source in changed:
            save_source(session, source, origin="config", now=now)


def _names(sources: Sequence[Source]) -> set[str]:
    return {source.name for source in sources}


def _differs(stored: StoredSource | None, source: Source) -> bool:
    return stored is None or stored.source != source or stored.origin != "config"


def add_sources(database: Database, sources: Sequence[Source], *, now: dt.datetime) -> None:
    """Add sources, all or none. InputError where a name is taken."""
    with database.write() as session:
        for source in sources:
            stored = source_named(session, source.name)
            if stored is not None and not stored.removed:
                raise InputError(
                    f"来源 {source.name} 已存在，请换个名字", f"there is a source {source.name}: choose another name"
                )
            save_source(session, source, origin="database", now=now)


def remove_source(database: Database, name: str) -> None:
    """Stop polling a source; what it brought stays. InputError where the config has it, or nobody."""
    with database.write() as session:
        stored = source_named(session, name)
        if stored is None or stored.removed:
            raise InputError(f"没有来源 {name}，可用 sources list 查看", f"no source {name}: see sources list")
        if stored.origin == "config":
            raise InputError(
                f"来源 {name} 写在配置文件里，请在那里删除", f"source {name} stands in the config: remove it there"
            )
        remove_sources(session, [name])


def source_id(database: Database, name: str, *, now: dt.datetime) -> int:
    """The id of a source to take documents into by hand; the one without a name is made when it is first used."""
    with database.write() as session:
        stored = source_named(session, name or MANUAL.name)
        if stored is not None:
            return stored.id
        if name:
            raise InputError(f"没有来源 {name}，可用 sources list 查看", f"no source {name}: see sources list")
        return save_source(session, MANUAL, origin="database", now=now)
