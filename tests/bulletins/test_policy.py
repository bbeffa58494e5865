"""Policy facts: golden pairs, the real bulletin, and what holds for any text."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier import bulletins
from notifier.bulletins.policy.articles import article_facts
from notifier.domain import Article, Document, Fact, facts_from_list, facts_to_list, own_number, stated_date
from notifier.domain.divisions import division_names

DATA = Path(__file__).resolve().parents[1] / "data" / "policy"
NAMES = sorted(path.stem for path in DATA.glob("*.txt"))


def read_article(name: str, given_: dict[str, Any]) -> tuple[Article, dict[str, Any]]:
    """The first line is the title, the rest the body; what the article inherits stands in the expected file."""
    title, _, body = (DATA / f"{name}.txt").read_text(encoding="utf-8").partition("\n")
    article = Article(title, body.strip("\n"), section=given_.get("section", ""), byline=given_.get("byline", ""))
    published = given_.get("published")
    return article, {
        "origins": given_.get("origins", []),
        "published": dt.date.fromisoformat(published) if published else None,
    }


def shown(fact: Fact) -> list[object]:
    mark = ["inferred"] if fact.inferred else []
    return [" ".join(filter(None, (fact.kind, fact.label))), fact.text, fact.value, *mark]


@pytest.mark.parametrize("name", NAMES)
def test_golden_pairs(name: str) -> None:
    """Each fact that the text states, and no other."""
    expected = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    article, origin = read_article(name, expected["given"])
    assert [shown(fact) for fact in article_facts(article, **origin)] == expected["facts"]


def test_there_are_many_kinds_of_articles() -> None:
    assert len(NAMES) >= 12


def _short_articles() -> list[list[str]]:
    """The lines of each article of short/articles.txt: @@ title, % what it inherits, = its facts, else its body."""
    _, *parts = (DATA / "short" / "articles.txt").read_text(encoding="utf-8").split("@@")
    return [part.strip().split("\n") for part in parts]


@pytest.mark.parametrize("lines", _short_articles(), ids=lambda lines: lines[0][:24])
def test_short_articles_state_these_facts_and_no_others(lines: list[str]) -> None:
    title, *rest = lines
    given = dict(line[1:].split("=", 1) for line in rest if line.startswith("%"))
    expected = {fact.strip() for line in rest if line.startswith("=") for fact in line[1:].split(";") if fact.strip()}
    body = "\n\n".join(line for line in rest if line[:1] not in ("%", "=", ""))
    published = dt.date.fromisoformat(given["pub"]) if "pub" in given else None
    article = Article(title, body, section=given.get("section", ""))
    facts = article_facts(article, origins=given.get("from", "").split("|"), published=published)
    assert {f"{fact.kind} {fact.label}".strip() + f":{_named(fact)}" for fact in facts} == expected


def _named(fact: Fact) -> str:
    """A place by its name."""
    if fact.kind != "place":
        return fact.value
    return next(one.name for ones in division_names().values() for one in ones if one.code == fact.value)


@pytest.fixture(scope="module")
def issue(shared: Path) -> list[Article]:
    path = shared / "bulletins" / "52.txt"
    document = Document(key=path.name, name=path.name, media_type="", content=path.read_bytes())
    return list(bulletins.read(document).articles)


def values(article: Article, kind: str) -> list[str]:
    return [fact.value for fact in article.facts if fact.kind == kind]


def test_the_real_bulletin_names_its_issuers_in_full(issue: list[Article]) -> None:
    assert values(issue[0], "issuer") == [
        "工业和信息化部",
        "人力资源社会保障部",
        "商务部",
        "市场监管总局",
        "国家统计局",
        "国家知识产权局",
        "中国工程院",
    ]
    assert values(issue[1], "issuer") == ["北京市科学技术委员会", "中关村科技园区管理委员会"]
    assert values(issue[2], "issuer") == ["四川省政府办公厅"]  # 省政府办公厅, of the publishers' province
    assert values(issue[3], "issuer") == ["广元市政府"]
    assert values(issue[4], "issuer") == []


def test_the_real_bulletin_is_about_these_places_and_no_others(issue: list[Article]) -> None:
    """北京's own 本市 is 北京, our 我省 is 四川; 51 in the distribution list is no article's."""
    assert [values(article, "place") for article in issue] == [[], ["110000"], ["510000"], ["510800"], ["510000"]]


def test_the_real_bulletin_states_no_number_and_no_day(issue: list[Article]) -> None:
    """11个方面, 到2027年, 2号机组, 4.4%: none of them is a fact."""
    assert [fact for article in issue for fact in article.facts if fact.kind in ("docno", "date", "deadline")] == []


def test_what_the_mail_shows_of_a_notice() -> None:
    expected = json.loads((DATA / "notice_joint.json").read_text(encoding="utf-8"))
    article, origin = read_article("notice_joint", expected["given"])
    facts = article_facts(article, **origin)
    assert own_number(facts) == "川科发〔2025〕12号"
    assert stated_date(facts) == dt.date(2025, 10, 27)


def test_a_year_that_nothing_tells_is_not_made_up() -> None:
    article = Article("关于申报的通知", "请于3月15日前报送材料。")
    assert article_facts(article) == ()
    (fact,) = article_facts(article, published=dt.date(2025, 12, 20))
    assert (fact.value, fact.inferred, fact.sentence) == ("2026-03-15", True, "请于3月15日前报送材料。")


def test_an_ambiguous_place_keeps_all_that_it_may_be() -> None:
    (fact,) = article_facts(Article("朝阳区建成科创园", "园区投用。"))
    assert len(fact.codes) > 1
    assert {"110105", "220104"} <= set(fact.codes)


PIECES = st.sampled_from((
    "四川省科学技术厅", "广元", "苍溪县", "我省", "本市", "全市", "朝阳区", "《", "》", "关于", "印发",
    "川科发〔2025〕12号", "国务院令第7号", "2025年10月27日", "31日", "12月", "至", "前", "报送", "申报截止时间",
    "２０２５年", "17:00", "，", "。", "、", "（", "）", "\n", "\n\n", "一", "和", "会同", "等八部门", "联合",
    "文件", "发文机关：", "2025-02-30", "24时", "推", "宇宙",
))  # fmt: skip
TEXTS = st.lists(PIECES | st.text(max_size=3), max_size=30).map("".join)


@given(title=TEXTS, body=TEXTS, section=st.sampled_from(["", "省外速览"]))
def test_every_fact_of_any_text_stands_where_it_says(title: str, body: str, section: str) -> None:
    """And none is said twice; all of them survive being stored."""
    article = Article(title, body, section=section)
    facts = article_facts(article, origins=["四川省科学技术厅"], published=dt.date(2025, 10, 27))
    for fact in facts:
        assert (title if fact.field == "title" else body)[fact.start : fact.end] == fact.text
        assert fact.text
        if fact.kind in ("date", "deadline"):
            assert fact.day
    assert len({(fact.kind, fact.label, fact.value) for fact in facts}) == len(facts)
    assert facts_from_list(json.loads(json.dumps(facts_to_list(facts)))) == facts


def test_the_day_on_which_an_undated_document_came_tells_no_year() -> None:
    text = "关于申报项目的通知\n\n请各单位于3月15日前报送材料。\n\n联系人见附件。\n"
    document = Document(key="a.txt", name="a.txt", media_type="", content=text.encode())
    (article,) = bulletins.read(document, published_on=dt.date(2026, 1, 5)).articles
    assert values(article, "deadline") == []
    dated = Document(
        key="a.txt",
        name="a.txt",
        media_type="",
        content=text.encode(),
        published_at=dt.datetime(2026, 1, 5, 9, tzinfo=dt.UTC),
    )
    (article,) = bulletins.read(dated, published_on=dt.date(2026, 1, 5)).articles
    assert values(article, "deadline") == ["2026-03-15"]


def test_an_undated_document_is_of_the_day_that_its_text_states() -> None:
    text = "关于申报项目的通知\n\n请各单位按要求申报。\n\n四川省科学技术厅\n\n2025年10月27日\n"
    document = Document(key="a.txt", name="a.txt", media_type="", content=text.encode())
    (article,) = bulletins.read(document, published_on=dt.date(2026, 1, 5)).articles
    assert article.published_at is not None
    assert article.published_at.date() == dt.date(2025, 10, 27)
