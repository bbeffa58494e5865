"""What happens to stored bulletins: revised, withdrawn (撤稿), repealed (废止), back again. Each is an event."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from sqlmodel import Session

from notifier import bulletins
from notifier.storage.bulletins import StoredArticle, articles_of
from notifier.storage.documents import bulletins_by_key
from notifier.storage.editions import Revision
from notifier.storage.endings import end_bulletin, ended_of
from notifier.storage.events import events_of, record_event
from notifier.storage.sightings import seen_at

log = structlog.get_logger()
REVISED, ENDED, RETURNED = "article.revised", "bulletin.ended", "bulletin.returned"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that happened to an article or its bulletin; `data` as the event has it."""

    at: dt.datetime
    name: str
    data: Mapping[str, Any]


def changes_of(session: Session, stored: StoredArticle) -> list[Change]:
    """What happened to an article since it was stored, in order."""
    rows = [*events_of(session, "article", stored.id), *events_of(session, "bulletin", stored.bulletin_id)]
    known = (REVISED, ENDED, RETURNED)
    return [Change(row.at, row.name, row.data) for row in sorted(rows, key=_order) if row.name in known]


def _order(row: Any) -> tuple[dt.datetime, int]:
    return row.at, row.id


_HOW = {"withdrawn": ("已撤稿", "withdrawn"), "repealed": ("已废止", "repealed")}


def told(change: Change) -> tuple[str, str]:
    """A change in one line, in Chinese and English."""
    data = change.data
    if change.name == REVISED:
        titles = f"，标题由“{data['titles'][0]}”改为“{data['titles'][1]}”" if data["titles"] else ""
        zh = f"内容有更新：增 {data['added_count']} 句，删 {data['removed_count']} 句{titles}"
        return zh, f"revised: {data['added_count']} sentences added, {data['removed_count']} removed"
    if change.name == ENDED:
        zh, en = _HOW[data["how"]]
        by = f"（见文章 #{data['by']}）" if data["by"] else ""
        return f"{zh}{by}：{data['evidence']}", f"{en}: {data['evidence']}"
    return "已重新上线", "it is there again"


def record_revisions(session: Session, revisions: Iterable[Revision], *, now: dt.datetime) -> None:
    """What is other than it was, in short; where only the form changed there is nothing to tell."""
    for one in revisions:
        found = bulletins.difference(one.before, one.after)
        if not found:
            continue
        data = {
            "added": list(found.added),
            "removed": list(found.removed),
            "added_count": found.added_count,
            "removed_count": found.removed_count,
            "titles": list(found.titles) if found.titles else [],
        }
        record_event(session, REVISED, "article", one.article_id, now=now, data=data)
        log.info("article.revised", article=one.article_id, added=found.added_count, removed=found.removed_count)


def withdraw(session: Session, bulletin_id: int, evidence: str, *, now: dt.datetime) -> None:
    end(session, bulletin_id, "withdrawn", evidence, now=now)


def end(
    session: Session, bulletin_id: int, how: str, evidence: str, *, now: dt.datetime, by: int | None = None
) -> None:
    """It ends, by its source or by another bulletin; nothing happens where that is known."""
    if not end_bulletin(session, bulletin_id, how):
        return
    first = articles_of(session, by)[:1] if by is not None else []
    data = {"how": how, "evidence": evidence, "by": first[0][0] if first else None}
    record_event(session, ENDED, "bulletin", bulletin_id, now=now, data=data)
    log.info("bulletin.ended", bulletin=bulletin_id, how=how, evidence=evidence)


def withdraw_items(
    session: Session,
    source_id: int,
    keys: Sequence[str],
    evidence: str,
    *,
    now: dt.datetime,
    shown: Sequence[str] = (),
) -> None:
    """Items that the source has taken off. What another source has, or this one shows under another key, only moved."""
    if not keys:
        return
    moved = set(bulletins_by_key(session, source_id, shown).values())
    for number in bulletins_by_key(session, source_id, keys).values():
        if number not in moved and seen_at(session, number) == [source_id]:
            withdraw(session, number, evidence, now=now)


def return_items(session: Session, source_id: int, keys: Sequence[str], *, now: dt.datetime) -> None:
    """Items that the source shows again."""
    for number in bulletins_by_key(session, source_id, keys).values():
        return_bulletin(session, number, now=now)


def return_bulletin(session: Session, bulletin_id: int, *, now: dt.datetime) -> None:
    """It stands again, where it had been withdrawn."""
    if ended_of(session, [bulletin_id]) == {bulletin_id: "withdrawn"}:
        end_bulletin(session, bulletin_id, "")
        record_event(session, RETURNED, "bulletin", bulletin_id, now=now)
