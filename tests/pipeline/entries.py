"""Entries as feeds and lists bring them, taken into a source without a poll."""

import datetime as dt
from collections.abc import Sequence

from notifier.bootstrap import Processed, Service
from notifier.domain import Document
from notifier.pipeline.polling.poll import take_documents
from notifier.storage.bulletins import StoredArticle, get_articles
from notifier.storage.documents import BACKFILL, add_documents
from notifier.storage.sources import source_named

DAY = dt.datetime(2026, 3, 16, 1, 0, tzinfo=dt.UTC)
BODY = (
    "为贯彻落实创新驱动发展战略，现组织开展核电装备攻关项目申报工作，请有关单位认真准备材料，按期报送。",
    "申报单位应当具有较强的研发能力和良好的信用记录，项目实施期一般为两年。",
)


def entry(
    title: str,
    *paragraphs: str,
    key: str = "",
    url: str = "",
    day: dt.datetime | None = DAY,
) -> Document:
    """An entry of a feed or list; without a key it is its address, else its title."""
    html = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return Document(
        key=key or url or title,
        name=title,
        media_type="text/html",
        content=html.encode(),
        title=title,
        url=url,
        published_at=day,
        encoding="utf-8",
    )


def bring(service: Service, *documents: Document, source: str = "要参", old: bool = False) -> Processed:
    """Take these into a source, as news or as what was there before, and let the service work."""
    with service.database.read() as session:
        stored = source_named(session, source)
    assert stored is not None
    if old:
        with service.database.write() as session:
            add_documents(session, stored.id, documents, state=BACKFILL, now=service.clock())
    else:
        take_documents(service.database, stored.id, documents, now=service.clock())
    return service.process()


def stored_articles(service: Service) -> list[StoredArticle]:
    with service.database.read() as session:
        return get_articles(session, list(range(1, 200)))


def alerts(processed: Sequence[Processed]) -> int:
    return sum(one.alerts for each in processed for one in each.matched)
