"""DOCX: what a reader of the printed document sees, and nothing that only the file knows."""

import json
from pathlib import Path

import pytest

from bulletins.word import by_hand, document, made, p, zipped
from notifier.bulletins import identity, read
from notifier.bulletins.formats.docx.numbering import formatted
from notifier.bulletins.formats.docx.reader import read_docx
from notifier.domain import Bulletin, Document, Paragraph, Point, Table, bulletin_to_dict
from notifier.errors import ReadError

TEXT = "近日，省科技厅印发《若干措施》，支持企业牵头组建创新联合体。"


def _texts(docx: Document) -> list[str]:
    return [line.text for line in read_docx(docx).lines]


def _bare(bulletin: Bulletin) -> str:
    return "".join(json.dumps(bulletin_to_dict(bulletin), ensure_ascii=False).split())


def test_the_real_bulletin_reads_as_its_right_reading_and_is_the_same_bulletin_as_its_text(shared: Path) -> None:
    bulletin = read(document((shared / "bulletins" / "52.docx").read_bytes()))
    gold = (shared / "bulletins" / "52.gold.json").read_text("utf-8")
    assert _bare(bulletin) == "".join(json.dumps(json.loads(gold), ensure_ascii=False).split())
    text = (shared / "bulletins" / "52.txt").read_bytes()
    assert identity(bulletin) == identity(read(Document(key="t", name="52.txt", media_type="", content=text)))


def test_insertions_stay_and_deletions_hidden_text_and_page_numbers_go() -> None:
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t></w:r>"
    page = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> PAGE </w:instrText></w:r>'
    page += '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>7</w:t></w:r>'
    page += '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    assert _texts(
        by_hand(
            p("留", "<w:ins><w:r><w:t>增</w:t></w:r></w:ins>", "<w:del><w:r><w:delText>删</w:delText></w:r></w:del>")
            + p("<w:moveFrom><w:r><w:t>移</w:t></w:r></w:moveFrom>", "<w:moveTo><w:r><w:t>到</w:t></w:r></w:moveTo>")
            + p("见", hidden, '<w:hyperlink><w:r><w:t>链接</w:t></w:r></w:hyperlink>')
            + p("第", page, "页")
            + p('<w:fldSimple w:instr=" NUMPAGES "><w:r><w:t>9</w:t></w:r></w:fldSimple>', "末")
            + p('<w:fldSimple w:instr=" REF x "><w:r><w:t>引用</w:t></w:r></w:fldSimple>')
        )
    ) == ["留增", "到", "见链接", "第页", "末", "引用"]  # fmt: skip


def test_a_text_box_is_read_once_although_the_file_has_it_twice() -> None:
    inner = f"<w:txbxContent>{p('框中文字')}</w:txbxContent>"
    box = "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing>"
    box += f"<wps:txbx>{inner}</wps:txbx></w:drawing></mc:Choice>"
    box += f"<mc:Fallback><w:pict><v:textbox>{inner}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    old = f"<w:r><w:pict><v:textbox><w:txbxContent>{p('旧框')}</w:txbxContent></v:textbox></w:pict></w:r>"
    assert _texts(by_hand(p("前文", box, "后文") + p(old))) == ["前文后文", "框中文字", "旧框"]


NUMBERS = """
<w:abstractNum w:abstractNumId="1">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="（%2）"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2.%3"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="2">
<w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="&#xf06c;"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="1"/>
<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>
"""


def _item(text: str, number: int, level: int = 0) -> str:
    return p(text, style=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def test_automatic_numbers_are_part_of_the_text_as_printed() -> None:
    body = (
        _item("甲", 1) + _item("乙", 1, 1) + _item("丙", 1, 1) + _item("丁", 1, 2) + _item("戊", 1) + _item("己", 1, 1)
    )
    body += _item("庚", 2) + _item("辛", 3) + _item("", 1) + _item("壬", 1)
    assert _texts(by_hand(body, numbering=NUMBERS)) == [
        "一、甲", "（1）乙", "（2）丙", "2.1 丁", "二、戊", "（1）己", "● 庚", "五、辛", "三、壬",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (1, "decimal", "1"), (10, "chineseCounting", "十"), (12, "chineseCountingThousand", "十二"),
        (105, "chineseCounting", "一百零五"), (110, "japaneseCounting", "一百一十"), (20, "chineseCounting", "二十"),
        (3, "decimalEnclosedCircle", "③"), (21, "decimalEnclosedCircle", "21"), (2, "decimalEnclosedParen", "⑵"),
        (4, "upperRoman", "IV"), (28, "lowerLetter", "bb"), (3, "chineseLegalSimplified", "叁"),
        (2, "ideographTraditional", "乙"), (7, "decimalZero", "07"), (12, "decimalFullWidth", "１２"), (5, "none", ""),
    ],
)  # fmt: skip
def test_forms_of_numbers(value: int, form: str, text: str) -> None:
    assert formatted(value, form) == text


