"""The six configurations of sources.md, each as the catalogue ships it, against a small page of its shape."""

import json
from typing import Any

from notifier.sources.catalogue import catalogue

from .lists import Place, notice, shown


def options(name: str) -> dict[str, Any]:
    (entry,) = [one for one in catalogue() if one.id == name]
    return {key: value for key, value in entry.source.items() if key not in ("kind", "url", "name", "every")}


def test_kjt_pins_old_items_and_has_two_templates(place: Place) -> None:
    """sc-kjt-notices: 2025 on top of 2026, and one detail page of another make."""
    items = [("./a.shtml", "创新券兑付公示", "2025-11-25"), ("../b.shtml", "科技特派员名单", "2026-09-15")]
    body = "".join(f'<li><a href="{link}">{title}</a><span>{day}</span></li>' for link, title, day in items)
    place.page("/kjt/gstz/newschild.shtml", f'<div class="column-list"><ul>{body}</ul></div>')
    place.page(
        "/kjt/gstz/a.shtml",
        '<div class="newsTex"><h1>创新券兑付公示（第二批）</h1>'
        '<ul class="abstract"><li>2025-11-25 09:30</li><li>发布机构：</li></ul>'
        '<div class="newsCon"><p>公示如下。</p><div class="attachment"><a href="/x/1.docx">附件1</a></div>'
        '<div class="relatedlinks"><a href="/z">相关</a></div></div></div>',
    )
    place.page(
        "/kjt/b.shtml",
        '<div class="articlebox"><h1>科技特派员名单</h1><div class="topbox">'
        "<span>2026</span><span>年</span><span>9</span><span>月</span><span>15</span><span>日</span></div>"
        '<div class="contText"><p>名单见附件。</p></div>'
        '<a href="名单.xlsx">附件：名单</a><a href="javascript:window.print()">打印</a></div>',
    )
    place.page("/x/1.docx", "docx")
    place.page("/kjt/%E5%90%8D%E5%8D%95.xlsx", "xlsx")
    second, first = place.poll(options("sc-kjt-notices"), "/kjt/gstz/newschild.shtml").documents
    assert shown([first, second]) == [("创新券兑付公示（第二批）", "2025-11-25"), ("科技特派员名单", "2026-09-15")]
    assert first.published_at.isoformat() == "2025-11-25T09:30:00+08:00"  # type: ignore[union-attr]
    assert "公示如下" in first.content.decode()
    assert "相关" not in first.content.decode()
    assert [(one.name, one.content) for one in first.attachments] == [("附件1.docx", b"docx")]
    assert [(one.name, one.content) for one in second.attachments] == [("附件：名单.xlsx", b"xlsx")]


def test_jxt_the_meta_says_when_it_went_online(place: Place) -> None:
    """sc-jxt-files: list 08-25, meta 08-27 10:00:28, signature 08-24. The meta counts; the signature stays text."""
    place.page(
        "/l.shtml",
        '<ul class="list-li"><li><p class="List-T"><a href="/d.shtml">工业互联网试点</a></p>'
        '<p class="list-time">2026-08-25</p></li></ul>',
    )
    place.page(
        "/d.shtml",
        '<meta name="PubDate" content="2026-08-27 10:00:28"><div id="zoomtitl">工业互联网试点名单</div>'
        '<div id="zoomcon"><p>正文。</p>'
        '<p>2026年8月24日</p><table id="tblAppendixContainer"><tr><td><a href="a.pdf">名单</a></td></tr></table></div>',
    )
    place.page("/a.pdf", "%PDF-1.4")
    (document,) = place.poll(options("sc-jxt-files"), "/l.shtml").documents
    assert document.published_at.isoformat() == "2026-08-27T10:00:28+08:00"  # type: ignore[union-attr]
    assert "2026年8月24日" in document.content.decode()
    assert "<a" not in document.content.decode()
    assert [one.name for one in document.attachments] == ["名单.pdf"]


def test_most_the_list_is_in_a_frame_and_links_in_onclick(place: Place) -> None:
    """most-service-notices."""
    place.page("/kjjh_tztg/", '<iframe src="inner.html"></iframe>')
    place.page(
        "/kjjh_tztg/inner.html",
        '<table class="table_gkgs"><tr><th>标题</th><th>日期</th></tr><tr><td class="table_gkgs_title">'
        '<div title="国家重点研发计划申报指南" onclick="openW(\'/d/1.html\')">国家重点…</div></td>'
        '<td class="table_gkgs_date">2026-09-01</td></tr></table>',
    )
    place.page(
        "/d/1.html",
        '<div class="article__title">国家重点研发计划申报指南</div>'
        '<div class="article__subTitle">发布时间：2026-09-02 来源：科技部</div>'
        '<div class="article-body section1"><p>现发布指南。</p></div>',
    )
    (document,) = place.poll(options("most-service-notices"), "/kjjh_tztg/").documents
    assert shown([document]) == [("国家重点研发计划申报指南", "2026-09-02")]
    assert document.url.endswith("/d/1.html")


def test_ah_the_title_attribute_and_the_metas(place: Place) -> None:
    """ah-kjt-tzgg."""
    place.page(
        "/l.html",
        '<ul class="doc_list"><li><a href="d.html" title="关于申报创新平台的通知">关于申报…</a>'
        '<span class="date">2026-09-03</span></li></ul>',
    )
    place.page(
        "/d.html",
        '<meta name="ArticleTitle" content="关于申报创新平台的通知"><meta name="PubDate" content="2026-09-03 08:00">'
        '<meta name="ContentSource" content="省科技厅平台处"><div class="wzcon"><p>正文。</p></div>',
    )
    (document,) = place.poll(options("ah-kjt-tzgg"), "/l.html").documents
    assert (document.title, document.byline) == ("关于申报创新平台的通知", "省科技厅平台处")


def test_gs_the_list_is_in_a_comment(place: Place) -> None:
    """gs-jyt-wjtz: twenty items, none of which CSS finds."""
    items = "".join(
        f'<li><a title="教育通知{n}" href="/d{n}.html">教育</a><b>2026-09-{n:02}</b></li>' for n in range(1, 21)
    )
    place.page(
        "/l.html", f'<ul class="jytxxgklist"><!-- {items} --></ul><ul><li><a title="菜单" href="/m">菜单</a></li></ul>'
    )
    for n in range(1, 21):
        place.page(f"/d{n}.html", notice())
    documents = place.poll(options("gs-jyt-wjtz"), "/l.html").documents
    assert shown(documents) == [(f"教育通知{n}", f"2026-09-{n:02}") for n in range(20, 0, -1)]


def test_miit_a_unit_fetches_its_list(place: Place) -> None:
    """miit-wjfb: the address and query of a script, and JSON with the markup; links count from the list's page."""
    place.page(
        "/zwgk/index.html",
        "<script parseType=\"buildstatic\" url=\"/api/unit\" querydata=\"{'webId':'8d','pageNo':1}\"></script>",
    )
    markup = '<ul><li><a href="./art_1.html">工信部公告</a><span class="fr">2026-09-10</span></li></ul>'
    place.site.page("/api/unit", json.dumps({"data": {"html": markup}}).encode(), Content_Type="application/json")
    place.page(
        "/zwgk/art_1.html",
        '<h1>工信部公告</h1><span id="con_time">2026-09-11</span><div class="ccontent"><p>公告。</p></div>',
    )
    (document,) = place.poll(options("miit-wjfb"), "/zwgk/index.html").documents
    assert shown([document]) == [("工信部公告", "2026-09-11")]
    assert "/api/unit?webId=8d&pageNo=1" in place.asked
