"""The ways in which real items' pages break (sources.md, 10 to 16 and 18), each on a real server."""

from urllib.parse import quote

import pytest

from .lists import SIMPLE, Place, news, notice, rows, serve, shown, titles


def test_10_the_pages_date_counts_before_the_lists(place: Place) -> None:
    """List, meta and signature differ: the meta is when it went online; the signature stays in the text."""
    place.page("/list.html", rows(("/a.html", "公告一", "2026-08-25")))
    place.page(
        "/a.html", notice("正文。</p><p>2026年8月24日", head='<meta name="PubDate" content="2026-08-27 10:00:28">')
    )
    (document,) = place.poll().documents
    assert document.published_at.isoformat() == "2026-08-27T10:00:28+08:00"  # type: ignore[union-attr]


def test_11_several_templates_and_none(place: Place) -> None:
    templates = [
        {"when": ".one", "title": ".one h2", "content": ".one .c", "drop": [".ad"]},
        {"when": ".two", "content": ".two", "source": ".from"},
    ]
    place.page("/list.html", rows(*news(3, 2, 1)))
    place.page("/d1.html", "<div class=one><h2>甲的全称</h2><div class=c>甲文<p class=ad>广告</p></div></div>")
    place.page("/d2.html", "<p class=from>信息来源：省厅办公室</p><div class=two>乙文</div>")
    place.page("/d3.html", notice("丙文，没有模板。"))
    first, second, third = place.poll(SIMPLE | {"detail": templates}).documents
    assert first.title == "甲的全称"
    assert "广告" not in first.content.decode()
    assert (second.byline, second.title) == ("省厅办公室", "第2号通知")
    assert b"<html" in third.content  # read as any page


def test_12_the_metas_are_used_and_empty_ones_are_not(place: Place) -> None:
    head = (
        '<meta name="ArticleTitle" content="第1号通知的全称很长很长"><meta name="ContentSource" content="">'
        '<meta name="ContentSource" content="政策法规处"><meta name="PubDate" content="">'
    )
    place.page("/list.html", rows(("/d1.html", "第1号通知的全称很长…", "2026-09-01")))
    place.page("/d1.html", notice(head=head))
    (document,) = place.poll().documents
    assert (document.title, document.byline) == ("第1号通知的全称很长很长", "政策法规处")
    assert shown([document])[0][1] == "2026-09-01"


def test_13_a_date_in_pieces(place: Place) -> None:
    pieces = "".join(f"<span>{piece}</span>\n" for piece in ("2026", "年", "9", "月", "15", "日"))
    place.page("/list.html", rows(("/d1.html", "公告一", "")))
    place.page("/d1.html", f"<div class=when>时　间：{pieces}</div><div class=c>正文。</div>")
    (document,) = place.poll(SIMPLE | {"detail": [{"content": ".c", "date": ".when"}]}).documents
    assert shown([document]) == [("公告一", "2026-09-15")]


def test_14_attachments_of_all_kinds_by_names_in_chinese_and_without_a_link(place: Place) -> None:
    place.page("/list.html", rows(("/d/1.html", "公告一", "2026-09-01")))
    names = ["指南.docx", "表.doc", "书.wps", "全文.pdf", "版式.ofd", "材料.zip", "汇总.rar"]
    links = "".join(f'<a href="files/{name}">{name}</a>' for name in names)
    place.page(
        "/d/1.html", f'<div class=c>见附件。{links}<a onclick="login()">附件8：内部名单</a><a href="/">首页</a></div>'
    )
    for name in names[:-1]:
        place.site.page(f"/d/files/{quote(name)}", name.encode())
    options = SIMPLE | {"detail": [{"content": ".c", "attachments": ".c a@href"}]}
    result = place.poll(options)
    (document,) = result.documents
    assert [one.name for one in document.attachments] == [*names, "附件8：内部名单"]
    assert [one.content.decode() for one in document.attachments] == [*names[:-1], "", ""]
    failed = [(one.name, bool(one.url)) for one in document.attachments if one.problem]
    assert failed == [("汇总.rar", True), ("附件8：内部名单", False)]
    assert len(result.errors) == 1  # the one that could not be had