def test_numbered_paragraphs_are_points() -> None:
    body = (
        p("某省出台措施支持企业创新")
        + p(TEXT)
        + _item("加强投入。加大力度。", 1, 1)
        + _item("优化服务。主动上门。", 1, 1)
    )
    [article] = read(by_hand(body, numbering=NUMBERS)).articles
    assert article.body == (
        Paragraph(TEXT), Point(1, "加强投入", "加大力度。"), Point(2, "优化服务", "主动上门。"),
    )  # fmt: skip


def test_outline_levels_sizes_and_indents_are_read_through_styles() -> None:
    styles = """<w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="21"/></w:rPr></w:rPrDefault></w:docDefaults>
    <w:style w:type="paragraph" w:styleId="a"><w:name w:val="base"/>
    <w:pPr><w:ind w:firstLineChars="200"/></w:pPr></w:style>
    <w:style w:type="paragraph" w:styleId="b"><w:name w:val="x"/><w:basedOn w:val="a"/>
    <w:rPr><w:b/><w:sz w:val="32"/></w:rPr></w:style>
    <w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 2"/><w:basedOn w:val="1"/></w:style>"""
    body = p("正文") + p("子", style='<w:pStyle w:val="b"/>') + p("题", style='<w:pStyle w:val="1"/>')
    body += p("纲", style='<w:outlineLvl w:val="0"/>')
    found = [(line.text, line.size, line.indent, line.level) for line in read_docx(by_hand(body, styles=styles)).lines]
    assert found == [("正文", 10.5, 0, 0), ("子", 16.0, 4, 0), ("题", 10.5, 0, 2), ("纲", 10.5, 0, 1)]


def test_pages_are_counted_once_where_word_and_the_writer_both_broke_one() -> None:
    hand, rendered = '<w:r><w:br w:type="page"/></w:r>', "<w:r><w:lastRenderedPageBreak/><w:t>丙</w:t></w:r>"
    body = p("甲") + p("乙", hand) + p(rendered) + p("<w:r><w:lastRenderedPageBreak/></w:r>", "丁")
    body += p("戊", style="<w:pageBreakBefore/>")
    assert [(line.text, line.page) for line in read_docx(by_hand(body)).lines] == [
        ("甲", 1), ("乙", 1), ("丙", 2), ("丁", 3), ("戊", 4),
    ]  # fmt: skip


def test_a_document_without_breaks_knows_no_pages() -> None:
    assert {line.page for line in read_docx(by_hand(p("甲") + p("乙"))).lines} == {0}


def test_a_note_stands_behind_the_paragraph_that_refers_to_it() -> None:
    notes = (
        f'<w:footnote w:type="separator" w:id="0">{p("线")}</w:footnote><w:footnote w:id="2">{p("注文。")}</w:footnote>'
    )
    body = p("甲文。", '<w:r><w:footnoteReference w:id="2"/></w:r>') + p("乙文。")
    assert _texts(by_hand(body, footnotes=notes)) == ["甲文。", "注文。", "乙文。"]


def test_the_running_head_goes_but_a_header_that_alone_holds_the_masthead_is_read() -> None:
    def write(docx: object, head: str) -> None:
        docx.sections[0].header.paragraphs[0].text = head  # type: ignore[attr-defined]
        docx.sections[0].footer.paragraphs[0].text = "— 1 —"  # type: ignore[attr-defined]
        docx.add_paragraph("【动态】")  # type: ignore[attr-defined]
        docx.add_paragraph("某省出台措施支持企业创新发展")  # type: ignore[attr-defined]
        docx.add_paragraph(TEXT)  # type: ignore[attr-defined]

    bulletin = read(made(lambda docx: write(docx, "云岭简报　2026年第5期")))
    assert (bulletin.title, bulletin.issue) == ("云岭简报", "5")
    assert [article.text for article in bulletin.articles] == [TEXT]
    assert read(made(lambda docx: write(docx, "某某公司文件"))).title == ""


