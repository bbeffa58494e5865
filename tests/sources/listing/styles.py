"""List pages in many styles, each with all that stands around a list on a real site. What is right is known: ITEMS."""

ITEMS = [
    ("关于组织申报2026年度省级科技计划项目的通知", "/art/c9/{n}.html", "2026-09-15"),
    ("关于公布第三批创新型企业名单的公告", "/art/c9/{n}.html", "2026-09-14"),
    ("四川省技术转移机构管理办法政策解读", "/art/c9/{n}.html", "2026-09-11"),
    ("关于征求《数据要素流通规则》意见的函", "/art/c9/{n}.html", "2026-09-08"),
    ("省重点实验室年度考核结果公示", "/art/c9/{n}.html", "2026-09-05"),
    ("关于召开科技金融对接会的预备通知", "/art/c8/{n}.html", "2026-08-30"),
    ("2026年第二批科技成果登记公告", "/art/c8/{n}.html", "2026-08-21"),
    ("关于推荐国家科学技术奖候选项目的通知", "/art/c8/{n}.html", "2026-08-12"),
]
Entry = tuple[str, str, str]
ENTRIES: list[Entry] = [(title, link.format(n=100 + n), day) for n, (title, link, day) in enumerate(ITEMS)]
MENU = ["首页", "机构概况", "政务公开", "政策法规", "办事服务", "互动交流", "专题专栏", "科技管理信息系统"]
FRIENDS = [
    "科学技术部",
    "四川省人民政府",
    "国家知识产权局",
    "中国科学院成都分院",
    "四川省经济和信息化厅",
    "成都市科技局",
]


def around(body: str) -> str:
    """The site: a head with a menu, a column beside, friends, a pager and a foot."""
    menu = "".join(f'<li><a href="/col/{n}/index.html">{name}</a></li>' for n, name in enumerate(MENU))
    friends = "".join(f'<li><a href="http://site{n}.example.org/">{name}</a></li>' for n, name in enumerate(FRIENDS))
    side = "".join(f'<li><a href="/zt/{n}.html">专题栏目之{name}建设情况</a></li>' for n, name in enumerate(MENU[:5]))
    pager = "".join(f'<a href="index_{n}.html">{n}</a>' for n in range(1, 6))
    return (
        f'<html><body><div class="top"><ul class="menu">{menu}</ul></div>'
        f'<div class="left"><h3>专题</h3><ul>{side}</ul></div>{body}'
        f'<div class="page">{pager}<a href="index_2.html">下一页</a></div><div class="links"><ul>{friends}</ul></div>'
        '<div class="footer"><a href="/map">网站地图</a> 版权所有 2026-01-01</div></body></html>'
    )


def _row(form: str, n: int) -> str:
    title, link, day = ENTRIES[n]
    return form.format(
        t=title,
        u=link,
        d=day,
        n=n,
        cut=title[:9],
        short=day[2:],
        day=day[8:],
        month=day[:7],
        odd="odd" if n % 2 else "even",
    )


def _each(head: str, form: str, foot: str) -> str:
    return head + "".join(_row(form, n) for n in range(len(ENTRIES))) + foot


PLAIN = '<li><a href="{u}">{t}</a><span>{d}</span></li>'
STYLES: dict[str, str] = {
    "plain": _each("<ul class='list'>", PLAIN, "</ul>"),
    "date first": _each("<ul id='news'>", '<li><em>[{d}]</em><a href="{u}">{t}</a></li>', "</ul>"),
    "cut, with title": _each(
        "<ul class='doc_list'>", '<li><a href="{u}" title="{t}">{cut}...</a><span class="date">{d}</span></li>', "</ul>"
    ),
    "date within the link": _each(
        "<ul class='nl'>", '<li><a href="{u}"><span class="t">{t}</span><span class="d">{d}</span></a></li>', "</ul>"
    ),
    "table": _each(
        "<table class='tb'><tr><th>序号</th><th>标题</th><th>日期</th></tr>",
        '<tr><td>{n}</td><td><a href="{u}">{t}</a></td><td class="rq">{d}</td></tr>',
        "</table>",
    ),
    "a table a row": _each(
        "<div id='main'>", '<table><tr><td>·<a href="{u}">{t}</a></td><td>({d})</td></tr></table>', "</div>"
    ),
    "definitions": _each("<dl class='dlist'>", '<dd><a href="{u}">{t}</a><span>{d}</span></dd>', "</dl>"),
    "cards": _each(
        "<div class='cards'>",
        '<div class="card c{n}"><h4><a href="{u}">{t}</a></h4><p>本文说明了有关情况，全文见后。</p>'
        '<div class="meta">发布时间：{d}</div><a class="more" href="{u}">更多</a></div>',
        "</div>",
    ),
    "a box for the day": _each(
        "<ul class='box'>", '<li><div class="day"><b>{day}</b><i>{month}</i></div><a href="{u}">{t}</a></li>', "</ul>"
    ),
    "lines between": _each("<ul class='ll'>", PLAIN + "<li class='line'></li>", "</ul>"),
    "classes that change": _each(
        "<ul class='ol'>", '<li class="{odd} n{n}"><a href="{u}">{t}</a><span>{d}</span></li>', "</ul>"
    ),
    "a column before the title": _each(
        "<ul class='two'>",
        '<li><a class="lm" href="/lm/1/">[公告]</a><a href="{u}">{t}</a><span>{d}</span></li>',
        "</ul>",
    ),
    "no dates": _each("<ul class='nd'>", '<li><a href="{u}">{t}</a></li>', "</ul>"),
    "bare links": _each("<div class='bare'>", '<p><a href="{u}">{t}</a> {d}</p>', "</div>"),
    "links as rows": _each(
        "<div class='rows'>", '<a class="row" href="{u}"><h3>{t}</h3><time>{d}</time></a>', "</div>"
    ),
    "nested without names": _each("<div><div><ul>", PLAIN, "</ul></div></div>"),
    "in groups of three": "<div class='lb'>"
    + "".join("<ul>" + "".join(_row(PLAIN, n) for n in range(at, min(at + 3, 8))) + "</ul>" for at in (0, 3, 6))
    + "</div>",
    "short dates": _each("<ul class='sd'>", '<li><a href="{u}">{t}</a><i>{short}</i></li>', "</ul>"),
}

NO_LISTS: dict[str, str] = {
    "nothing but the site": "",
    "an article": "<h1>关于组织申报的通知</h1><p>各有关单位：</p>" + "<p>现将有关事项通知如下，请遵照执行。</p>" * 8,
    "an article with attachments": "<h1>通知</h1><div class='c'><p>正文如下。</p>"
    + "".join(f'<p><a href="/f/{n}.docx">附件{n}</a></p>' for n in range(1, 4))
    + "</div>",
    "a form": "<form><input name='q'><button>搜索</button></form>",
}
