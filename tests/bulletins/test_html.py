"""HTML: whole pages give their content and what they say about it; fragments are taken as they are."""

import time

import pytest

from notifier.bulletins import read
from notifier.bulletins.formats.html.reader import read_html
from notifier.domain import Bulletin, Document, Paragraph, Point, Table

FIRST = "近日，省科技厅印发《若干措施》，支持企业牵头组建创新联合体，推动科技成果就地转化。"
SECOND = "下一步，省科技厅将会同有关部门抓好落实，定期开展跟踪问效。"


def _page(content: str | bytes, **facts: str) -> Document:
    raw = content.encode() if isinstance(content, str) else content
    return Document(**({"key": "k", "name": "p.html", "media_type": "text/html", "content": raw} | facts))  # type: ignore[arg-type]


def _bulletin(content: str) -> Bulletin:
    return read(_page(content))


SITE = """<!DOCTYPE html><html><head><meta charset="utf-8">
<title>云岭省出台若干措施支持企业创新_工作动态_云岭省科学技术厅</title>
<meta name="SiteName" content="云岭省科学技术厅"><meta name="PubDate" content="2026-03-05 10:20">
<meta name="ColumnName" content="工作动态"><meta name="ContentSource" content="政策法规处">{metas}
</head><body><div class="header"><img src="logo.png">
<div class="search"><form><input><a href="/">搜索</a></form></div></div>
<ul class="menu"><li><a href="/a">首页</a></li><li><a href="/b">机构</a></li><li><a href="/c">动态</a></li></ul>
<div class="wrap"><div class="crumbs">当前位置：<a href="/">首页</a> &gt; <a href="/b">工作动态</a></div>
<div class="main"><h1>云岭省出台若干措施支持企业创新</h1>
<div class="topbox">发布时间：2026-03-06　来源：云岭日报　浏览次数：12　【字号：大 中 小】</div>
<div class="{content}"><p>　　{first}</p><p>&nbsp;&nbsp;{second}</p>
<p style="display:none">看不见的文字不读入。</p>
<div class="share">分享到：<a href="#">微信</a></div></div></div>
<div class="side"><h3>相关阅读</h3><ul><li><a href="/1">某市开展科技活动周</a></li>
<li><a href="/2">某县建设成果平台</a></li>
<li><a href="/3">某区发布揭榜榜单</a></li></ul></div></div>
<div class="footer"><p>主办：云岭省科学技术厅　　地址：某路1号。邮编：610000，技术支持：某公司。</p></div>
<script>var x = "脚本里的字不是正文。";</script></body></html>"""


@pytest.mark.parametrize("content", ["TRS_Editor", "newsCon", "anything"])
def test_of_a_whole_page_the_content_is_read_and_the_site_around_it_is_not(content: str) -> None:
    bulletin = _bulletin(SITE.format(metas="", content=content, first=FIRST, second=SECOND))
    [article] = bulletin.articles
    assert article.title == "云岭省出台若干措施支持企业创新"
    assert article.body == (Paragraph(FIRST), Paragraph(SECOND))
    assert (article.section, article.byline, str(bulletin.date)) == ("工作动态", "政策法规处", "2026-03-05")


def test_without_metas_the_line_below_the_title_states_source_and_date() -> None:
    page = SITE.format(metas="", content="x", first=FIRST, second=SECOND)
    for name in ("PubDate", "ContentSource", "ColumnName"):
        page = page.replace(f'name="{name}"', 'name="x"')
    bulletin = _bulletin(page)
    assert (bulletin.articles[0].byline, str(bulletin.date)) == ("云岭日报", "2026-03-06")
    assert bulletin.articles[0].text == f"{FIRST}\n\n{SECOND}"


@pytest.mark.parametrize(
    ("title", "read_as"),
    [
        ("关于开展申报工作的通知_通知公告_云岭省科学技术厅", "关于开展申报工作的通知"),
        ("关于开展申报工作的通知-云岭省人民政府门户网站", "关于开展申报工作的通知"),
        ("实施方案（2025—2028年）", "实施方案（2025—2028年）"),
        ("云岭印发“十五五”规划 | 云岭网", "云岭印发“十五五”规划"),
        ("AI-driven drug discovery", "AI-driven drug discovery"),
    ],
)
def test_the_title_is_read_without_the_name_of_the_site(title: str, read_as: str) -> None:
    [article] = _bulletin(f"<html><head><title>{title}</title></head><body><p>{FIRST}</p></body></html>").articles
    assert article.title == read_as


def test_the_stated_title_goes_before_the_heading_of_the_site() -> None:
    head = '<head><meta name="ArticleTitle" content="关于申报的通知"></head>'
    page = f"<html>{head}<body><h1>云岭科技网</h1><p>{FIRST}</p></body></html>"
    assert _bulletin(page).articles[0].title == "关于申报的通知"


def test_a_source_may_say_where_the_content_is() -> None:
    page = _page(f"<html><body><div id=a><p>{FIRST}</p></div><div id=b><p>{SECOND}</p></div></body></html>")
    assert [line.text for line in read_html(page, content="#b").lines] == [SECOND]
    assert len(read_html(page, content="#missing").lines) == 2


def test_paragraphs_made_by_line_breaks_and_full_width_spaces() -> None:
    page = f"<html><head><title>标题文字</title></head><body>　　{FIRST}<br><br>　　{SECOND}<br></body></html>"
    lines = read_html(_page(page)).lines
    assert [(line.text, line.indent) for line in lines] == [(FIRST, 4), (SECOND, 4)]


