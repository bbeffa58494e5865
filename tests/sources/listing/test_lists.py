"""The ways in which real lists break (sources.md, 1 to 9), each as a small page on a real server."""

import json
import re
from zoneinfo import ZoneInfo

import pytest

from notifier.errors import SourceError
from notifier.sources.listing.dates import list_date, written_date

from .lists import SIMPLE, Place, news, notice, rows, serve, shown, titles

# --- 1, 5, 6: the list ------------------------------------------------------------------------------------------


def test_1_pinned_old_items_are_not_the_newest_and_stop_no_paging(place: Place) -> None:
    """Three old ones on top of every page; after an outage a page and a half is new."""
    pinned = [("/p1.html", "长期公告一", "2025-01-01"), ("/p2.html", "长期公告二", "2024-05-01")]
    serve(place, *range(1, 30))
    for n in (1, 2):
        place.page(f"/p{n}.html", notice())
    place.page("/list.html", rows(*pinned, *news(6, 5, 4, 3, 2)))
    place.page("/list_2.html", rows(*pinned, *news(1)))
    options = SIMPLE | {"pages": {"url": "list_{page}.html"}}
    assert len(place.poll(options).documents) == 7
    place.page("/list.html", rows(*pinned, *news(15, 14, 13, 12, 11)))
    place.page("/list_2.html", rows(*pinned, *news(10, 9, 8, 7, 6)))
    place.page("/list_3.html", rows(*pinned, *news(5, 4, 3, 2, 1)))
    place.asked.clear()
    documents = place.poll(options).documents
    assert shown(documents) == [(f"第{n}号通知", f"2026-09-{n:02}") for n in range(7, 16)]
    assert "/list_3.html" not in place.asked  # page 2 held what was known


def test_1_an_old_notice_that_is_put_on_top_today_is_news(place: Place) -> None:
    serve(place, 1, 2, 3, 4)
    place.page("/list.html", rows(*news(4, 3, 2)))
    place.poll()
    place.page("/list.html", rows(*news(1, 4, 3, 2)))
    assert shown(place.poll().documents) == [("第1号通知", "2026-09-01")]


def test_5_a_list_without_items_is_a_failure(place: Place) -> None:
    serve(place, 1, 2, 3)
    place.page("/list.html", rows(*news(3, 2, 1)))
    place.poll()
    place.page("/list.html", "<html><body><div class='newlayout'>改版</div></body></html>")
    with pytest.raises(SourceError, match="改版"):
        place.poll()
    place.page("/list.html", '<ul class="list"><li>暂无</li><li>数据</li></ul>')
    with pytest.raises(SourceError, match="2 个条目"):
        place.poll()


@pytest.mark.parametrize(
    "challenge",
    [
        "<html><title>访问验证</title><body>请完成安全验证后继续访问</body></html>",
        "<html><script>var $_ts=window['$_ts'];</script><body></body></html>",
        "<html><script>document.cookie='k=1;path=/';location.reload();</script></html>",
        "<html><title>Just a moment...</title><body>Enable JavaScript and cookies to continue</body></html>",
    ],
)
def test_5_a_challenge_page_with_200_is_a_failure_of_its_own(place: Place, challenge: str) -> None:
    place.page("/list.html", challenge)
    with pytest.raises(SourceError, match="访问验证页面"):
        place.poll()


def test_5_a_list_that_speaks_of_captchas_is_a_list(place: Place) -> None:
    place.page("/list.html", rows(("/d1.html", "关于升级验证码（captcha）系统的通知", "2026-09-01")))
    place.page("/d1.html", notice("登录需进行人机验证。", title="关于升级验证码（captcha）系统的通知"))
    assert titles(place.poll().documents) == ["关于升级验证码（captcha）系统的通知"]


@pytest.mark.parametrize(
    ("script", "second"),
    [
        ("createPageHTML('page_div',30,1,'newschild','shtml',450);", "/newschild_1.shtml"),
        ('createPageHTML(30, 0, "index", "html");', "/index_1.html"),
    ],
)
def test_6_paging_by_script_only(place: Place, script: str, second: str) -> None:
    serve(place, *range(1, 8))
    place.page("/list.html", rows(*news(3, 2, 1)))
    place.poll()
    place.page("/list.html", rows(*news(7, 6, 5)) + f"<script>{script}</script>")
    place.page(second, rows(*news(4, 3, 2)))
    assert titles(place.poll().documents) == [f"第{n}号通知" for n in (4, 5, 6, 7)]


@pytest.mark.parametrize(
    "link",
    ['<a href="l2.html">下一页</a>', '<a class="n" href="l2.html">&gt;</a>', '<a rel="next" href="/l2.html">older</a>'],
)
def test_6_paging_by_links(place: Place, link: str) -> None:
    serve(place, *range(1, 8))
    place.page("/list.html", rows(*news(3, 2, 1)))
    place.poll()
    place.page("/list.html", rows(*news(7, 6, 5)) + link)
    place.page("/l2.html", rows(*news(4, 3, 2)))
    assert len(place.poll().documents) == 4


# --- 2, 3, 4: wrapped lists -------------------------------------------------------------------------------------


