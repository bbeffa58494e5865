"""What stands elsewhere than where it is read: marks in the margins, footnotes, articles that go on on another page."""

from collections.abc import Sequence

from bulletins.sheets import Text, pdf
from notifier.bulletins import read
from notifier.domain import Bulletin, Document, Paragraph

FULL = "企业牵头组建创新联合体，完善配套政策，推进平台建设，支持"
Sheet = list[Text]


def _read(*sheets: Sequence[Text]) -> Bulletin:
    return read(Document(key="k", name="k.pdf", media_type="", content=pdf(sheets)))


def _article(y: float, title: str, *lines: str) -> Sheet:
    """A title and the lines of one paragraph."""
    body = [Text(112 if at == 0 else 80, y + 34 + 26 * at, text, 16) for at, text in enumerate(lines)]
    return [Text(170, y, title, 20), *body]


def _told(bulletin: Bulletin) -> list[tuple[str, list[str]]]:
    found = []
    for article in bulletin.articles:
        assert isinstance(article.body, tuple)
        found.append((article.title, [block.display() for block in article.body]))
    return found


HEAD = [Text(200, 80, "创新要参", 36), Text(220, 110, "2026年第8期"), Text(220, 136, "2026年3月5日")]


def _upright(text: str, x: float = 30.0) -> Sheet:
    """Down the side; a character a line."""
    return [Text(x, 300 + 12 * at, char, 10) for at, char in enumerate(text)]


def test_marks_that_run_down_the_side_are_no_text() -> None:
    sheets = []
    for at, x in (("一", 30.0), ("二", 560.0)):
        lines = [f"第{at}批{FULL[:22]}", *[f"{FULL[:24]}{at}{line}" for line in range(10, 20)], "取得进展。"]
        sheets.append([*_article(200, f"清溪市推进平台建设之{at}", *lines), *_upright(f"云岭科技第九期第{at}页", x)])
    told = _told(_read([*HEAD, *sheets[0]], sheets[1]))
    assert [title for title, _ in told] == ["清溪市推进平台建设之一", "清溪市推进平台建设之二"]
    assert [(len(body), body[0][:3], body[0][-5:]) for _, body in told] == [
        (1, "第一批", "取得进展。"),
        (1, "第二批", "取得进展。"),
    ]
    assert not any("云岭" in body[0] for _, body in told)


def test_words_down_the_side_of_one_page_only_are_text() -> None:
    lines = [FULL[:26], *[f"{FULL[:26]}{line}" for line in range(14)], "取得进展。"]
    sheet = [*_article(100, "清溪市推进平台建设", *lines), *_upright("特别报道")]
    shown = "".join(text for _, body in _told(_read(sheet)) for text in body)
    assert all(char in shown for char in "特别报道")


def test_an_article_goes_on_where_it_says() -> None:
    """Its rest stands behind another article, on another page; the paragraph that was cut is whole."""
    first = [*HEAD, *_article(200, "清溪市推进平台建设", FULL[:26], FULL, "组建联合体，（下转第2页）"),
             *_article(400, "南湾市组建创新联合体", FULL[:26], FULL, "牵头组建。")]  # fmt: skip
    second = [*_article(100, "北川县建设数字茶园", FULL[:26], FULL, "牵头建设。"),
              Text(80, 300, "（上接第1页《清溪市推进平台建设》）", 16), Text(80, 326, "成果丰硕。", 16),
              Text(112, 352, "下一步将扩大试点。", 16)]  # fmt: skip
    told = _told(_read(first, second))
    assert [(title, body[-1][-5:]) for title, body in told] == [
        ("清溪市推进平台建设", "扩大试点。"),
        ("南湾市组建创新联合体", "牵头组建。"),
        ("北川县建设数字茶园", "牵头建设。"),
    ]
    assert "组建联合体，成果丰硕。" in "".join(told[0][1])
    assert not any(word in text for _, body in told for text in body for word in ("下转", "上接"))


def test_a_mention_of_another_page_is_no_continuation() -> None:
    lines = ["全省各地推进平台建设，详见第3页，相关内容上接第1页的报道。"]
    assert _told(_read(_article(100, "清溪市推进平台建设", *lines)))[0][1] == lines


def test_a_footnote_belongs_to_the_article_that_has_its_number() -> None:
    sheet = [*HEAD, *_article(200, "清溪市推进平台建设", FULL[:22] + "算力券[1]", FULL, "牵头。"),
             *_article(400, "南湾市组建创新联合体", FULL[:26], FULL, "牵头组建。"),
             Text(80, 740, "[1] 由政府发放的电子凭证。", 9)]  # fmt: skip
    told = _told(_read(sheet, _article(100, "北川县建设数字茶园", FULL[:26], FULL, "牵头建设。")))
    assert [title for title, _ in told] == ["清溪市推进平台建设", "南湾市组建创新联合体", "北川县建设数字茶园"]
    assert told[0][1][-1] == "[1] 由政府发放的电子凭证。"
    assert not any("凭证" in text for _, body in told[1:] for text in body)


def test_footnotes_that_count_are_no_points() -> None:
    sheet = [*HEAD, *_article(200, "清溪市推进平台建设", FULL[:22] + "算力券①", FULL, "由企业牵头②。"),
             Text(80, 720, "① 由政府发放的电子凭证。", 9), Text(80, 733, "② 指上一年度的数据。", 9)]  # fmt: skip
    body = _read(sheet).articles[0].body
    assert isinstance(body, tuple)
    assert [type(block) for block in body] == [Paragraph] * 3
    assert [block.display() for block in body[1:]] == ["① 由政府发放的电子凭证。", "② 指上一年度的数据。"]
