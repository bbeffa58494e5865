"""What a letter shows: order, subject, reasons, size; and that foreign text stays text."""

import datetime as dt
import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from notifier.domain import (
    CITED,
    Article,
    Entry,
    Fact,
    Hit,
    Letter,
    MessageKind,
    Paragraph,
    Place,
    Reason,
    Schedule,
    body_from_list,
)
from notifier.errors import RenderError
from notifier.rendering import FEED, Renderer, assemble
from notifier.rendering.letters import fair_share, in_order, subject
from notifier.rendering.renderer import MAX_MAIL
from notifier.resources import resource

from .fiction import ALERT, DIGEST, ENTRIES, FIRST, RECIPIENT, SECOND, THIRD, entry, hits

EVIL = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "</title></style><script>alert(1)</script>",
    "<!--><script>alert(1)</script>-->",
    "{{ 7*7 }}{% for x in y %}",
    "</p></div><style>*{display:none}</style>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<a href='javascript:alert(1)'>x</a>",
    "<table background=//evil.example>",
]
LINKS = [
    "javascript:alert(1)",
    "data:text/html,x",
    "//evil.example",
    "http:x",
    "https://a b/",
    "vbscript:x",
    "\x01javascript:x",
]


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def mail(renderer: Renderer, *articles: Article) -> LexborHTMLParser:
    entries = tuple(Entry(str(n), article, (), position=n) for n, article in enumerate(articles))
    return LexborHTMLParser(renderer.letter(Letter(MessageKind.ALERT, entries)).html)


def test_subject_is_the_title_or_the_first_and_how_many() -> None:
    assert subject(ALERT) == FIRST.title
    assert subject(DIGEST).startswith("【日报】5月6日 ")
    assert subject(DIGEST).endswith(" 等 3 篇")
    assert subject(replace(DIGEST, schedule=Schedule.WEEKLY, language="en")).startswith("[Weekly digest] 6 May ")


def test_entries_keep_their_bulletins_order_newest_bulletin_first() -> None:
    assert [each.article.title for each in in_order(ENTRIES)] == [SECOND.title, FIRST.title, THIRD.title]
    assert in_order(reversed(ENTRIES)) == in_order(ENTRIES)
    newer = replace(ENTRIES[0], article=replace(THIRD, published_at=dt.datetime(2031, 6, 1, tzinfo=dt.UTC)))
    assert in_order((*ENTRIES[1:], newer))[0] is newer


def test_titles_stand_in_headings_exactly_and_without_marks(renderer: Renderer) -> None:
    tree = LexborHTMLParser(renderer.letter(DIGEST).html)
    titles = [node.text() for node in tree.css("h2[id]")]
    assert titles == [SECOND.title, FIRST.title, THIRD.title]
    assert not tree.css("h1 mark, h2 mark")
    assert [node.text() for node in tree.css("ol li")] == titles


def test_hits_are_marked_and_doubtful_ones_say_so(renderer: Renderer) -> None:
    frozen = renderer.letter(ALERT)
    tree = LexborHTMLParser(frozen.html)
    assert {node.text() for node in tree.css("mark.certain")} == {"低空物流"}
    assert {node.text() for node in tree.css("mark.likely")} == {"保险"}
    assert all("background-color" in (node.attributes["style"] or "") for node in tree.css("mark"))
    assert "（疑似）" in tree.css_first(".doubt").text()
    assert "*保险*（疑似）" in frozen.text


def test_why_is_the_rule_and_the_sentence_of_its_best_hit(renderer: Renderer) -> None:
    tree = LexborHTMLParser(renderer.letter(ALERT).html)
    reasons = [(node.css_first(".rule").text(), node.css_first(".quote").text()) for node in tree.css(".reasons li")]
    assert reasons[0] == ("低空物流", "近日，云岭市印发《“星桥计划”实施方案（2031—2033 年）》，支持低空物流发展。")
    assert reasons[1] == ("保险", "设立规模 5 亿元的专项基金，引导银行开发科技保险（疑似）等产品。")


