"""Articles as the reading step stores them: in a bulletin of their own, indexed."""

import datetime as dt

from notifier.bootstrap import Service
from notifier.domain import Article, Bulletin, Section
from notifier.pipeline.reading.text_index import index_bulletin
from notifier.storage.editions import Arrival, store_bulletin
from notifier.storage.sources import list_sources


def put(service: Service, *articles: tuple[str, str], ago: int = 0, source: str = "要参", marking: str = "") -> None:
    """(title, body) of articles that were published so many days ago."""
    now = service.clock()
    day = (now - dt.timedelta(days=ago)).date()
    given = Section("要闻", tuple(Article(*one, section="要闻") for one in articles))
    bulletin = Bulletin(title="要参", date=day, sections=(given,), marking=marking)
    with service.database.write() as session:
        ids = {one.source.name: one.id for one in list_sources(session)}
        arrival = Arrival(ids[source], "x", now)
        outcome = store_bulletin(session, bulletin, arrival, identity=f"{day}{source}{articles}")
        index_bulletin(session, outcome.bulletin_id)
