"""Mails: the subject is the title; attachments with a masthead or articles of their own are bulletins of their own."""

import contextlib
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulletins.word import made, zipped
from notifier.bulletins import Opened, open_document, read
from notifier.bulletins.formats.eml import read_mail
from notifier.domain import Document, Paragraph
from notifier.errors import ReadError

TEXT = "近日，省科技厅印发《若干措施》，支持企业牵头组建创新联合体，推动科技成果就地转化。"
LONG = TEXT * 4
ISSUE = "云岭科技简报\n2026年第5期\n2026年3月5日\n\n【动态】\n\n"
ISSUE += f"某市开展科技活动周\n\n{TEXT}\n\n某县建设成果转化平台\n\n{TEXT}\n"


def _document(content: bytes) -> Document:
    return Document(key="in/a.eml", name="a.eml", media_type="", content=content)


def _mail(text: str = "", subject: str = "关于印发若干措施的通知", html: str = "") -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "省科技厅办公室 <office@example.org>"
    mail["To"] = "a@example.org"
    mail["Subject"] = subject
    mail["Date"] = "Thu, 05 Mar 2026 09:00:00 +0800"
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    return mail


def _attach(mail: EmailMessage, name: str, content: bytes) -> None:
    mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)


def _opened(mail: EmailMessage) -> Opened:
    return open_document(_document(mail.as_bytes()))


def test_a_mail_is_an_article_with_its_subject_as_title_and_its_sender_and_date() -> None:
    [article] = read(_document(_mail(f"{TEXT}\n\n{TEXT}").as_bytes())).articles
    assert (article.title, article.body) == ("关于印发若干措施的通知", (Paragraph(TEXT), Paragraph(TEXT)))
    assert article.byline == "省科技厅办公室"
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2026-03-05T09:00:00+08:00"


def test_the_html_form_is_read_where_there_is_one() -> None:
    [article] = read(_document(_mail("看 HTML", html=f"<html><body><p>{TEXT}</p></body></html>").as_bytes())).articles
    assert article.text == TEXT


def test_a_mail_whose_text_is_an_issue_is_that_issue() -> None:
    bulletin = read(_document(_mail(ISSUE).as_bytes()))
    assert (bulletin.title, bulletin.issue, len(bulletin.articles)) == ("云岭科技简报", "5", 2)


def test_an_attached_bulletin_is_its_own_and_a_few_words_that_bring_it_are_no_article(shared: Path) -> None:
    mail = _mail("请查收第52期。")
    _attach(mail, "要参52.docx", (shared / "bulletins" / "52.docx").read_bytes())
    opened = _opened(mail)
    assert opened.bulletin is None
    assert [(inner.key, inner.name) for inner in opened.inner] == [("in/a.eml!/要参52.docx", "要参52.docx")]
    assert read(_document(mail.as_bytes())).issue == "52"


def test_a_mail_that_says_something_stays_an_article_beside_its_bulletin() -> None:
    mail = _mail(LONG)
    _attach(mail, "5.txt", ISSUE.encode())
    opened = _opened(mail)
    assert opened.bulletin is not None
    assert [article.text for article in opened.bulletin.articles] == [LONG]
    assert [inner.name for inner in opened.inner] == ["5.txt"]


def test_an_attachment_without_a_masthead_joins_its_mail() -> None:
    mail = _mail(TEXT)
    _attach(
        mail, "附件1.docx", made(lambda docx: (docx.add_paragraph("申报指南说明"), docx.add_paragraph(LONG))).content
    )
    opened = _opened(mail)
    assert opened.inner == ()
    assert opened.bulletin is not None
    assert [block.display() for block in opened.bulletin.articles[0].body] == [TEXT, "申报指南说明", LONG]  # type: ignore[union-attr]


def test_the_marking_of_an_attachment_holds_the_whole_mail() -> None:
    mail = _mail(TEXT)
    _attach(mail, "附件.txt", f"机密★1年\n\n有关情况说明\n\n{TEXT}".encode())
    opened = _opened(mail)
    assert opened.bulletin is not None
    assert opened.bulletin.restricted


def test_an_attachment_that_cannot_be_read_is_a_document_of_its_own_for_the_operator() -> None:
    mail = _mail(TEXT)
    _attach(mail, "扫描.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    mail.add_attachment(b"\x89PNG\r\n\x1a\n", maintype="image", subtype="png", filename="logo.png")
    [inner] = _opened(mail).inner
    with pytest.raises(ReadError) as caught:
        read(inner)
    assert caught.value.needs_person


def test_an_attached_archive_is_opened_and_an_attached_mail_is_a_document() -> None:
    mail = _mail(LONG)
    _attach(mail, "a.zip", zipped([("5.txt", ISSUE)]))
    mail.add_attachment(_mail(LONG, subject="转发的邮件"))
    inner = _opened(mail).inner
    assert [document.key for document in inner] == ["in/a.eml!/a.zip!/5.txt", "in/a.eml!/转发的邮件.eml"]
    assert read(inner[1]).articles[0].title == "转发的邮件"


def test_headers_that_nobody_encoded_are_read_in_the_encoding_that_makes_sense() -> None:
    for encoding in ("gb18030", "utf-8"):
        raw = "From: a@example.org\r\nTo: b@example.org\r\nSubject: 关于科技创新工作的通知\r\n\r\n".encode(encoding)
        assert read_mail(_document(raw + TEXT.encode(encoding))).subject == "关于科技创新工作的通知"


def test_an_empty_mail_is_an_error() -> None:
    with pytest.raises(ReadError):
        read(_document(_mail("").as_bytes()))


def test_a_mail_nested_without_end_is_an_error() -> None:
    raw = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (at, at) for at in range(3000))
    with contextlib.suppress(ReadError):
        read(_document(b"From: a@b.c\r\nTo: a@b.c\r\nSubject: x\r\n" + raw))


PIECES = st.sampled_from(
    [
        "Content-Type: multipart/mixed; boundary=b\r\n", "Content-Type: text/html; charset=gb2312\r\n", "\r\n",
        "--b\r\n",
        "Content-Transfer-Encoding: base64\r\n", "Content-Type: message/rfc822\r\n", "5rWL6K+V\r\n", "--b--\r\n",
        "Subject: =?gb2312?B?xxx?=\r\n", "Subject: =?x?Q?=E6?=\r\n", "Date: Thu, 99 Mar 99999\r\n", "\0\r\n",
        "第52期\r\n",
        "Content-Disposition: attachment; filename*0*=utf-8''%E6\r\n", "Content-Type: text/plain; charset*=x'y'z\r\n",
    ]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join))
def test_any_jumble_of_the_parts_of_a_mail_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(ReadError):
        open_document(_document(b"From: a@b.c\r\nTo: a@b.c\r\nX-Y: z\r\n" + text.encode()))