def test_a_hit_outside_the_body_says_where(renderer: Renderer) -> None:
    only_title = Entry("1", FIRST, (Reason("标题:星桥", hits("title", FIRST.title, "星桥"), 1.0),))
    text = renderer.letter(Letter(MessageKind.ALERT, (only_title,))).text
    assert "- 标题:星桥\n  标题：云岭市出台“*星桥*计划”支持低空物流\n" in text


def test_only_web_links_become_links(renderer: Renderer) -> None:
    for url in LINKS:
        tree = mail(renderer, Article("题", body="文", url=url))
        assert len(tree.css("a")) == 2, url  # unsubscribe and feed
    html = mail(renderer, Article("题", body="文", url='https://例子.cn/深海?a=1&b="><script>'))
    assert html.css_first(".read a").attributes["href"] == (
        "https://xn--fsqu00a.cn/%E6%B7%B1%E6%B5%B7?a=1&b=%22%3E%3Cscript%3E"
    )


@pytest.mark.parametrize("evil", EVIL)
def test_foreign_text_stays_text(renderer: Renderer, evil: str) -> None:
    article = Article(evil, body=evil, section=evil, source=evil, bulletin=evil, byline=evil, url=evil)
    reason = Reason(evil, (Hit("body", 0, len(evil), evil, evil), Hit("title", 0, 3, evil[:3], evil)), 1.0)
    letter = Letter(MessageKind.DIGEST, (Entry("1", article, (reason,), issue=evil, original=evil),), service=evil)
    html = renderer.letter(letter).html
    plain = Tags(renderer.letter(replace(ALERT, kind=MessageKind.DIGEST)).html)
    assert {tag for tag, _ in Tags(html).seen} <= {tag for tag, _ in plain.seen} | {"b"}
    assert not [name for _, attributes in Tags(html).seen for name in attributes if name.startswith("on")]
    assert evil in LexborHTMLParser(html).css_first("h2").text()


def test_nothing_is_loaded_from_anywhere(renderer: Renderer) -> None:
    html = renderer.letter(DIGEST).html
    names = {tag for tag, _ in Tags(html).seen}
    assert names.isdisjoint({"img", "link", "script", "iframe", "object", "form", "input", "video"})
    assert "url(" not in html
    assert "@import" not in html


def test_styles_are_inlined_and_the_dark_ones_stay_rules(renderer: Renderer) -> None:
    """The charset stands in the first 1,024 bytes, where HTML wants it."""
    html = renderer.letter(ALERT).html
    tree = LexborHTMLParser(html)
    assert "max-width: 640px" in (tree.css_first(".page").attributes["style"] or "")
    assert [node.text().count("prefers-color-scheme: dark") for node in tree.css("style")] == [1]
    assert 0 < html.find('<meta charset="utf-8">') < 1024


def test_controls_and_direction_overrides_are_removed(renderer: Renderer) -> None:
    dirty = "广\x00元\u202e核\x1b电\u2028完\ud800成\ufffe"
    frozen = renderer.letter(Letter(MessageKind.ALERT, (Entry("1", Article(dirty, body=dirty), ()),)))
    assert frozen.subject == "广元核电 完成"
    assert "广元核电\n完成" in frozen.text


