"""An article on a page: whole, with its hits and the pages of the original."""

from notifier.domain import Article, Entry, Hit, Paragraph, Place, Point, Reason, Table
from notifier.rendering.reading import BlockView, reading_view


def _entry(article: Article, *texts: str) -> Entry:
    hits = []
    for text in texts:
        start = article.text.index(text)
        hits.append(Hit("body", start, start + len(text), text, text))
    return Entry("urn:1", article, (Reason("规则", tuple(hits), 0.9),) if hits else ())


def _marked(block: BlockView) -> list[str]:
    cells = [cell for row in block.rows for cell in row]
    return [part.text for segments in (block.segments, *cells) for part in segments if part.mark]


def test_each_block_is_shown_with_its_hits() -> None:
    article = Article("标题", body=(Paragraph("省里推进科技金融。"), Point(2, "广元行动", "核电并网。")))
    view = reading_view(_entry(article, "科技金融", "广元"), "zh-CN")
    assert [_marked(block) for block in view.blocks] == [["科技金融"], ["广元"]]
    assert "".join(part.text for part in view.blocks[1].segments) == "（2）广元行动。核电并网。"
    assert [part.text for part in view.blocks[1].segments if part.strong] == ["（2）", "广元", "行动。"]
    assert view.hits == 2


def test_a_table_keeps_its_cells_and_the_hits_in_them() -> None:
    table = Table((("项目", "地区"), ("核电 | 一期", ""), ("储能", "广元市")))
    article = Article("标题", body=(Paragraph("附表。"), table, Paragraph("广元以外不列。")))
    view = reading_view(_entry(article, "广元市", "储能"), "zh-CN")
    rows = [["".join(part.text for part in cell) for cell in row] for row in view.blocks[1].rows]
    assert rows == [list(row) for row in table.rows]
    assert _marked(view.blocks[1]) == ["储能", "广元市"]
    assert _marked(view.blocks[2]) == []


def test_a_page_of_the_original_is_named_where_it_begins() -> None:
    article = Article(
        "标题",
        body=tuple(Paragraph(text, Place(page)) for text, page in (("一", 3), ("二", 3), ("三", 5), ("四", 4))),
        url="https://example.org/a.pdf",
    )
    view = reading_view(_entry(article), "zh-CN")
    assert [block.page for block in view.blocks] == [3, 0, 5, 0]
    assert view.blocks[2].link == "https://example.org/a.pdf#page=5"
    web = reading_view(_entry(Article("标题", body=article.body, url="https://example.org/a.html")), "zh-CN")
    assert [block.link for block in web.blocks] == [""] * 4


def test_a_text_without_blocks_is_cut_at_its_blank_lines() -> None:
    view = reading_view(_entry(Article("标题", body="第一段提到核电。\n\n\n第二段。"), "核电"), "zh-CN")
    assert ["".join(part.text for part in block.segments) for block in view.blocks] == ["第一段提到核电。", "第二段。"]
    assert view.hits == 1
