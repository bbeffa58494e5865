"""ZIP: the documents in it. Names are names only: nothing is ever written to a path that an archive states."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace

from notifier.bulletins.formats.decode import decode
from notifier.bulletins.formats.media import ZIP, media_type_of
from notifier.bulletins.formats.package import damaged, read_part, refuse_bombs, too_large
from notifier.domain import Document
from notifier.errors import ReadError

INSIDE = "!/"  # between the key of a container and the name in it
_MAX_DOCUMENTS = 500
_MAX_BYTES = 64 * 1024 * 1024  # of all documents of one archive, those of archives in it included
_UTF8 = 0x800  # flag: the name is UTF-8
_UNICODE_PATH = 0x7075  # extra field of Info-ZIP: the name in UTF-8
_NOISE = ("__macosx/", ".ds_store", "thumbs.db", "desktop.ini")


class Budget:
    """How much the archives of one document may still unpack to."""

    def __init__(self, *, documents: int = _MAX_DOCUMENTS, size: int = _MAX_BYTES) -> None:
        self._documents = documents
        self.size = size

    def take(self, size: int) -> None:
        self._documents -= 1
        self.size -= size
        if self._documents < 0:
            raise too_large(f"超过 {_MAX_DOCUMENTS} 份文件")


def is_inside(document: Document) -> bool:
    """The document came out of another."""
    return INSIDE in document.key


def read_archive(document: Document, budget: Budget, *, nested: bool = False) -> Iterator[Document]:
    """The documents in an archive, and in archives in it (once). ReadError where it is broken or a bomb."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(document.content))
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError) as error:
        raise damaged(error) from error
    parts = [part for part in archive.infolist() if not part.is_dir() and not _is_noise(part.filename)]
    refuse_bombs(parts)
    for part in parts:
        content = read_part(archive, part, limit=budget.size)
        budget.take(len(content))
        inner = inside(document, _name(part), content)
        if media_type_of(inner.name, content) == ZIP and not nested:
            yield from read_archive(inner, budget, nested=True)
        elif content:
            yield inner


def inside(document: Document, name: str, content: bytes, *, media_type: str = "") -> Document:
    """A document that was found in another. It inherits where and when that came."""
    path = "/".join(part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")) or "无名"
    return replace(
        document,
        key=f"{document.key}{INSIDE}{path}",
        name=path.rsplit("/", 1)[-1],
        media_type=media_type,
        content=content,
        title="",
        encoding="",
    )


def refuse_nesting(document: Document) -> ReadError:
    """The error of a container in a container in a container."""
    return ReadError(
        f"{document.name} 嵌套过深，没有解开；请解开后逐个导入",
        f"{document.name} is nested too deep; unpack it and take the files one by one",
        needs_person=True,
    )


def _is_noise(name: str) -> bool:
    lower = name.lower()
    base = lower.rsplit("/", 1)[-1]
    return lower.startswith(_NOISE) or base.startswith(("~$", "._")) or base in _NOISE


def _name(part: zipfile.ZipInfo) -> str:
    """The name in its right encoding: many programs write GB18030 or UTF-8 and say neither."""
    if part.flag_bits & _UTF8:
        return part.filename
    if stated := _unicode_path(part.extra):
        return stated
    try:
        raw = part.filename.encode("cp437")
    except UnicodeEncodeError:
        return part.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return part.filename


def _unicode_path(extra: bytes) -> str:
    at = 0
    while at + 4 <= len(extra):
        kind, size = int.from_bytes(extra[at : at + 2], "little"), int.from_bytes(extra[at + 2 : at + 4], "little")
        if kind == _UNICODE_PATH and size > 5:
            return decode(extra[at + 9 : at + 4 + size])
        at += 4 + size
    return ""