@pytest.mark.parametrize("kind", [MessageKind.ALERT, MessageKind.DIGEST])
@pytest.mark.parametrize("count", [1, 40, 2000])
@pytest.mark.parametrize("length", [3, 4_000, 60_000])
def test_a_mail_stays_under_the_limit_and_nothing_is_forgotten(
    renderer: Renderer, kind: MessageKind, count: int, length: int
) -> None:
    """The whole mail, as it goes over the wire."""
    article = Article(
        "深海装备标准发布" * 6,
        body=("云岭核电，" * 9 + "。\n\n") * (length // 48 + 1),
        source="s",
        url="https://example.org/" + "a" * 300,
    )
    first = entry(article, "核电")
    entries = [replace(first, id=f"{n:05}", position=n) for n in range(count)]
    frozen = renderer.letter(Letter(kind, tuple(entries)))
    tree = LexborHTMLParser(frozen.html)
    long = replace(RECIPIENT, unsubscribe_url="https://example.org/" + "u" * 380, feed_url="https://e.org/" + "f" * 380)
    assert len(assemble(frozen, long, sender="a@example.org", list_id="a.example.org")) <= MAX_MAIL - 2_000
    assert len(tree.css("h2[id]")) >= 1
    assert tree.css_first("mark").text() == "核电"
    named = len(tree.css("h2[id]")) + len(tree.css(".contents ul li"))
    more = tree.css_first(".rest")
    if named < count:
        assert f"另有 {count - named} 篇" in more.text()
        assert more.css_first("a").attributes["href"] == FEED
        assert f"另有 {count - named} 篇，见您的个人订阅源\n{FEED}\n" in frozen.text


def _scored(*scores: float) -> Letter:
    """Articles of two sections by turns, with these scores."""
    entries = [
        Entry(
            id=f"{n:03}",
            article=Article(f"第{n}篇", "正文。", section="甲乙"[n % 2], bulletin="要参"),
            reasons=(Reason("核电", (), score),),
            bulletin_id=1,
            position=n,
        )
        for n, score in enumerate(scores)
    ]
    return Letter(MessageKind.DIGEST, tuple(entries))


def test_a_digest_stands_by_sections_and_within_them_by_score() -> None:
    letter = _scored(0.1, 0.2, 0.9, 0.8, 0.5, 0.8)
    assert [int(one.id) for one in in_order(letter.entries, best_first=True)] == [2, 4, 0, 3, 5, 1]
    assert [int(one.id) for one in in_order(letter.entries)] == [0, 2, 4, 1, 3, 5]


def test_a_digest_over_the_limit_shows_the_best_and_lists_the_rest() -> None:
    frozen = Renderer(resource("templates"), digest_limit=3).letter(_scored(0.1, 0.2, 0.9, 0.8, 0.5, 0.8))
    tree = LexborHTMLParser(frozen.html)
    assert [node.text() for node in tree.css("h2[id]")] == ["第2篇", "第3篇", "第5篇"]
    assert [node.text().split()[0] for node in tree.css(".contents ul li")] == ["第4篇", "第0篇", "第1篇"]
    assert "共 6 篇" in frozen.text
    assert frozen.subject == "【日报】第2篇 等 6 篇"


def test_an_alert_keeps_the_order_of_its_bulletin_whatever_the_scores() -> None:
    frozen = Renderer(resource("templates"), digest_limit=1).letter(replace(_scored(0.1, 0.9), kind=MessageKind.ALERT))
    assert [node.text() for node in LexborHTMLParser(frozen.html).css("h2[id]")] == ["第0篇", "第1篇"]


def test_a_short_letter_shows_whole_bodies(renderer: Renderer) -> None:
    assert "摘录" not in renderer.letter(DIGEST).text
    assert "……" not in renderer.letter(DIGEST).text


@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=40), st.integers(1, 50_000))
def test_a_fair_share_spends_the_budget_and_no_more(weights: list[int], total: int) -> None:
    share = fair_share(weights, total)
    spent = sum(min(weight, share) for weight in weights)
    assert spent <= total
    assert spent == sum(weights) or spent > total - len(weights)


def test_links_in_plain_text_stand_alone_on_lines_below_998_octets(renderer: Renderer) -> None:
    article = Article("题", body="文", url="https://example.org/" + "a" * 870)
    lines = renderer.letter(Letter(MessageKind.ALERT, (Entry("1", article, ()),))).text.splitlines()
    assert article.url in lines
    too_long = replace(article, url=article.url + "a" * 200)
    text = renderer.letter(Letter(MessageKind.ALERT, (Entry("1", too_long, ()),))).text
    assert all(len(line.encode()) <= 998 for line in text.splitlines())


def test_language_changes_labels_and_the_lang_attribute(renderer: Renderer) -> None:
    frozen = renderer.letter(replace(DIGEST, language="en"))
    assert '<html lang="en">' in frozen.html
    assert "In this issue" in frozen.html
    assert "本期要点" not in frozen.html
    assert '<html lang="zh-CN">' in renderer.letter(DIGEST).html


