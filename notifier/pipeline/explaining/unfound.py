"""No such article: what became of the document of that name, or that nothing of that name ever came."""

from collections.abc import Iterator

from sqlmodel import Session

from notifier.pipeline.explaining.chain import Link, Verdict
from notifier.storage.bulletins import articles_of
from notifier.storage.documents import find_documents
from notifier.storage.sources import StoredSource, list_sources
from notifier.storage.tables import DocumentRow

_DOCUMENT_STATES = {
    "new": ("已取到，等待读取", "was fetched and waits to be read"),
    "read": ("已读取，请给出文章编号或标题", "was read: give an article's number or title"),
    "known": ("与已有的一期相同，未重复处理", "is the same bulletin again"),
    "unpacked": ("已解开，其中的文件逐个读取", "was unpacked: the documents in it are read one by one"),
    "backfill": ("来源新建时已在，等待读取，不提醒", "was there when its source was new, and waits to be read"),
    "old": ("来源新建时已在，未提醒（first = new）", "was there when its source was new (first = new)"),
    "held": ("有密级标记，已扣留给管理员，不发送", "is marked restricted and held for the operator"),
    "needs_person": ("需要人工处理", "needs a person"),
    "failed": ("读取失败", "could not be read"),
}


_VERDICTS: dict[str, Verdict] = {"read": "note", "known": "note", "unpacked": "note", "new": "wait", "backfill": "wait"}


def only_article(session: Session, words: str) -> list[tuple[int, str]]:
    """The article that the newest document of that name brought, where it is the only one."""
    brought = [row.bulletin_id for row in find_documents(session, words) if row.bulletin_id is not None]
    found = articles_of(session, brought[0]) if brought else []
    return found if len(found) == 1 else []


def without_article(session: Session, words: str) -> Iterator[Link]:
    """Its document was never fetched, waits, could not be read, or brought several articles."""
    documents = find_documents(session, words)
    for row in documents:
        yield from _document(session, row)
    if documents:
        return
    zh, en = f"没有取到过“{words}”（文章编号、标题或文件名）", f"nothing called {words!r} was ever fetched"
    yield Link("fetch", "no", zh, en)
    yield from (_polled(stored) for stored in list_sources(session) if stored.source.kind != "manual")


def _document(session: Session, row: DocumentRow) -> Iterator[Link]:
    zh, en = _DOCUMENT_STATES.get(row.state, (row.state, row.state))
    because = f"：{row.error}" if row.error else ""
    verdict = _VERDICTS.get(row.state, "no")
    yield Link("read", verdict, f"{row.name} {zh}{because}", f"{row.name} {en}", row.fetched_at)
    if verdict == "note" and row.bulletin_id is not None:
        for number, title in articles_of(session, row.bulletin_id):
            yield Link("read", "note", f"#{number} {title}", f"article {number}")


def _polled(stored: StoredSource) -> Link:
    name = stored.source.name
    if stored.polled_at is None:
        return Link("fetch", "note", f"来源 {name} 从未轮询", f"source {name} was never polled")
    if stored.error:
        zh = f"来源 {name} 上次轮询失败：{stored.error}"
        return Link("fetch", "note", zh, f"source {name} was last polled, and failed", stored.polled_at)
    return Link("fetch", "note", f"来源 {name} 上次轮询", f"source {name} was last polled", stored.polled_at)
