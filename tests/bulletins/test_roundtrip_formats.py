"""What a printer prints as DOCX and as HTML reads back as the same articles: nothing lost, nothing twice."""

import dataclasses
from dataclasses import dataclass
from xml.sax.saxutils import escape

from hypothesis import given, settings
from hypothesis import strategies as st

from bulletins.generated import bulletins
from bulletins.word import by_hand, p
from notifier.bulletins import identity, read
from notifier.domain import Block, Bulletin, Document, Point, Table

TABLE = Table((("市州", "投入（亿元）", "增长"), ("绵阳", "320", "4.4%"), ("广元", "", "核电")))


@dataclass(frozen=True)
class DocxStyle:
    """How Word users set the parts: by hand, by styles, with automatic numbers, in tables."""

    section: str = "【{}】"
    heading_styles: bool = False
    automatic: bool = False
    contents: bool = False
    foot_table: bool = False
    head_table: bool = False
    revised: bool = False
    paged: bool = False


DOCX_STYLES = (
    DocxStyle(),
    DocxStyle(contents=True),
    DocxStyle(heading_styles=True, section="{}"),
    DocxStyle(automatic=True, foot_table=True),
    DocxStyle(head_table=True, revised=True),
    DocxStyle(contents=True, paged=True, foot_table=True, automatic=True),
)
NUMBERS = """<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/>
<w:lvlText w:val="（%1）"/></w:lvl></w:abstractNum>{}"""
LOOKS = """<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/></w:style>
<w:style w:type="paragraph" w:styleId="H2"><w:name w:val="heading 2"/></w:style>"""
HEAD = ("创新要参", "2026年第8期（总第126期）", "某省科学技术厅　　2026年3月5日")
FOOT = ("主送：甲，乙、丙。", "抄送：丁；戊。", "某省科学技术厅办公室　2026年3月5日印发")


@st.composite
def _with_tables(draw: st.DrawFn) -> Bulletin:
    """Some articles have a table between their paragraphs and points."""
    bulletin = draw(bulletins())
    sections = []
    for section in bulletin.sections:
        articles = []
        for article in section.articles:
            assert isinstance(article.body, tuple)
            body = (article.body[0], TABLE, *article.body[1:]) if draw(st.booleans()) else article.body
            articles.append(dataclasses.replace(article, body=body))
        sections.append(dataclasses.replace(section, articles=tuple(articles)))
    return dataclasses.replace(bulletin, sections=tuple(sections))


def _same(got: Bulletin, bulletin: Bulletin) -> None:
    assert [(s.name, [(a.title, a.body) for a in s.articles]) for s in got.sections] == [
        (s.name, [(a.title, a.body) for a in s.articles]) for s in bulletin.sections
    ]
    assert (got.title, got.issue, got.date, got.publishers) == ("创新要参", "8", bulletin.date, bulletin.publishers)
    assert (got.distribution.to, got.distribution.cc) == (("甲", "乙、丙"), ("丁", "戊"))
    assert got.imprint.issuer == "某省科学技术厅办公室"


# --- DOCX -----------------------------------------------------------------------------------------------------


def _head(text: str, level: int, style: DocxStyle) -> str:
    if style.heading_styles:
        return p(escape(text), style=f'<w:pStyle w:val="H{level}"/>')
    return p(
        f'<w:r><w:rPr><w:b/><w:sz w:val="36"/></w:rPr><w:t>{escape(text)}</w:t></w:r>', style='<w:jc w:val="center"/>'
    )


def _table(*rows: tuple[str, ...]) -> str:
    cells = ["".join(f"<w:tc>{p(escape(text)) if text else p()}</w:tc>" for text in row) for row in rows]
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def _docx_block(block: Block, style: DocxStyle, number: int) -> str:
    if isinstance(block, Table):
        return _table(*block.rows)
    if isinstance(block, Point) and style.automatic:
        return p(
            escape(f"{block.heading}。{block.text}"),
            style=f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>',
        )
    text = block.display()
    if style.revised:  # typed in two goes, something struck out between, and a field
        half = len(text) // 2
        gone = "<w:del><w:r><w:delText>删去的话。</w:delText></w:r></w:del>"
        more = f'<w:ins><w:r><w:t xml:space="preserve">{escape(text[half:])}</w:t></w:r></w:ins>'
        return p(escape(text[:half]), gone, more, style='<w:ind w:firstLineChars="200"/>')
    return p(escape(text))


