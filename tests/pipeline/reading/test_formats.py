"""An issue in another format is the same one; mails and archives bring theirs; what cannot be read is listed."""

from email.message import EmailMessage
from pathlib import Path

import pytest

from bulletins.word import zipped
from notifier.bootstrap import Service
from notifier.storage.documents import ATTENTION, list_documents
from pipeline.job import mails, note, put, subscribe, titles_sent, work

TITLES = [
    "北京加快构建科技金融体制支撑高水平科技自立自强",
    "我省加快推进科技服务业高质量发展",
    "广元出台科技创新引领经济高质量发展政策措施",
]


def _states(service: Service) -> dict[str, str]:
    return {read.name: read.state for read in work(service).read}


@pytest.mark.parametrize("other", ["52.docx", "52.pdf"])
def test_the_same_issue_in_another_format_sends_nothing(service: Service, shared: Path, other: str) -> None:
    subscribe(service, "a@example.org", "科技金融")
    put(service, "52.txt", (shared / "bulletins" / "52.txt").read_bytes())
    assert _states(service) == {"52.txt": "read"}
    put(service, other, (shared / "bulletins" / other).read_bytes())
    assert _states(service)[other] == "known"
    assert len(mails(service)) == 1


def test_an_archive_in_a_mail_brings_its_bulletin_once(service: Service, shared: Path) -> None:
    subscribe(service, "a@example.org", "科技金融")
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "办公室 <o@example.org>", "a@example.org", "第52期"
    mail.set_content("请查收。")
    files = [(name, (shared / "bulletins" / name).read_bytes()) for name in ("52.docx", "52.txt")]
    mail.add_attachment(zipped(files), maintype="application", subtype="zip", filename="要参.zip")
    put(service, "mail.eml", mail.as_bytes())
    assert _states(service) == {"mail.eml": "unpacked", "52.docx": "read", "52.txt": "known"}
    assert titles_sent(service) == {"a@example.org": TITLES}
    put(service, "again.eml", mail.as_bytes())
    work(service)
    assert len(mails(service)) == 1


def test_a_marked_document_in_an_archive_is_held(service: Service) -> None:
    subscribe(service, "a@example.org", "核电")
    secret = "机密★1年\n\n内部情况\n\n第 3 期\n\n2026年3月1日\n\n" + note("核电项目进展")
    put(service, "a.zip", zipped([("secret.txt", secret), ("open.txt", note("广元项目开工"))]))
    assert _states(service) == {"a.zip": "unpacked", "secret.txt": "held", "open.txt": "read"}
    assert mails(service) == []


def test_what_cannot_be_read_is_listed_with_the_reason(service: Service) -> None:
    put(service, "a.zip", zipped([("扫描.pdf", b"\x89PNG\r\n\x1a\n" + bytes(9)), ("ok.txt", note("甲乙丙丁"))]))
    put(service, "broken.docx", zipped([("word/document.xml", "<w")]))
    work(service)
    with service.database.read() as session:
        found = list_documents(session, ATTENTION, limit=9)
        every = list_documents(session, (), limit=9)
    listed = {one.name: (one.state, bool(one.error), one.size > 0) for one in found}
    assert listed == {"broken.docx": ("failed", True, True), "扫描.pdf": ("needs_person", True, True)}
    assert {one.name for one in every} == {"a.zip", "扫描.pdf", "ok.txt", "broken.docx"}


def test_a_document_that_breaks_its_reader_stops_nobody_else(service: Service) -> None:
    put(service, "deep.docx", zipped([("word/document.xml", "<a>" * 9_000)]))
    put(service, "z.txt", note("核电项目开工"))
    assert _states(service) == {"deep.docx": "failed", "z.txt": "read"}