def test_14_attachments_beyond_the_limits_are_kept_by_their_names(place: Place) -> None:
    links = "".join(f'<a href="/f/{n}.docx">附件{n}</a>' for n in range(1, 24))
    place.page("/list.html", rows(("/d1.html", "公告一", "2026-09-01")))
    place.page("/d1.html", f"<div class=c>见附件。{links}</div>")
    for n in range(1, 24):
        place.page(f"/f/{n}.docx", "x")
    place.site.bomb("/f/2.docx", 30_000_000)
    (document,) = place.poll(SIMPLE | {"detail": [{"content": ".c"}]}).documents
    names = [one.name for one in document.attachments]
    assert names == [f"附件{n}.docx" for n in range(1, 24)]
    assert [one.name for one in document.attachments if one.problem] == [names[1], *names[20:]]
    assert "/f/21.docx" not in place.asked


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ('<img src="/scan.png" alt="">', "scan.png"),
        ('<iframe src="/viewer.html?file=%2Ffull.pdf"></iframe>', "full.pdf"),
        ('<embed src="/full.pdf" title="全文">', "全文.pdf"),
        ('<p>　</p><object data="/full.pdf"></object>', "full.pdf"),
    ],
)
def test_15_a_page_that_only_shows_a_file_or_a_picture_has_it_as_attachment(place: Place, body: str, name: str) -> None:
    place.page("/list.html", rows(("/d1.html", "公告一", "2026-09-01")))
    place.page("/d1.html", f"<h1>公告一</h1><div class=c>{body}</div>")
    place.page("/full.pdf", "pdf", Content_Type="application/pdf")
    place.page("/scan.png", "png", Content_Type="image/png")
    (document,) = place.poll(SIMPLE | {"detail": [{"content": ".c"}]}).documents
    assert (document.title, [one.name for one in document.attachments]) == ("公告一", [name])


def test_15_a_page_without_anything_keeps_its_title_and_its_address(place: Place) -> None:
    place.page("/list.html", rows(("/d1.html", "公告一", "2026-09-01")))
    place.page("/d1.html", "<h1>公告一</h1><div class=c></div>")
    (document,) = place.poll(SIMPLE | {"detail": [{"content": ".c"}]}).documents
    assert document.title == "公告一"
    assert [(one.url, bool(one.problem)) for one in document.attachments] == [(document.url, True)]


def test_16_the_same_address_is_the_same_item(place: Place) -> None:
    """http and https, a default port, the case of the host, a fragment; an item whose words change is read again."""
    serve(place, 1)
    url = place.site.url("/d1.html")
    place.page("/list.html", rows((url, "第1号通知", "2026-09-01"), (f"{url}#a", "第1号通知", "2026-09-01")))
    (first,) = place.poll().documents
    place.page("/list.html", rows((url, "第1号通知（更正）", "2026-09-01")))
    (again,) = place.poll().documents
    assert (again.key, again.title) == (first.key, "第1号通知（更正）")
    assert place.poll().documents == ()


def test_16_an_item_that_moved_is_no_news_but_one_like_it_is(place: Place) -> None:
    """The same title and day at another address: known where the old one is gone, another where it is not."""
    serve(place, 1, 2, 3)
    place.page("/list.html", rows(*news(2, 1)))
    place.poll()
    moved = [("/new/d2.html", "第2号通知", "2026-09-02"), ("/d1.html", "第1号通知", "2026-09-01")]
    place.page("/list.html", rows(*moved))
    assert place.poll().documents == ()
    place.page("/list.html", rows(("/d3.html", "第1号通知", "2026-09-01"), *moved))
    assert [one.url[-8:] for one in place.poll().documents] == ["/d3.html"]


# --- 18: encodings ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "declared", "header"),
    [
        ("gb18030", "gb2312", "text/html"),
        ("gbk", "", "text/html; charset=GBK"),
        ("utf-8", "gb2312", "text/html; charset=gb2312"),
        ("gb18030", "utf-8", "text/html; charset=utf-8"),
        ("utf-8-sig", "gbk", "text/html"),
        ("utf-16", "", "text/html"),
    ],
)
def test_18_pages_are_decoded_whatever_they_say(place: Place, encoding: str, declared: str, header: str) -> None:
    meta = f'<meta charset="{declared}">' if declared else ""
    page = rows(("/d1.html", "关于镕基、喆等用字的通知", "2026-09-01")).replace("<body>", f"{meta}<body>")
    place.page("/list.html", page, encoding, Content_Type=header)
    place.page("/d1.html", notice(head=meta), encoding, Content_Type=header)
    assert titles(place.poll().documents) == ["关于镕基、喆等用字的通知"]


def test_18_one_broken_byte_does_not_make_utf_8_gb18030(place: Place) -> None:
    page = rows(*news(*range(20, 0, -1))).encode()
    place.site.page(
        "/list.html", page.replace("第20号".encode(), "第20号".encode() + b"\xe5"), Content_Type="text/html"
    )
    serve(place, *range(1, 21))
    assert "第1号通知" in titles(place.poll().documents)


def test_18_the_operators_word_comes_first(place: Place) -> None:
    place.page("/list.html", rows(("/d1.html", "臺北公告", "2026-09-01")), "big5")
    place.page("/d1.html", notice("正文。", title="臺北公告"), "big5")
    assert titles(place.poll(SIMPLE | {"encoding": "big5"}).documents) == ["臺北公告"]
