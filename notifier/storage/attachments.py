"""Attachments: files that came with a document."""

from collections.abc import Sequence

from sqlalchemy import delete, insert
from sqlmodel import Session, col, select

from notifier.domain import Attachment
from notifier.storage.tables import AttachmentRow


def store_attachments(session: Session, document_id: int, attachments: Sequence[Attachment]) -> None:
    """What came with the document; what came with it at an earlier try is replaced."""
    if not attachments:
        return
    session.execute(delete(AttachmentRow).where(col(AttachmentRow.document_id) == document_id))
    rows = [
        {
            "document_id": document_id,
            "position": position,
            "name": one.name,
            "url": one.url,
            "media_type": one.media_type,
            "content": one.content,
            "problem": one.problem,
        }
        for position, one in enumerate(attachments)
    ]
    session.execute(insert(AttachmentRow), rows)


def attachments_of(session: Session, document_id: int) -> tuple[Attachment, ...]:
    statement = (
        select(AttachmentRow).where(AttachmentRow.document_id == document_id).order_by(col(AttachmentRow.position))
    )
    return tuple(
        Attachment(row.name, row.url, row.media_type, row.content, row.problem) for row in session.exec(statement)
    )
