"""Sightings: at which sources a bulletin was seen, which decides who may see it."""

import datetime as dt

from sqlmodel import Session, select

from notifier.domain import PUBLIC
from notifier.storage.bulletins import audiences_of
from notifier.storage.tables import BulletinRow, Sighting, SourceRow


def seen_at(session: Session, bulletin_id: int) -> list[int]:
    """Ids of the sources."""
    return list(session.exec(select(Sighting.source_id).where(Sighting.bulletin_id == bulletin_id)))


def see(session: Session, bulletin_id: int, source_id: int, *, now: dt.datetime) -> bool:
    """Note that the bulletin was seen at this source; False where it had been."""
    if session.get(Sighting, (bulletin_id, source_id)):
        return False
    session.add(Sighting(bulletin_id=bulletin_id, source_id=source_id, seen_at=now))
    session.flush()
    return True


def widens(session: Session, bulletin_id: int, source_id: int) -> bool:
    """Would a sighting at this source let people see the bulletin who may not see it now?"""
    seen = {group for audience in audiences_of(session, [bulletin_id]).get(bulletin_id, ()) for group in audience}
    return PUBLIC not in seen and not seen.issuperset(session.get_one(SourceRow, source_id).audience)


def hidden_from(session: Session, bulletin_id: int, other: int) -> bool:
    """May some who see the other bulletin not see this one? Held, nobody sees it."""
    if session.get_one(BulletinRow, bulletin_id).held:
        return True
    return any(widens(session, bulletin_id, source_id) for source_id in seen_at(session, other))
