"""Files of every kind that a list leads to, over real HTTP: polled, read, matched. Named as real sites name them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, unquote

import pytest

from bulletins.ofds import ofd, text_object
from bulletins.sheets import Text, pdf
from bulletins.word import made
from notifier.bootstrap import Service
from notifier.storage.bulletins import bulletin_row
from pipeline.entries import stored_articles
from pipeline.job import subscribe, titles_sent, work
from sources.sites import Site, serving

LIST = """
[fetch]
allow_private = ["127.0.0.0/8"]
[[sources]]
name = "科技厅"
kind = "listing"
url = "{url}"
first = "all"
item = ".list li"
detail = [{{ content = ".text"{attachments} }}]
"""
TITLE = "关于印发项目申报指南的通知"
LINES = ("项目申报指南", "本年度重点支持核电装备方向的攻关项目。", "申报单位应当在本省注册。")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
PDF = pdf([[Text(80, 100 + 30 * at, line) for at, line in enumerate(LINES)]])
OFD = ofd("".join(text_object(line, 25, 40 + 12 * at) for at, line in enumerate(LINES)))
DOCX = made(lambda file: [file.add_paragraph(line) for line in LINES]).content
PRINTS = "printf '%s\\n\\n' " + " ".join(LINES)  # what a converter prints of it
KINDS = {"pdf": PDF, "ofd": OFD, "docx": DOCX, "doc": OLE, "wps": OLE}
MARKUP = "text/html; charset=utf-8"


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        yield running


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder in which programs are found: there is no converter unless a test puts one there."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def put_antiword(programs: Path, script: str = PRINTS) -> None:
    path = programs / "antiword"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


@pytest.fixture
def desk(on_sqlite: Callable[..., Service], site: Site, programs: Path) -> Callable[..., Service]:
    """A service with one list at this site; `selector` finds the attachments in a page."""

    def opened(selector: str = "") -> Service:
        stated = f', attachments = "{selector}"' if selector else ""
        service = on_sqlite(LIST.format(url=site.url("/list.html"), attachments=stated))
        subscribe(service, "a@example.org", "核电")
        return service

    return opened


def put_list(site: Site, target: str = "/t.html") -> None:
    row = f'<ul class="list"><li><a href="{target}">{TITLE}</a><i>2026-03-12</i></li></ul>'
    site.page("/list.html", f"<html><body>{row}</body></html>".encode(), Content_Type=MARKUP)


def put_page(site: Site, link: str) -> None:
    """An item's page with one link to a file."""
    put_list(site)
    text = f'<div class="text"><p>各有关单位：现将申报指南印发给你们，请认真组织申报。</p><p>{link}</p></div>'
    site.page("/t.html", f"<html><body><h1>{TITLE}</h1>{text}</body></html>".encode(), Content_Type=MARKUP)


def reads(service: Service) -> str:
    """One article, of this title; its text."""
    work(service)
    (found,) = stored_articles(service)
    assert found.article.title == TITLE
    return found.article.text


def is_whole(text: str) -> bool:
    return all(line in text for line in LINES[1:])


@pytest.mark.parametrize("kind", KINDS)
def test_an_attachment_of_each_kind_is_read_and_matched(
    desk: Callable[..., Service], site: Site, programs: Path, kind: str
) -> None:
    put_antiword(programs)
    site.page(f"/files/1.{kind}", KINDS[kind])
    put_page(site, f'<a href="files/1.{kind}">附件1：项目申报指南</a>')
    service = desk()
    text = reads(service)
    assert f"附件1：项目申报指南.{kind}" in text
    assert is_whole(text)
    assert titles_sent(service) == {"a@example.org": [TITLE]}


@pytest.mark.parametrize("kind", KINDS)
def test_an_item_that_leads_straight_to_a_file_is_that_file(
    desk: Callable[..., Service], site: Site, programs: Path, kind: str
) -> None:
    put_antiword(programs)
    path = f"/files/{quote('指南')}.{kind}"
    site.page(path, KINDS[kind], Content_Type="application/octet-stream")
    put_list(site, f"files/指南.{kind}")
    service = desk()
    assert is_whole(reads(service))
    assert titles_sent(service) == {"a@example.org": [TITLE]}
    assert unquote(stored_articles(service)[0].article.url) == unquote(site.url(path))


