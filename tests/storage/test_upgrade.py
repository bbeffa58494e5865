"""What was stored before bulletins had names is known by them after the upgrade: nothing is alerted anew."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session

from conftest import NOON, Clock
from notifier.bootstrap import Service
from notifier.config import Settings
from notifier.domain import Document, Fact, facts_to_list
from notifier.pipeline.polling.poll import take_documents
from notifier.storage.bulletins import find_articles
from notifier.storage.database import Database
from notifier.storage.documents import documents_by_state
from notifier.storage.schema import migrate

SOURCE = 901
URL = "https://kjt.example.cn/a.shtml"
TITLE = "关于组织申报核电项目的通知"
NUMBER = "川科发〔2026〕12号"
BODY = "现组织申报核电项目，请于本月底前报送材料。"


def _document(key: str, url: str, title: str = TITLE, body: str = BODY) -> Document:
    content = f"<p>{body}</p>".encode()
    return Document(key, title, "text/html", content, title=title, url=url, published_at=NOON, encoding="utf-8")


def _insert(session: Session, table: str, **values: object) -> None:
    names = ", ".join(values)
    session.execute(text(f"INSERT INTO {table} ({names}) VALUES ({', '.join(':' + name for name in values)})"), values)


def _as_it_was(url: str) -> None:
    """One entry that was read and matched, and one from before its source's time, as version 0004 kept them."""
    database = Database(url)
    with database.write() as session:
        migrate(session.connection(), "0004")
        at = NOON.replace(tzinfo=None) if database.is_sqlite else NOON
        source = {"kind": "feed", "address": "https://f.example/", "every_s": 900, "first": "new", "options": "{}"}
        source |= {"audience": '["public"]', "timezone": "Asia/Shanghai", "origin": "database", "removed": False}
        state = {"etag": "", "last_modified": "", "cursor": "{}", "primed": True, "failures": 0, "error": ""}
        _insert(session, "source", id=SOURCE, name="省厅", created_at=at, **source, **state)
        bulletin = {"title": "", "issue": "", "publishers": "[]", "distribution": "{}", "imprint": "{}", "marking": ""}
        identity = "entry:省厅:guid-1"
        _insert(session, "bulletin", id=901, identity=identity, held=False, original=TITLE, created_at=at, **bulletin)
        _insert(session, "sighting", bulletin_id=901, source_id=SOURCE, seen_at=at)
        number = Fact("docno", NUMBER, NUMBER, "body", 0, len(NUMBER))
        article = {"title": TITLE, "title_key": TITLE, "uid": "urn:uuid:1", "url": URL, "byline": "", "section": ""}
        article |= {
            "body": json.dumps([{"kind": "paragraph", "text": BODY}]),
            "facts": json.dumps(facts_to_list([number])),
        }
        times = {"published_at": at, "created_at": at, "matched_at": at, "matched_revision": 1}
        _insert(session, "article", id=901, bulletin_id=901, position=0, **article, **times)
        document = {"source_id": SOURCE, "name": TITLE, "media_type": "text/html", "title": TITLE, "byline": ""}
        document |= {"encoding": "utf-8", "published_at": at, "fetched_at": at, "error": "", "content": b"<p>x</p>"}
        read = {"key": "guid-1", "sha256": "1", "url": URL, "state": "read", "bulletin_id": 901}
        _insert(session, "document", id=101, **document, **read)
        old = {"key": "guid-0", "sha256": "0", "url": f"{URL}?id=0", "state": "old", "bulletin_id": None}
        _insert(session, "document", id=102, **(document | {"title": "核电旧闻", "name": "核电旧闻"}), **old)
    database.close()


@pytest.fixture
def upgraded(
    settings: Settings, database_url: str, place: Path, open_services: Callable[..., Service], clock: Clock
) -> Service:
    _as_it_was(database_url)
    return open_services(settings, clock=clock)


def test_nothing_that_was_stored_is_alerted_again_after_the_upgrade(upgraded: Service) -> None:
    again = [
        _document("guid-1", URL, body=f"{BODY}补充一句。"),
        _document("guid-2", URL.replace("https", "http")),
        _document("guid-3", "https://kjt.example.cn/moved.shtml"),
        _document("guid-4", "https://www.example.cn/7", body=f"{NUMBER}</p><p>别的摘要。"),
    ]
    for document in again:
        take_documents(upgraded.database, SOURCE, [document], now=upgraded.clock())
        upgraded.process()
        with upgraded.database.read() as session:
            assert len(find_articles(session, "申报")) == 1, document.key


def test_what_was_left_unread_because_it_was_old_can_be_found_now(upgraded: Service) -> None:
    assert upgraded.process().matched == []
    with upgraded.database.read() as session:
        assert [title for _, title in find_articles(session, "旧闻")] == ["核电旧闻"]
        assert documents_by_state(session) == {"read": 1, "old": 1}
