"""A list page from poll to mail: its items' pages, what is attached to them, and what cannot be read."""

import asyncio
import datetime as dt
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest

from bulletins.word import made, zipped
from notifier.bootstrap import Service
from notifier.domain import Attachment, Bulletin, Document
from notifier.pipeline.polling.backfill import backfill_source
from notifier.pipeline.reading.reader import Reader
from notifier.pipeline.reading.whole import open_whole
from notifier.storage.documents import list_documents
from pipeline.job import subscribe, titles_sent, work
from sources.sites import Site, serving

ISSUE = (
    "产业要参\n第 7 期\n\n滨海省产业研究院            2026年3月9日\n\n本期目录\n\n【动态】\n"
    "一、氢能走廊开工\n二、冷链基地投运\n\n"
    "【动态】\n\n一、氢能走廊开工\n\n全省首条氢能走廊日前开工，计划两年建成。\n\n二、冷链基地投运\n\n冷链基地投运，日处理能力三百吨。\n"
)
LIST = """
[fetch]
allow_private = ["127.0.0.0/8"]
[[sources]]
name = "科技厅"
kind = "listing"
url = "{url}"
first = "all"
item = ".list li"
detail = [{{ content = ".text", attachments = ".files a@href" }}]
"""


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    one = Reader()
    yield one
    one.close()


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        yield running


def docx(*paragraphs: str) -> bytes:
    return made(lambda file: [file.add_paragraph(text) for text in paragraphs]).content


def page(*attachments: Attachment, text: str = "<p>各有关单位：现印发申报指南，请遵照执行。</p>") -> Document:
    return Document("k", "通知", "text/html", text.encode(), title="关于印发申报指南的通知", attachments=attachments)


def opened(reader: Reader, document: Document) -> tuple[Bulletin, list[str]]:
    found = open_whole(reader, document, kind="listing", published_on=dt.date(2026, 3, 9))
    assert found.bulletin is not None
    return found.bulletin, [inner.name for inner in found.inner]


def test_attachments_stand_below_the_text_under_their_names(reader: Reader) -> None:
    inner = zipped(
        [("甲表.docx", docx("甲表", "量子计算方向的要求。")), ("说明.txt", "乙说明\n\n脑机接口方向的要求。\n")]
    )
    bulletin, others = opened(
        reader,
        page(
            Attachment("附件1：指南.docx", "https://e.org/1.docx", content=docx("申报指南", "申报方向为氢能储运。")),
            Attachment("附件2.zip", "https://e.org/2.zip", content=inner),
        ),
    )
    (article,) = bulletin.articles
    assert article.title == "关于印发申报指南的通知"
    parts = [
        "请遵照执行",
        "附件1：指南.docx",
        "氢能储运",
        "附件：甲表.docx",
        "量子计算",
        "附件：说明.txt",
        "脑机接口",
    ]
    places = [article.text.index(part) for part in parts]
    assert places == sorted(places)
    assert (others, bulletin.quality.problems) == ([], ())


def test_what_cannot_be_read_is_kept_by_name_address_and_reason(reader: Reader) -> None:
    bulletin, _ = opened(
        reader,
        page(
            Attachment("汇总.rar", "https://e.org/r.rar", content=b"Rar!\x1a\x07\x00rest"),
            Attachment("坏.docx", "https://e.org/b.docx", content=b"PK\x03\x04word/document.xml broken"),
            Attachment("内部名单", "", problem="页面没有给出下载地址 / the page gives no address"),
        ),
    )
    text = bulletin.articles[0].text
    assert "附件：汇总.rar（https://e.org/r.rar）" in text
    assert "附件：坏.docx（https://e.org/b.docx）" in text
    assert "附件：内部名单" in text
    assert [zh.split("：")[1] for zh, _ in bulletin.quality.problems] == ["汇总.rar", "坏.docx", "内部名单"]
    assert not bulletin.quality.doubtful  # the text is there


def test_an_attached_issue_is_an_issue_of_its_own(reader: Reader) -> None:
    bulletin, others = opened(reader, page(Attachment("要参第7期.txt", "https://e.org/7.txt", content=ISSUE.encode())))
    assert others == ["要参第7期.txt"]
    assert "氢能走廊" not in bulletin.articles[0].text
    only = Document("k", "要参", "text/plain", b"", title="产业要参第7期", attachments=page(
        Attachment("要参第7期.txt", "https://e.org/7.txt", content=ISSUE.encode())).attachments)  # fmt: skip
    found = open_whole(reader, only, kind="listing", published_on=dt.date(2026, 3, 9))
    assert (found.bulletin, [inner.name for inner in found.inner]) == (None, ["要参第7期.txt"])