def test_the_real_ofd_is_read_as_an_attachment(desk: Callable[..., Service], site: Site, shared: Path) -> None:
    site.page("/1.ofd", (shared / "bulletins" / "sample.ofd").read_bytes())
    put_page(site, '<a href="1.ofd">附件：批复</a>')
    assert "张阿三" in reads(desk())


@pytest.mark.parametrize("kind", ["doc", "wps"])
@pytest.mark.parametrize("script", ["", "exit 1"])
def test_without_a_converter_that_can_the_file_is_kept_by_its_name(
    desk: Callable[..., Service], site: Site, programs: Path, kind: str, script: str
) -> None:
    if script:
        put_antiword(programs, script)
    url = site.page(f"/1.{kind}", OLE)
    put_page(site, f'<a href="1.{kind}">附件1：申报书</a>')
    service = desk()
    assert f"附件1：申报书.{kind}（{url}）" in reads(service)
    (problem,) = problems(service)
    assert problem.startswith(f"附件未读：附件1：申报书.{kind}：")
    assert "另存为 DOCX" in problem


def problems(service: Service) -> list[str]:
    with service.database.read() as session:
        return [zh for zh, _ in bulletin_row(session, 1).problems or ()]


@pytest.mark.parametrize("written", ["附件/申报 指南.pdf", quote("附件/申报 指南.pdf")])
def test_names_in_chinese_are_found_however_the_page_writes_them(
    desk: Callable[..., Service], site: Site, written: str
) -> None:
    site.page("/" + quote("附件/申报 指南.pdf"), PDF)
    put_page(site, f'<a href="{written}"></a>')
    text = reads(desk())
    assert "附件：申报 指南.pdf" in text
    assert is_whole(text)


@pytest.mark.parametrize(("content", "stated"), [(PDF, "application/pdf"), (OFD, "application/ofd"), (DOCX, "")])
@pytest.mark.parametrize("link", ["/file/8231", "/api/get?id=8231"])
def test_a_file_without_a_suffix_is_what_it_contains(
    desk: Callable[..., Service], site: Site, content: bytes, stated: str, link: str
) -> None:
    """The operator's selector says that it is an attachment, its name that it is a file."""
    headers = {"Content_Type": stated or "application/octet-stream", "Content_Disposition": "attachment; filename=x"}
    site.page(link.partition("?")[0], content, **headers)
    put_page(site, f'<a class="file" href="{link}">附件1：项目申报指南</a>')
    text = reads(desk("a.file@href"))
    assert "附件1：项目申报指南" in text
    assert is_whole(text)


def test_a_download_that_answers_with_a_page_is_no_file(desk: Callable[..., Service], site: Site) -> None:
    """A login page in its place: the name is kept, and what the page says is no part of the notice."""
    page = "<html><head><title>统一身份认证</title></head><body><form>请输入用户名和密码后登录</form></body></html>"
    site.page("/download.do", page.encode(), Content_Type=MARKUP)
    put_page(site, '<a class="file" href="/download.do?id=1">附件1：项目申报指南</a>')
    service = desk("a.file@href")
    text = reads(service)
    assert f"附件1：项目申报指南（{site.url('/download.do?id=1')}）" in text
    assert "用户名" not in text
    assert "登录" in problems(service)[0]


def test_a_doc_that_holds_markup_is_a_file(desk: Callable[..., Service], site: Site) -> None:
    body = "".join(f"<p>{line}</p>" for line in LINES)
    site.page("/1.doc", f"<html><body>{body}</body></html>".encode(), Content_Type="application/msword")
    put_page(site, '<a href="1.doc">附件1：申报书</a>')
    assert is_whole(reads(desk()))


def test_a_page_that_is_called_an_attachment_is_none(desk: Callable[..., Service], site: Site) -> None:
    put_page(site, '<a class="file" href="/list.html">附件说明</a>')
    reads(desk("a.file@href"))
    assert [path for path, _ in site.requests].count("/list.html") == 1


def test_a_list_item_with_a_file_without_a_suffix(desk: Callable[..., Service], site: Site) -> None:
    site.page("/file/77", PDF, Content_Type="application/pdf")
    put_list(site, "/file/77")
    assert is_whole(reads(desk()))