def test_2_the_list_is_in_a_comment_until_the_site_mends_it(place: Place) -> None:
    serve(place, 1, 2, 3)
    inner = rows(*news(2, 1)).replace("<html><body>", "").replace("</body></html>", "")
    options = SIMPLE | {"unwrap": {"kind": "comment"}}
    place.page("/list.html", f"<html><body><div id='list'><!-- {inner} --></div></body></html>")
    assert len(place.poll(options).documents) == 2
    place.page("/list.html", rows(*news(3, 2, 1)))
    assert titles(place.poll(options).documents) == ["第3号通知"]


def test_3_records_of_cdata(place: Place) -> None:
    serve(place, 1, 2)
    records = "".join(
        f'<record><![CDATA[<li><a href="{link}">{title}</a><span>{day}</span></li>]]></record>'
        for link, title, day in news(2, 1)
    )
    place.page(
        "/list.html", f'<script type="text/xml"><datastore><recordset>{records}</recordset></datastore></script>'
    )
    options = {"item": "li", "title": "a", "link": "a@href", "date": "span", "unwrap": {"kind": "record"}}
    assert shown(place.poll(options).documents) == [("第1号通知", "2026-09-01"), ("第2号通知", "2026-09-02")]


def test_3_json_by_get_with_a_path_to_objects(place: Place) -> None:
    data = {
        "data": {"list": [{"docTitle": "<em>公告</em>甲&amp;乙", "id": 7, "pub": {"day": "2026-09-05"}}, {"other": 1}]}
    }
    place.site.page("/api", f"callback({json.dumps(data)});".encode(), Content_Type="application/javascript")
    place.page("/list.html", "<div id='app'></div>")
    place.page("/art/7.html", notice())
    options = {
        "unwrap": {"kind": "json", "url": "/api?size=20", "path": "data.list"},
        "title": "docTitle",
        "link": "/art/{id}.html",
        "date": "{pub.day}",
    }
    assert shown(place.poll(options).documents) == [("公告甲&乙", "2026-09-05")]


def test_3_a_list_filled_by_script_is_a_failure_not_silence(place: Place) -> None:
    place.page("/list.html", "<html><body><ul class='list'></ul><script src='/app.js'></script></body></html>")
    with pytest.raises(SourceError, match="没有条目"):
        place.poll()


def test_4_a_refresh_then_a_frame(place: Place) -> None:
    serve(place, 1)
    place.page("/list.html", '<meta http-equiv="Refresh" content="0; URL=\'sub/real.html\'">')
    place.page(
        "/sub/real.html", '<iframe id="ad" src="about:blank"></iframe><iframe id="f" src="../inner.html"></iframe>'
    )
    place.page("/inner.html", rows(*news(1)))
    options = SIMPLE | {"unwrap": [{"kind": "refresh"}, {"kind": "iframe", "in": "#f"}]}
    assert titles(place.poll(options).documents) == ["第1号通知"]


def test_4_arrays_in_a_script(place: Place) -> None:
    place.page(
        "/list.html",
        "<script>var i=0; urls[i]='./a.html'; headers[i]=\"公示甲\"; y[i]='2026'; m[i]='9'; d[i]='7'; i++;"
        "urls[i]='./b.html'; headers[i]=\"公示乙\"; y[i]='2026'; m[i]='9'; d[i]='6'; i++;</script>",
    )
    place.page("/a.html", notice())
    place.page("/b.html", notice())
    options = {"unwrap": {"kind": "arrays"}, "title": "headers", "link": "urls", "date": "{y}-{m}-{d}"}
    assert shown(place.poll(options).documents) == [("公示乙", "2026-09-06"), ("公示甲", "2026-09-07")]


def test_4_the_address_in_onclick(place: Place) -> None:
    place.page("/list.html", "<ul class='list'><li onclick=\"openW('/x.html')\">公告丙<i>2026-09-01</i></li></ul>")
    place.page("/x.html", notice())
    options = {
        "item": "ul.list li",
        "title": "@title",
        "link": "@onclick",
        "link_regex": r"openW\('([^']+)'",
        "date": "i",
    }
    place.poll(options | {"title": "li", "title_regex": "^[^0-9]+"})
    assert "/x.html" in place.asked


# --- 7, 8, 9: an item -------------------------------------------------------------------------------------------


def test_7_a_title_that_is_cut_is_whole_in_its_attribute_or_on_its_page(place: Place) -> None:
    place.page(
        "/list.html",
        '<ul class="list"><li><a href="/a.html" title="关于开展2026年度项目申报工作的通知">关于开展2026年度...</a></li>'
        '<li><a href="/b.html">关于公布2026年省级重点实验室…</a></li></ul>',
    )
    place.page("/a.html", notice())
    place.page("/b.html", notice(title="关于公布2026年省级重点实验室名单的公告"))
    assert titles(place.poll().documents) == [
        "关于公布2026年省级重点实验室名单的公告",
        "关于开展2026年度项目申报工作的通知",
    ]


