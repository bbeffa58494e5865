"""Documents that are a ZIP of XML parts (DOCX, OFD): opened within bounds, parsed without DTD and without recursion.

A bomb is refused by what it says of itself (ECMA-376 and GB/T 33190 need neither encryption nor DTDs), and what it
does not say is never unpacked: no part is read past its bound.
"""

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError, XMLPullParser

from notifier.errors import ReadError

MAX_PARTS = 10_000
MAX_PART = 48 * 1024 * 1024  # bytes of one part
MAX_TOTAL = 256 * 1024 * 1024  # bytes of all parts together
MAX_RATIO = 200  # packed to unpacked; text of a real document has 5 to 40
FREE = 1024 * 1024  # bytes: a part below this is harmless at any ratio
MAX_DEPTH = 200  # of XML elements; real documents have 30
_CHUNK = 1 << 16  # characters
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError, KeyError)


def damaged(reason: object = "") -> ReadError:
    """The error of a file that is not what it should be."""
    said = f"（{reason}）" if reason else ""
    return ReadError(
        f"文件已损坏或不完整{said}；请用原来的软件打开并另存，或向来源重新索取",
        f"the file is damaged or incomplete ({reason}); save it again where it was made, or ask for it again",
    )


def too_large(what: str) -> ReadError:
    """The error of a file that unpacks to more than any real one."""
    return ReadError(
        f"文件解开后过大，已拒绝（{what}）；请核实来源，可靠的话拆分后再导入",
        f"refused: the file unpacks to too much ({what}); check where it comes from, and split it if it is genuine",
    )


class Package:
    """The parts of a ZIP by their names. ReadError where it is broken, encrypted or a bomb."""

    def __init__(self, content: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except _BROKEN as error:
            raise damaged(error) from error
        parts = self._zip.infolist()
        refuse_bombs(parts)
        self._parts = {_plain(part.filename): part for part in parts}

    def __contains__(self, name: str) -> bool:
        return _plain(name) in self._parts

    def read(self, name: str) -> bytes:
        """The bytes of one part. ReadError where it is missing or broken."""
        part = self._parts.get(_plain(name))
        if part is None:
            raise damaged(f"缺少 {name}")
        return read_part(self._zip, part)

    def elements(self, name: str, depth: int) -> Iterator[Element]:
        """As `elements`, of one part."""
        return elements(self.read(name), depth)


def _plain(name: str) -> str:
    """Part names know no case and no leading slash; what stands for a folder above is a name like any other."""
    return posixpath.normpath(name.replace("\\", "/")).lstrip("/").lower()


def refuse_bombs(parts: list[zipfile.ZipInfo]) -> None:
    """ReadError where there are too many parts, or one or all of them unpack to too much."""
    if len(parts) > MAX_PARTS:
        raise too_large(f"{len(parts)} 个部分")
    if (total := sum(part.file_size for part in parts)) > MAX_TOTAL:
        raise too_large(f"{total // 1024 // 1024} MB")
    for part in parts:
        if part.file_size > FREE and part.file_size > MAX_RATIO * max(part.compress_size, 1):
            raise too_large(f"1:{part.file_size // max(part.compress_size, 1)}")


def read_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, *, limit: int = MAX_PART) -> bytes:
    """The bytes of one part, never more than `limit`, whatever its header says."""
    if part.flag_bits & 1:
        raise ReadError(
            "文件有密码保护；请去掉密码后重试",
            "the file is protected by a password; remove it and try again",
            needs_person=True,
        )
    try:
        with archive.open(part) as stream:
            content = stream.read(limit + 1)
    except _BROKEN as error:
        raise damaged(error) from error
    if len(content) > limit:
        raise too_large(f"{limit // 1024 // 1024} MB")
    return content


def elements(content: bytes, depth: int) -> Iterator[Element]:
    """The elements at `depth` (0: the root) as they are complete, each emptied when the next is asked for.

    ReadError where this is no XML, has a DTD (entities are how a small file becomes a large one), or nests deeper
    than any document does.
    """
    parser: XMLPullParser[Element] = XMLPullParser(("start", "end"))
    text = _text(content)
    open_: list[Element] = []
    try:
        for at in range(0, len(text), _CHUNK):
            parser.feed(text[at : at + _CHUNK])
            yield from _complete(parser, open_, depth)
        parser.close()
        yield from _complete(parser, open_, depth)
    except (ParseError, ValueError) as error:
        raise damaged(error) from error


def _complete(parser: "XMLPullParser[Element]", open_: list[Element], depth: int) -> Iterator[Element]:
    for kind, element in parser.read_events():  # type: ignore[misc]  # typeshed knows more kinds than were asked for
        assert isinstance(element, Element)
        if kind == "start":
            open_.append(element)
            if len(open_) > MAX_DEPTH:
                raise damaged(f"XML 嵌套超过 {MAX_DEPTH} 层")
            continue
        open_.pop()
        if len(open_) == depth:
            yield element
        if len(open_) <= depth:
            element.clear()
            if open_:
                open_[-1].clear()


def _text(content: bytes) -> str:
    """XML as text: byte order mark, UTF-16, UTF-8. What a declaration says else is not believed."""
    try:
        if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            text = content.decode("utf-16")
        elif b"\0" in content[:4]:
            text = content.decode("utf-16-le" if content[1:2] == b"\0" else "utf-16-be")
        else:
            text = content.decode("utf-8-sig")
    except UnicodeError:
        text = content.decode("gb18030", "replace")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ReadError(
            "文件含有 DTD 或实体定义，已拒绝；请用办公软件打开并另存后重试",
            "refused: the file defines XML entities; open it in an office program, save it again and try again",
        )
    return text
