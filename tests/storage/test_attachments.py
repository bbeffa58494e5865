"""What came with a document comes back with it, in order, and counts for whether the document is the same."""

import dataclasses

from conftest import NOON
from notifier.bootstrap import Service
from notifier.domain import Attachment, Document
from notifier.storage.documents import add_documents, get_document, stamp_document
from notifier.storage.sources import list_sources

FILES = (
    Attachment("指南.docx", "https://example.org/1.docx", "application/msword", b"\x00\xffPK"),
    Attachment("名单", "", problem="页面没有给出下载地址 / the page gives no address"),
)
PAGE = Document("k", "通知", "text/html", b"<p>x</p>", title="通知", attachments=FILES)


def test_attachments_are_kept_with_their_document(service: Service) -> None:
    with service.database.write() as session:
        source = list_sources(session)[0].id
        (first,) = add_documents(session, source, [PAGE, PAGE], state="new", now=NOON)
        stored = get_document(session, first)
        assert stored is not None
        assert (stored.document, stored.kind) == (PAGE, "folder")
        changed = dataclasses.replace(PAGE, attachments=(dataclasses.replace(FILES[0], content=b"new"),))
        (second,) = add_documents(session, source, [changed], state="new", now=NOON)
        again = get_document(session, second)
        assert again is not None
        assert again.document.attachments == changed.attachments


def test_a_document_that_is_taken_again_has_its_attachments_once(service: Service) -> None:
    with service.database.write() as session:
        source = list_sources(session)[0].id
        (first,) = add_documents(session, source, [PAGE], state="new", now=NOON)
        stamp_document(session, first, "failed", error="x")
        assert add_documents(session, source, [PAGE], state="new", now=NOON) == [first]
        stored = get_document(session, first)
        assert stored is not None
        assert stored.document.attachments == FILES
