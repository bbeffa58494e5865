"""ZIP: the documents in it, each read on its own; bombs are refused, names are names only."""

import io
import random
import zipfile

import pytest

from bulletins.word import made, zipped
from notifier.bulletins import open_document, read
from notifier.bulletins.formats.archive import Budget, read_archive
from notifier.bulletins.formats.package import MAX_PARTS
from notifier.domain import Document
from notifier.errors import ReadError

NOTE = "图书室夜间开放\n\n自本月起开放至九时。\n"


def _zip(content: bytes, key: str = "in/a.zip") -> Document:
    return Document(key=key, name=key.rsplit("/", 1)[-1], media_type="", content=content, url="https://x.org/a.zip")


def _names(content: bytes) -> list[tuple[str, str]]:
    return [(inner.key, inner.name) for inner in open_document(_zip(content)).inner]


def test_documents_of_an_archive_are_documents_of_their_own() -> None:
    files = [("要参/52.txt", NOTE), ("要参/空.txt", ""), ("__MACOSX/._52.txt", "x"), ("~$52.docx", "x"), ("夹/", "")]
    opened = open_document(_zip(zipped(files)))
    [inner] = opened.inner
    assert (inner.key, inner.name, inner.url) == ("in/a.zip!/要参/52.txt", "52.txt", "https://x.org/a.zip")
    assert opened.bulletin is None
    assert read(inner).articles[0].title == "图书室夜间开放"


def test_an_archive_of_one_document_is_read_as_that_document() -> None:
    docx = made(lambda docx: docx.add_paragraph(NOTE.split()[0])).content
    assert read(_zip(zipped([("a.docx", docx)]))).articles[0].title == "图书室夜间开放"
    with pytest.raises(ReadError, match="2 份文件"):
        read(_zip(zipped([("a.txt", NOTE), ("b.txt", NOTE)])))


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_names_are_read_in_the_encoding_that_the_archive_does_not_state(encoding: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("XXXXXXXXXXXX.txt", NOTE)
    raw = "创新要参".encode(encoding).ljust(12, b"-")
    assert _names(out.getvalue().replace(b"X" * 12, raw))[0][1].startswith("创新要参")


def test_paths_that_lead_out_are_harmless_names() -> None:
    names = ["../../etc/passwd", "/etc/x.txt", "C:\\x\\y.txt", "a/./b.txt"]
    assert _names(zipped([(name, NOTE) for name in names])) == [
        ("in/a.zip!/etc/passwd", "passwd"), ("in/a.zip!/etc/x.txt", "x.txt"),
        ("in/a.zip!/C:/x/y.txt", "y.txt"), ("in/a.zip!/a/b.txt", "b.txt"),
    ]  # fmt: skip


def test_an_archive_in_an_archive_is_opened_and_one_in_that_is_left_for_a_person() -> None:
    third = zipped([("c.txt", NOTE)])
    second = zipped([("b.txt", NOTE), ("c.zip", third)])
    opened = open_document(_zip(zipped([("b.zip", second)])))
    assert [inner.key for inner in opened.inner] == ["in/a.zip!/b.zip!/b.txt", "in/a.zip!/b.zip!/c.zip"]
    with pytest.raises(ReadError, match="嵌套") as caught:
        open_document(opened.inner[1])
    assert caught.value.needs_person


def test_bombs_are_refused() -> None:
    """By ratio, by count, and by what is really there where the header lies."""
    zeros = bytes(30 * 1024**2)
    noise = random.Random(1).randbytes(1024**2)
    many = zipped([(f"{at}.txt", "") for at in range(MAX_PARTS + 1)])
    lying = zipped([("a.txt", zeros[:900_000] + noise)])
    size = (1_948_576).to_bytes(4, "little")
    assert size in lying
    for content in (zipped([("a.txt", zeros)]), many, lying.replace(size, (10).to_bytes(4, "little"))):
        with pytest.raises(ReadError):
            open_document(_zip(content))


def test_what_an_archive_may_unpack_to_counts_all_archives_in_it_together() -> None:
    nested = zipped([(f"{at}.zip", zipped([("a.txt", NOTE * 10)])) for at in range(9)])
    assert len(list(read_archive(_zip(nested), Budget()))) == 9
    for budget in (Budget(size=1000), Budget(documents=12)):
        with pytest.raises(ReadError, match="过大"):
            list(read_archive(_zip(nested), budget))


@pytest.mark.parametrize("content", [zipped([]), zipped([("a.txt", NOTE)])[:-9], b"PK\x03\x04" + bytes(99)])
def test_a_broken_or_empty_archive_is_a_clear_error(content: bytes) -> None:
    with pytest.raises(ReadError):
        read(_zip(content))
