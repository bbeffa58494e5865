"""What a notice ends, in whatever order the two come: the older document may be filled in, or its source be slower."""

import datetime as dt
from collections.abc import Callable

import pytest

from conftest import Clock
from notifier.bootstrap import Service
from notifier.domain import Document
from notifier.pipeline.explaining.explain import explain
from notifier.pipeline.reading.changes import changes_of, told

from ..entries import BODY, DAY, bring, entry, stored_articles
from ..job import subscribe

OLD = "川科发〔2019〕3号"
NAME = "四川省核电科技项目管理办法"
SENTENCE = f"原《{NAME}》（{OLD}）同时废止。"
EARLIER, LATER = DAY - dt.timedelta(days=900), DAY + dt.timedelta(days=20)


@pytest.fixture
def desk(on_sqlite: Callable[..., Service]) -> Service:
    service = on_sqlite()
    subscribe(service, "a@example.org", "核电")
    return service


def page(title: str, *paragraphs: str, day: dt.datetime | None = DAY) -> Document:
    return entry(title, *paragraphs, url=f"https://kjt.example.cn/{title}.shtml?day={day}", day=day)


def repeal(day: dt.datetime | None = DAY) -> Document:
    return page("关于印发新办法的通知", f"本办法自印发之日起施行。{SENTENCE}", day=day)


def by_name(day: dt.datetime | None = DAY) -> Document:
    return page(f"关于废止《{NAME}》的公告", "经研究，决定予以废止。", day=day)


def numbered(day: dt.datetime | None = EARLIER) -> Document:
    return page(f"关于印发《{NAME}》的通知", OLD, *BODY, day=day)


def ends(service: Service) -> dict[str, str]:
    return {one.article.title: one.ended for one in stored_articles(service) if one.ended}


def test_what_was_repealed_before_it_came_is_told_with_the_evidence_and_the_notice(desk: Service) -> None:
    bring(desk, repeal())
    assert ends(desk) == {}
    bring(desk, numbered(), old=True)
    assert ends(desk) == {numbered().title: "repealed"}
    with desk.database.read() as session:
        (change,) = changes_of(session, stored_articles(desk)[1])
    assert (change.data["by"], change.data["evidence"]) == (1, SENTENCE)
    assert told(change)[0] == f"已废止（见文章 #1）：{SENTENCE}"
    chain = explain(desk.database, "a@example.org", "2").links
    assert told(change)[0] in [link.zh for link in chain]


def test_a_slower_source_brings_it(desk: Service, clock: Clock) -> None:
    """Its own day is the day of its signature, whenever it was shown."""
    bring(desk, repeal())
    clock.forward(days=2)
    signed = numbered(day=LATER)
    late = page(signed.title, OLD, *BODY, "四川省科学技术厅", "2019年3月5日", day=LATER)
    bring(desk, late, source="内参")
    assert ends(desk) == {late.title: "repealed"}


def test_by_its_name_only_what_is_older_at_the_same_source(desk: Service) -> None:
    bring(desk, by_name())
    bring(desk, page(NAME, *BODY, day=EARLIER), source="内参")
    assert ends(desk) == {}
    bring(desk, page(NAME, *BODY, "第三条 项目经费专款专用。", day=EARLIER))
    assert ends(desk) == {NAME: "repealed"}


@pytest.mark.parametrize("day", [DAY, LATER, None])
def test_a_new_edition_of_the_name_stands(desk: Service, day: dt.datetime | None) -> None:
    bring(desk, by_name())
    bring(desk, repeal())
    bring(desk, page(NAME, "川科规〔2026〕8号", *BODY, day=day))
    assert ends(desk) == {}


def test_a_new_edition_stands_when_the_notice_is_read_again(desk: Service) -> None:
    first = by_name()
    bring(desk, first)
    bring(desk, page(NAME, *BODY, day=LATER))
    bring(desk, entry(first.title, "经研究，决定予以废止，特此公告。", url=first.url))
    assert ends(desk) == {}


def test_a_later_report_on_the_number_stands(desk: Service) -> None:
    bring(desk, repeal())
    bring(desk, page(f"《{NAME}》（{OLD}）答记者问", *BODY, day=LATER))
    assert ends(desk) == {}


def test_what_was_taken_back_may_be_issued_again_under_its_number(desk: Service) -> None:
    bring(desk, page("撤稿说明", f"我厅发布的《{NAME}》（{OLD}）因附件有误现予撤回。"))
    bring(desk, numbered(day=LATER))
    assert ends(desk) == {}
    bring(desk, page("关于印发旧办法的通知", OLD, "原来的附件。", day=EARLIER))
    assert list(ends(desk).values()) == ["withdrawn"]


def test_a_notice_that_was_taken_back_ends_nothing(desk: Service) -> None:
    bring(desk, repeal())
    bring(desk, page("关于撤回《关于印发新办法的通知》的公告", "现予撤回。"))
    bring(desk, numbered())
    assert ends(desk) == {repeal().title: "withdrawn"}


@pytest.mark.parametrize("notice_first", [True, False])
def test_a_notice_that_some_may_not_see_tells_them_nothing(desk: Service, notice_first: bool) -> None:
    both = [(repeal(), "内参"), (numbered(), "要参")]
    for document, source in both if notice_first else reversed(both):
        bring(desk, document, source=source)
    assert ends(desk) == {}