def test_a_table_is_a_block_of_rows_with_merged_cells_once() -> None:
    def write(docx: object) -> None:
        docx.add_paragraph("某省公布研发投入情况")  # type: ignore[attr-defined]
        docx.add_paragraph(TEXT)  # type: ignore[attr-defined]
        table = docx.add_table(rows=3, cols=3)  # type: ignore[attr-defined]
        for row, texts in zip(
            table.rows, (("市", "投入", "增长"), ("广元", "12亿元", ""), ("", "3%", "核电")), strict=True
        ):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
        table.cell(1, 0).merge(table.cell(2, 0))
        table.cell(1, 1).merge(table.cell(1, 2))
        docx.add_paragraph("特此公布。")  # type: ignore[attr-defined]

    [article] = read(made(write)).articles
    assert article.body == (
        Paragraph(TEXT),
        Table((("市", "投入", "增长"), ("广元", "12亿元", ""), ("", "3%", "核电"))),
        Paragraph("特此公布。"),
    )
    assert "| 广元 | 12亿元 |  |" in article.text


def test_masthead_contents_and_foot_in_tables_are_text() -> None:
    def table(docx: object, *rows: tuple[str, ...]) -> None:
        made = docx.add_table(rows=len(rows), cols=len(rows[0]))  # type: ignore[attr-defined]
        for row, texts in zip(made.rows, rows, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text

    def write(docx: object) -> None:
        table(docx, ("云岭科技简报", ""), ("2026年第5期", "2026年3月5日"))
        docx.add_paragraph("目录")  # type: ignore[attr-defined]
        table(docx, ("南湾市推行科研助理岗位招聘", "2"), ("北川县建设科技成果转化平台", "3"))
        for title in ("南湾市推行科研助理岗位招聘", "北川县建设科技成果转化平台"):
            docx.add_paragraph(title)  # type: ignore[attr-defined]
            docx.add_paragraph(TEXT)  # type: ignore[attr-defined]
        table(docx, ("主送：", "省委办公厅，省政府办公厅。"), ("云岭省科技厅办公室", "2026年3月5日印发"))

    bulletin = read(made(write))
    assert (bulletin.title, bulletin.issue, str(bulletin.date)) == ("云岭科技简报", "5", "2026-03-05")
    assert [(article.title, article.text) for article in bulletin.articles] == [
        ("南湾市推行科研助理岗位招聘", TEXT), ("北川县建设科技成果转化平台", TEXT),
    ]  # fmt: skip
    assert bulletin.distribution.to == ("省委办公厅", "省政府办公厅")
    assert bulletin.imprint.issuer == "云岭省科技厅办公室"


def test_a_title_over_two_lines_or_two_paragraphs_is_one_title() -> None:
    body = p("【动态】") + p(
        "云岭省加快构建科技金融体制<w:br/>".replace("<w:br/>", ""), "<w:r><w:br/></w:r>", "支撑高水平科技自立自强"
    )
    body += p(TEXT) + p("南湾市推行科研助理") + p("岗位一站式招聘服务") + p(TEXT)
    assert [article.title for article in read(by_hand(body)).articles] == [
        "云岭省加快构建科技金融体制支撑高水平科技自立自强", "南湾市推行科研助理岗位一站式招聘服务",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        zipped([("word/document.xml", "")]),
        zipped([("word/document.xml", "<w:document")]),
        zipped([("word/document.xml", "<a/>"), ("word/styles.xml", "<b")]),
        zipped([("word/document.xml", "<a/>")])[:-30],
        zipped([("word/document.xml", '<?xml version="1.0" encoding="cp037"?><a/>')]),
    ],
)  # fmt: skip
def test_a_broken_or_empty_file_is_a_clear_error(content: bytes) -> None:
    with pytest.raises(ReadError):
        read(document(content))


def test_entities_are_refused_in_every_encoding() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><a>&b;</a>'
    for content in (bomb.encode(), bomb.encode("utf-16"), b'<?xml version="1.0" encoding="utf-16"?>' + bomb.encode()):
        with pytest.raises(ReadError):
            read(document(zipped([("word/document.xml", content)])))


def test_bombs_are_refused_without_unpacking_them() -> None:
    for size in (2 * 1024**2, 64 * 1024**2):
        with pytest.raises(ReadError, match="过大"):
            read(document(zipped([("word/document.xml", b" " * size)])))
    deep = "<a>" * 5_000 + "</a>" * 5_000
    with pytest.raises(ReadError, match="嵌套"):
        read(document(zipped([("word/document.xml", deep)])))
