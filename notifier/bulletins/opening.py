"""A document to all that it holds: a bulletin, and documents within it that are bulletins of their own."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from notifier.bulletins.attached import blocks_of, with_blocks
from notifier.bulletins.formats.archive import Budget, is_inside, read_archive, refuse_nesting
from notifier.bulletins.formats.eml import Mail, read_mail
from notifier.bulletins.formats.media import EML, ZIP
from notifier.bulletins.policy.articles import with_facts
from notifier.bulletins.reading import kind_of, read_one
from notifier.bulletins.structure.house import NO_STYLE, HouseStyle, using
from notifier.domain import Article, Bulletin, Document, Section
from notifier.errors import ReadError

_COVER = 120  # characters: what a mail says at most that only brings a bulletin


@dataclass(frozen=True, slots=True)
class Opened:
    """What one document holds. The documents in `inner` are read on their own, by `open_document` again."""

    bulletin: Bulletin | None = None
    inner: tuple[Document, ...] = ()


def open_document(document: Document, *, published_on: dt.date | None = None, style: HouseStyle = NO_STYLE) -> Opened:
    """Read the document. An archive is the documents in it; a mail is its text and those attachments that have a
    masthead or articles of their own; any other document is its bulletin.

    ReadError as for `read`. Containers are opened once: one within another within a third is left for a person.
    """
    with using(style):
        opened = _opened(document, published_on)
    if opened.bulletin is None:
        return opened
    return replace(opened, bulletin=with_facts(opened.bulletin, dated=document.published_at is not None))


def _opened(document: Document, published_on: dt.date | None) -> Opened:
    kind = kind_of(document)
    if kind == ZIP:
        return Opened(inner=_archive(document))
    if kind == EML:
        return _mail(document, published_on)
    return Opened(read_one(document, published_on=published_on))


def read(document: Document, *, published_on: dt.date | None = None) -> Bulletin:
    """The one bulletin that the document holds.

    `published_on` is the date of an issue that states none. A document with a title of its own (a feed entry) is one
    article with that title. ReadError where the bytes cannot be read (its `needs_person` says whether a person could),
    or where they are an archive or a mail with more than one bulletin in it: `open_document` gives them all.
    """
    opened = open_document(document, published_on=published_on)
    if opened.bulletin is not None and not opened.inner:
        return opened.bulletin
    if opened.bulletin is None and len(opened.inner) == 1:
        return read(opened.inner[0], published_on=published_on)
    names = "、".join(inner.name for inner in opened.inner[:5])
    raise ReadError(
        f"{document.name} 里有 {len(opened.inner)} 份文件（{names}）；请用 notifier ingest 导入，或解开后逐个读取",
        f"{document.name} holds {len(opened.inner)} documents ({names}); use notifier ingest, or read them one by one",
    )


def _archive(document: Document) -> tuple[Document, ...]:
    if is_inside(document):
        raise refuse_nesting(document)
    found = tuple(read_archive(document, Budget()))
    if not found:
        raise ReadError(
            f"压缩包里没有文件：{document.name}；请检查来源", f"the archive is empty: {document.name}; check the source"
        )
    return found


# --- mail -----------------------------------------------------------------------------------------------------


def _mail(document: Document, published_on: dt.date | None) -> Opened:
    if document.key.count("!/") > 1:
        raise refuse_nesting(document)
    mail = read_mail(document)
    day = published_on
    joined: list[Bulletin] = []
    inner: list[Document] = []
    for attachment in _attachments(document, mail):
        bulletin = _readable(attachment, day)
        if bulletin is None or _is_own(bulletin):
            inner.append(attachment)
        else:
            joined.append(bulletin)
    bulletin = _text(mail, day)
    if bulletin is None and not joined and not inner:
        raise ReadError(
            f"邮件里没有文字和附件：{document.name}；请检查来源", f"an empty mail: {document.name}; check the source"
        )
    if bulletin is None or (inner and not joined and _is_cover(bulletin)):
        return Opened(_with_attachments(_titled(mail), joined) if joined else None, tuple(inner))
    return Opened(_with_attachments(bulletin, joined), tuple(inner))


def _attachments(document: Document, mail: Mail) -> list[Document]:
    """Archives among them are opened, unless the mail itself came out of one."""
    budget = Budget()
    found: list[Document] = []
    for attachment in mail.attachments:
        if kind_of(attachment) == ZIP and not is_inside(document):
            found += read_archive(attachment, budget)
        else:
            found.append(attachment)
    return found


def _readable(attachment: Document, day: dt.date | None) -> Bulletin | None:
    """None where it is no single bulletin, or cannot be read: it is then a document of its own, for all to see."""
    if kind_of(attachment) in (ZIP, EML):
        return None
    try:
        return read_one(attachment, published_on=day)
    except ReadError:
        return None


def _is_own(bulletin: Bulletin) -> bool:
    """It has a masthead, or more than one article."""
    return bool(bulletin.issue and bulletin.articles) or len(bulletin.articles) > 1


def _text(mail: Mail, day: dt.date | None) -> Bulletin | None:
    """The mail's own text: an issue, where it is one; else one article with the subject as its title."""
    for text in mail.texts:
        try:
            bulletin = read_one(text, published_on=day)
            subject = mail.subject or (bulletin.articles[0].title if bulletin.articles else text.name)
            return bulletin if _is_own(bulletin) else read_one(replace(text, title=subject), published_on=day)
        except ReadError:
            continue
    return None


def _titled(mail: Mail) -> Bulletin:
    return Bulletin(sections=(Section("", (Article(title=mail.subject),)),))


def _is_cover(bulletin: Bulletin) -> bool:
    """A few words that say that something is attached."""
    return not bulletin.issue and sum(len(article.text) for article in bulletin.articles) <= _COVER


def _with_attachments(bulletin: Bulletin, joined: Sequence[Bulletin]) -> Bulletin:
    """What is attached and is no bulletin of its own belongs to the last article."""
    blocks = [block for one in joined for article in one.articles for block in blocks_of(article)]
    return with_blocks(bulletin, blocks, {one.marking for one in joined})