def test_a_page_that_is_an_issue_has_its_articles(reader: Reader) -> None:
    markup = "".join(f"<p>{line}</p>" for line in ISSUE.splitlines() if line)
    bulletin, _ = opened(reader, page(text=markup))
    assert [article.title for article in bulletin.articles] == ["氢能走廊开工", "冷链基地投运"]


def test_a_notice_with_a_number_and_points_stays_one_article(reader: Reader) -> None:
    lines = "滨科发〔2026〕12号 各市州科技局： 一、申报条件 企业须在本省注册。 二、申报程序 网上申报。".split()
    text = "".join(f"<p>{line}</p>" for line in lines)
    bulletin, _ = opened(reader, page(text=text))
    assert [article.title for article in bulletin.articles] == ["关于印发申报指南的通知"]


def test_a_page_without_text_is_marked(reader: Reader) -> None:
    pdf = Attachment("全文.txt", "https://e.org/f.txt", content="全文\n\n氢能储运的全文。\n".encode())
    bulletin, _ = opened(reader, page(pdf, text=""))
    assert "氢能储运" in bulletin.articles[0].text
    assert (bulletin.quality.doubtful, len(bulletin.quality.problems)) == (False, 1)
    picture = Attachment("扫描.png", "https://e.org/s.png", content=b"\x89PNG\r\n\x1a\n")
    bulletin, _ = opened(reader, page(picture, text=""))
    assert bulletin.articles[0].title == "关于印发申报指南的通知"
    assert bulletin.quality.doubtful


def test_an_attachment_marked_secret_marks_all(reader: Reader) -> None:
    secret = Attachment("件.txt", "https://e.org/s.txt", content="机密\n\n名单\n\n人员名单如下。\n".encode())
    bulletin, _ = opened(reader, page(secret))
    assert bulletin.restricted


def put_list(site: Site, *numbers: int) -> None:
    rows = "".join(f'<li><a href="/d{n}.html">关于第{n}批项目的通知</a><i>2026-03-{n:02}</i></li>' for n in numbers)
    site.page(
        "/list.html", f"<html><body><ul class='list'>{rows}</ul></body></html>".encode(), Content_Type="text/html"
    )
    for n in numbers:
        text = f"<div class=text><p>现公布第{n}批项目。</p></div><div class=files><a href='指南{n}.docx'>指南</a></div>"
        site.page(f"/d{n}.html", f"<h1>通知</h1>{text}".encode(), Content_Type="text/html; charset=utf-8")
        site.page(f"/{quote('指南')}{n}.docx", docx("指南", f"第{n}批支持核电装备。"))


def test_from_a_list_to_a_mail_by_what_the_attachment_says(on_sqlite: Callable[..., Service], site: Site) -> None:
    service = on_sqlite(LIST.format(url=site.url("/list.html")))
    subscribe(service, "a@example.org", "核电")
    put_list(site, 2, 1)
    work(service)
    assert titles_sent(service) == {"a@example.org": ["关于第1批项目的通知", "关于第2批项目的通知"]}
    put_list(site, 3, 2, 1)
    work(service)
    work(service)
    assert titles_sent(service)["a@example.org"][2:] == ["关于第3批项目的通知"]


def test_backfill_alerts_nobody(on_sqlite: Callable[..., Service], site: Site) -> None:
    service = on_sqlite(LIST.format(url=site.url("/list.html")).replace('first = "all"', ""))
    subscribe(service, "a@example.org", "核电")
    put_list(site, 3, 2, 1)
    work(service)

    async def scene() -> int:
        async with service.fetcher() as fetcher:
            done = await backfill_source(service.database, fetcher, "科技厅", pages=2, clock=service.clock)
        return done.documents

    assert asyncio.run(scene()) == 3
    work(service)
    assert titles_sent(service) == {}
    with service.database.read() as session:
        assert {one.state for one in list_documents(session, (), limit=10)} == {"old"}
    put_list(site, 4, 3, 2, 1)
    work(service)
    assert titles_sent(service) == {"a@example.org": ["关于第4批项目的通知"]}