def test_a_table_is_a_block_and_merged_cells_stand_once() -> None:
    table = (
        "<table><tr><th>市</th><th colspan=2>投入</th></tr><tr><td rowspan=2>广元</td><td>12亿元</td><td>核电</td></tr>"
    )
    table += "<tr><td>3%</td><td> <p>甲</p><p>乙</p></td></tr></table>"
    page = f"<html><head><title>研发投入公布</title></head><body><p>{FIRST}</p>{table}<p>{SECOND}</p></body></html>"
    [article] = _bulletin(page).articles
    assert article.body == (
        Paragraph(FIRST),
        Table((("市", "投入", ""), ("广元", "12亿元", "核电"), ("", "3%", "甲 乙"))),
        Paragraph(SECOND),
    )


def test_a_page_laid_out_in_tables_is_text() -> None:
    inner = f"<table><tr><td><p>{FIRST}</p></td></tr><tr><td><p>{SECOND}</p></td></tr></table>"
    head = "<head><title>题目文字</title></head>"
    page = f"<html>{head}<body><table><tr><td>{inner}</td><td></td></tr></table></body></html>"
    assert _bulletin(page).articles[0].body == (Paragraph(FIRST), Paragraph(SECOND))


def test_ordered_lists_show_their_numbers() -> None:
    items = "<ol><li>强化投入。加大力度。</li><li>优化服务。上门。</li></ol>"
    page = f"<html><head><title>措施印发</title></head><body><p>{FIRST}</p>{items}</body></html>"
    assert _bulletin(page).articles[0].body == (
        Paragraph(FIRST), Point(1, "强化投入", "加大力度。"), Point(2, "优化服务", "上门。"),
    )  # fmt: skip


def test_an_issue_on_a_page_keeps_its_masthead_and_foot_although_they_stand_outside_the_text() -> None:
    page = f"""<html><head><title>云岭科技简报第5期</title></head><body>
    <div class="header"><p>云岭科技简报</p><p>2026年第5期</p></div>
    <div class="text"><h2>部委动态</h2><h3>某部印发若干措施支持创新</h3><p>{FIRST}</p>
    <h3>某部开展专项行动促进转化</h3><p>{SECOND}</p></div>
    <div class="footer"><p>主送：省委办公厅。</p><p>云岭省科技厅办公室　2026年3月5日印发</p></div></body></html>"""
    bulletin = _bulletin(page)
    assert (bulletin.title, bulletin.issue, bulletin.distribution.to) == ("云岭科技简报", "5", ("省委办公厅",))
    assert [(a.section, a.title, a.text) for a in bulletin.articles] == [
        ("部委动态", "某部印发若干措施支持创新", FIRST), ("部委动态", "某部开展专项行动促进转化", SECOND),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("declared", "encoding"), [("gb2312", "utf-8"), ("utf-8", "gb18030"), ("gb2312", "gb18030"), ("big5", "gb18030")]
)
def test_what_a_page_declares_of_its_encoding_is_not_believed_against_its_bytes(declared: str, encoding: str) -> None:
    page = f'<html><head><meta charset="{declared}"><title>题目文字</title></head><body><p>{FIRST}</p></body></html>'
    assert read(_page(page.encode(encoding))).articles[0].text == FIRST


def test_a_page_of_wechat_is_read_although_a_script_is_to_show_it() -> None:
    text = f"<section><span>{FIRST}</span></section><section><section><p><span>{SECOND}</span></p></section></section>"
    page = '<html><head><meta property="og:title" content="创新联合体来了"></head>'
    page += '<body><div id="a"><h1>创新联合体来了</h1>'
    page += '<div><a href="javascript:void(0);">云岭科技</a><em>2026-03-05 10:00</em></div><div id="js_content" '
    page += f'style="visibility: hidden;">{text}</div></div><div id="js_pc_qr_code">微信扫一扫</div></body></html>'
    bulletin = _bulletin(page)
    assert bulletin.articles[0].title == "创新联合体来了"
    assert bulletin.articles[0].body == (Paragraph(FIRST), Paragraph(SECOND))


def test_a_page_of_plain_divisions_is_read_with_the_line_below_its_title() -> None:
    page = f"""<html><head><title>某市推进成果转化 - 某某网</title></head><body>
    <div class=nav><a href=1>首页</a><a href=2>要闻</a><a href=3>专题</a></div><div class=content>
    <div class=title>某市推进成果转化</div><div class=info>2026-03-05 10:00 来源：某日报 编辑：张三</div>
    <div class=article><div>　　{FIRST}</div><div><br></div><div>　　{SECOND}</div></div>
    <div class=prev>上一篇：<a href=p>某县建设平台</a></div></div></body></html>"""
    bulletin = _bulletin(page)
    [article] = bulletin.articles
    assert (article.title, article.byline, str(bulletin.date)) == ("某市推进成果转化", "某日报", "2026-03-05")
    assert article.body == (Paragraph(FIRST), Paragraph(SECOND))


def test_a_fragment_is_taken_whole() -> None:
    fragment = f'<div class="share">分享</div><p>{FIRST}</p><ul><li><a href="/1">甲</a></li></ul>'
    [article] = read(_page(fragment, title="标题")).articles
    assert article.text == f"分享\n\n{FIRST}\n\n甲"


@pytest.mark.parametrize(
    "content",
    [
        "<div>" * 10_000 + "字",
        "<html><body>" + "<table><tr><td>" * 5_000 + "字",
        "<html><body>" + "<b><i>" * 20_000 + "字",
        "<html><body><table>" + "<tr><td rowspan=65535 colspan=65535>字" * 200 + "</table>",
    ],
)
def test_deep_and_wide_pages_are_read_in_bounded_time(content: str) -> None:
    started = time.perf_counter()
    assert "字" in read(_page(content)).articles[0].title
    assert time.perf_counter() - started < 5