def test_a_letter_without_articles_is_refused(renderer: Renderer) -> None:
    with pytest.raises(RenderError):
        renderer.letter(Letter(MessageKind.DIGEST, ()))


def test_the_real_bulletin_arrives_whole(renderer: Renderer, shared: Path) -> None:
    """Every title and every block of the right reading of 52.txt is in both parts of the mail."""
    gold = json.loads((shared / "bulletins" / "52.gold.json").read_text())
    articles = [
        Article(each["title"], body_from_list(each["body"]), section=section["name"], bulletin=gold["title"])
        for section in gold["sections"]
        for each in section["articles"]
    ]
    entries = tuple(Entry(str(n), article, (), issue="52", position=n) for n, article in enumerate(articles))
    frozen = renderer.letter(Letter(MessageKind.ALERT, entries))
    tree = LexborHTMLParser(frozen.html)
    assert [node.text() for node in tree.css("h2[id]")] == [article.title for article in articles]
    for article in articles:
        for block in article.text.split("\n\n"):
            assert block in frozen.text
            assert block in tree.body.text()  # type: ignore[union-attr]


def test_a_number_and_deadlines_stand_below_the_title(renderer: Renderer) -> None:
    """The soonest first, to the hour where one is stated; a year that was inferred says so. Three at most."""
    article = Article(
        "关于申报项目的通知",
        "正文",
        facts=(
            Fact("docno", "国发〔2020〕1号", "国发〔2020〕1号", "body", 0, 1, CITED),
            Fact("docno", "云科发[2031]2号", "云科发〔2031〕2号", "body", 0, 1),
            Fact("deadline", "6月1日", "2031-06-01", "body", 0, 1, "comments", inferred=True),
            Fact("deadline", "5月20日17时", "2031-05-20T17:00", "body", 0, 1, "application"),
        ),
    )
    letter = Letter(MessageKind.ALERT, (Entry("1", article, ()),))
    frozen = renderer.letter(letter)
    line = "申报截止：2031年5月20日 17:00 · 征求意见截止：2031年6月1日（年份为推定）"
    assert line in frozen.text
    assert LexborHTMLParser(frozen.html).css_first("p.deadline").text() == line
    assert LexborHTMLParser(frozen.html).css_first("p.meta").text() == "云科发〔2031〕2号"
    english = renderer.letter(replace(letter, language="en")).text
    assert "Applications close: 20 May 2031 17:00 · Comments close: 1 June 2031 (year inferred)" in english


def test_an_article_without_facts_shows_none(renderer: Renderer) -> None:
    assert mail(renderer, Article("标题", "正文")).css("p.deadline, p.meta") == []


def test_where_else_the_same_stands_is_named_and_linked_where_it_may_be(renderer: Renderer) -> None:
    others = (("省科技厅", "https://example.org/1"), ("<b>市局</b>", "javascript:alert(1)"))
    entry = Entry(id="1", article=Article(title="通知", body="正文。"), reasons=(), others=others)
    frozen = renderer.letter(Letter(MessageKind.ALERT, (entry,)))
    assert "同一内容另见" in frozen.html
    assert 'href="https://example.org/1"' in frozen.html
    assert "javascript" not in frozen.html + frozen.text
    assert "<b>市局" not in frozen.html
    assert "同一内容另见：省科技厅 https://example.org/1" in frozen.text


def test_a_pdf_opens_at_the_page_of_the_hit(renderer: Renderer) -> None:
    body = (Paragraph("第一页。", Place(6)), Paragraph("核电项目。", Place(7)))
    article = Article(title="通知", body=body, url="https://example.org/52.pdf")
    hit = Hit("body", 6, 8, "核电", "核电")
    entry = Entry(id="1", article=article, reasons=(Reason("核电", (hit,), 0.5),))
    assert 'href="https://example.org/52.pdf#page=7"' in renderer.letter(Letter(MessageKind.ALERT, (entry,))).html
    unread = replace(entry, article=replace(article, body=(Paragraph("核电项目。"),)))
    assert 'href="https://example.org/52.pdf"' in renderer.letter(Letter(MessageKind.ALERT, (unread,))).html