def _docx(bulletin: Bulletin, style: DocxStyle) -> Document:
    parts = [_table((HEAD[0],), (HEAD[1],), (HEAD[2],))] if style.head_table else [p(text) for text in HEAD]
    if style.contents:
        parts.append(p("目　录"))
        for section in bulletin.sections:
            parts.append(p(f"<w:r><w:t>{section.name}</w:t><w:tab/><w:t>2</w:t></w:r>"))
            parts += [p(f"●{escape(article.title)}") for article in section.articles]
    lists = 0
    for section in bulletin.sections:
        parts.append(_head(style.section.format(section.name), 1, style))
        for article in section.articles:
            lists += 1
            assert isinstance(article.body, tuple)
            page = '<w:r><w:br w:type="page"/></w:r>' if style.paged and lists > 1 else ""
            parts.append(p(page) if page else "")
            parts.append(_head(article.title, 2, style))
            parts += [_docx_block(block, style, lists) for block in article.body]
    one_table = _table((FOOT[0],), (FOOT[1],), tuple(FOOT[2].split("　")))
    parts.append(one_table if style.foot_table else "".join(p(text) for text in FOOT))
    numbers = "".join(
        f'<w:num w:numId="{at}"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/>'
        "</w:lvlOverride></w:num>"
        for at in range(1, lists + 1)
    )
    return by_hand("".join(parts), numbering=NUMBERS.format(numbers), styles=LOOKS)


@settings(max_examples=60, deadline=None)
@given(_with_tables(), st.sampled_from(DOCX_STYLES))
def test_a_bulletin_printed_as_docx_reads_back(bulletin: Bulletin, style: DocxStyle) -> None:
    got = read(_docx(bulletin, style))
    _same(got, bulletin)
    assert identity(got) == identity(dataclasses.replace(bulletin, sections=()))


# --- HTML -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class HtmlStyle:
    """How pages are made: with headings or without, with a site around or none, paragraphs by <p> or <br>."""

    headings: bool = True
    site: bool = False
    breaks: bool = False
    ordered: bool = False
    nested: bool = False


HTML_STYLES = (
    HtmlStyle(),
    HtmlStyle(site=True),
    HtmlStyle(headings=False, breaks=True),
    HtmlStyle(site=True, nested=True),
    HtmlStyle(headings=False, site=True, nested=True),
)
SITE = """<!DOCTYPE html><html><head><title>创新要参第8期_某省科学技术厅</title>
<meta name="SiteName" content="某省科学技术厅"></head><body>
<div class="top-nav"><ul><li><a href="/">首页</a></li><li><a href="/1">动态</a></li><li><a href="/2">政策</a></li></ul>
</div>
<div class="crumbs">当前位置：<a href="/">首页</a> &gt; <a href="/1">动态</a></div>{}
<div id="footer"><p>版权所有：某省科学技术厅　技术支持：某公司。</p><p>蜀ICP备12345号</p></div></body></html>"""


def _html_block(block: Block) -> str:
    if isinstance(block, Table):
        rows = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in block.rows)
        return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
    return escape(block.display())


def _html(bulletin: Bulletin, style: HtmlStyle) -> Document:
    def line(text: str) -> str:
        return (
            text
            if text.startswith("<table")
            else f"　　{text}<br/>\n"
            if style.breaks
            else f"<p>&nbsp;&nbsp;{text}</p>\n"
        )

    parts = [line(escape(text)) for text in HEAD]
    for section in bulletin.sections:
        parts.append(f"<h2>{section.name}</h2>" if style.headings else line(f"【{section.name}】"))
        for article in section.articles:
            parts.append(
                f"<h3>{escape(article.title)}</h3>" if style.headings else line(f"<b>{escape(article.title)}</b>")
            )
            body = "".join(line(_html_block(block)) for block in article.body)  # type: ignore[arg-type]
            parts.append(f"<div class='text'>{body}</div>" if style.nested else body)
    parts += [line(escape(text)) for text in FOOT]
    content = f"<div class='wrap'><div class='main'>{''.join(parts)}</div></div>"
    page = SITE.format(content) if style.site else f"<html><body>{''.join(parts)}</body></html>"
    return Document(key="k", name="k.html", media_type="text/html", content=page.encode())


@settings(max_examples=60, deadline=None)
@given(_with_tables(), st.sampled_from(HTML_STYLES))
def test_a_bulletin_printed_as_html_reads_back(bulletin: Bulletin, style: HtmlStyle) -> None:
    _same(read(_html(bulletin, style)), bulletin)
