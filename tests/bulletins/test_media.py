import pytest

from notifier.bulletins import media_type_of

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64)
ZIP = b"PK\x03\x04" + bytes(30)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.txt", b"%PDF-1.7\n", "application/pdf"),
        ("a.doc", OLE, "application/msword"),
        ("a.xls", OLE, "application/vnd.ms-excel"),
        (
            "a.zip",
            ZIP + b"word/document.xml",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        ("a.docx", ZIP + b"OFD.xml", "application/ofd"),
        ("a.bin", ZIP, "application/zip"),
        ("a.txt", b"\x89PNG\r\n\x1a\n", "image/png"),
        ("a.txt", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("a", b"{\\rtf1 text}", "application/rtf"),
        ("a.txt", b"\xef\xbb\xbf<!DOCTYPE html><p>x", "text/html"),
        ("a", b"<p class='x'>text</p>", "text/html"),
        ("a", b"From: a@x.org\r\nTo: b@x.org\r\nSubject: s\r\n\r\ntext", "message/rfc822"),
        ("a", b"<?xml version='1.0'?><rss/>", "application/xml"),
        ("a.md", "# 标题".encode(), "text/markdown"),
        ("a.pdf", "文字".encode(), "text/plain"),
        ("A.HTM", "文字".encode(), "text/html"),
        ("", b"", "text/plain"),
    ],
)
def test_content_goes_before_the_suffix(name: str, content: bytes, kind: str) -> None:
    assert media_type_of(name, content) == kind