@pytest.mark.parametrize(
    ("written", "link", "day"),
    [
        ("(2026-09-15)", "/x", "2026-09-15"),
        ("[2026-09-15]", "/x", "2026-09-15"),
        ("【2026/9/15】", "/x", "2026-09-15"),
        ("2026.09.15", "/x", "2026-09-15"),
        ("26-09-15", "/x", "2026-09-15"),
        ("[26/9/5]", "/x", "2026-09-05"),
        ("2026年9月15日", "/x", "2026-09-15"),
        ("2026 年 9 月 15 日", "/x", "2026-09-15"),
        ("发布时间：2026-09-15", "/x", "2026-09-15"),
        ("15 2026-09", "/x", "2026-09-15"),
        ("2026-09 15", "/x", "2026-09-15"),
        ("09-15 2026", "/x", "2026-09-15"),
        ("20260915", "/x", "2026-09-15"),
        ("1789401600000", "/x", "2026-09-15"),
        ("", "/20260915/abc.html", "2026-09-15"),
        ("", "/c/202609/t20260915_12345.html", "2026-09-15"),
        ("", "/art/2026/9/15/art_1_2.html", "2026-09-15"),
        ("", "/2026-09/15/c_1.htm", "2026-09-15"),
        ("", "/202609/15/c.html", "2026-09-15"),
        ("2026年9月", "/x", ""),  # a month names no day
        ("09-15", "/x", ""),  # nor does a day without its year
        ("09-15", "/t20260915_1.html", "2026-09-15"),
        ("", "/art_1_20261399.html", ""),
        ("2026-13-40", "/x", ""),
        ("川科发〔2026〕15号", "/x", ""),
        ("", "/id/120260915007.html", ""),
        ("", "/x", ""),
    ],
)
def test_8_all_forms_of_dates_and_never_an_invented_one(place: Place, written: str, link: str, day: str) -> None:
    found = list_date(written, f"https://example.org{link}", ZoneInfo("Asia/Shanghai"))
    assert (found.isoformat() if found else "") == (f"{day}T00:00:00+08:00" if day else "")


def test_8_a_date_that_only_the_page_has_and_one_that_nobody_has(place: Place) -> None:
    place.page("/list.html", rows(("/a.html", "公告一", ""), ("/b.html", "公告二", "")))
    place.page("/a.html", notice(head='<meta name="PubDate" content="2026-09-09 16:20">'))
    place.page("/b.html", notice())
    second, first = place.poll().documents
    assert first.published_at.isoformat() == "2026-09-09T16:20:00+08:00"  # type: ignore[union-attr]
    assert second.published_at is None


def test_9_links_of_every_kind(place: Place) -> None:
    port = place.site.port
    links = ["./a.html", "../../b.html", f"//127.0.0.1:{port}/c.html", f"http://127.0.0.1:{port}/d.html#top", "e.pdf"]
    links.append(f"http://localhost:{port}/f.html")  # another host
    place.page("/x/list.html", rows(*((link, f"第{n}项公告", "2026-09-01") for n, link in enumerate(links))))
    for path in ("/x/a.html", "/b.html", "/c.html", "/d.html", "/f.html"):
        place.page(path, notice())
    place.site.page("/x/e.pdf", b"%PDF-1.4 x", Content_Type="application/pdf")
    documents = place.poll(path="/x/list.html").documents
    assert [re.sub(r"^http://[^/]+", "", one.url) for one in reversed(documents)] == [
        "/x/a.html", "/b.html", "/c.html", "/d.html", "/x/e.pdf", "/f.html",
    ]  # fmt: skip
    file = documents[1]  # an item that leads to a file has it as its attachment
    assert (file.title, file.content) == ("第4项公告", b"")
    assert [(one.name, one.content) for one in file.attachments] == [("第4项公告.pdf", b"%PDF-1.4 x")]


def test_9_base_href_counts(place: Place) -> None:
    place.page(
        "/list.html", rows(("a.html", "公告一", "2026-09-01")).replace("<body>", '<base href="/deep/er/"><body>')
    )
    place.page("/deep/er/a.html", notice())
    assert place.poll().documents[0].url.endswith("/deep/er/a.html")


def test_9_a_row_without_a_link_is_told_and_stops_nobody(place: Place) -> None:
    place.page("/list.html", rows(("javascript:void(0)", "登录后查看的公告", "2026-09-02"), *news(1)))
    serve(place, 1)
    result = place.poll()
    assert titles(result.documents) == ["第1号通知"]
    assert [key for key, _ in result.errors] == ["登录后查看的公告"]


@pytest.mark.parametrize(
    ("row", "written"),
    [
        ("关于2026年9月1日会议的通知 2026-09-15", "2026-09-15"),
        ("[2026-09-15] 关于2026年9月1日会议的通知", "2026-09-15"),
        ("15 2026-09 关于会议的通知", "15 2026-09"),
        ("关于会议的通知 （26-09-15）", "26-09-15"),
        ("关于会议的通知 发布于2026-09-15 阅读 30", "2026-09-15"),
        ("关于会议的通知", ""),
    ],
)
def test_8_the_date_of_a_row_is_not_the_one_in_its_title(row: str, written: str) -> None:
    assert written_date(row) == written
