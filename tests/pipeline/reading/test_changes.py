"""What happens to a stored bulletin: revised, withdrawn, repealed, back. It is kept and shown, no second alert."""

import datetime as dt
from collections.abc import Callable, Sequence

import pytest

from conftest import Clock
from notifier.bootstrap import Service
from notifier.domain import Document, Glance, PollResult, SeenItem
from notifier.pipeline.explaining.explain import explain
from notifier.pipeline.polling.intake import keep_result
from notifier.pipeline.reading.changes import Change, changes_of, told
from notifier.storage.reminders import reminders_of
from notifier.storage.sources import record_poll, source_named

from ..entries import BODY, alerts, bring, entry, stored_articles
from ..job import mails, subscribe

TITLE = "关于组织申报核电装备攻关项目的通知"
URL = "https://kjt.example.cn/a.shtml"
OLD = "川科发〔2020〕7号"


@pytest.fixture
def desk(on_sqlite: Callable[..., Service]) -> Service:
    service = on_sqlite()
    subscribe(service, "a@example.org", "核电")
    return service


def changes(service: Service, at: int = 0) -> list[Change]:
    found = stored_articles(service)[at]
    with service.database.read() as session:
        return changes_of(session, found)


def poll_brings(service: Service, *documents: Document, page: Sequence[Document], gone: Sequence[str] = ()) -> None:
    """A poll that sees this page; the documents are new on it."""
    items = tuple(SeenItem(one.key, one.published_at.date() if one.published_at else None, True, True) for one in page)
    with service.database.write() as session:
        stored = source_named(session, "要参")
        assert stored is not None
        result = PollResult(documents, stored.state, glance=Glance(items), gone=tuple(gone))
        keep_result(session, stored, result, now=service.clock())
        record_poll(session, stored.id, stored.state, now=service.clock(), next_poll_at=service.clock())
    service.process()


def test_an_edited_page_is_an_update_with_its_difference(desk: Service, clock: Clock) -> None:
    done = [bring(desk, entry(TITLE, *BODY, "截止日期为2026年4月20日。", url=URL))]
    clock.forward(hours=1)
    done.append(bring(desk, entry(TITLE, *BODY, "截止日期为2026年4月30日。", url=URL)))
    (change,) = changes(desk)
    assert (change.data["removed"], change.data["added"]) == (
        ["截止日期为2026年4月20日。"],
        ["截止日期为2026年4月30日。"],
    )
    assert (change.at, alerts(done)) == (clock.now, 1)
    chain = explain(desk.database, "a@example.org", "1").links
    assert "内容有更新：增 1 句，删 1 句" in [link.zh for link in chain]


def test_what_only_looks_other_is_no_event(desk: Service) -> None:
    bring(desk, entry(TITLE, *BODY, url=URL))
    bring(desk, entry(TITLE, "".join(BODY), url=URL))
    assert changes(desk) == []


def _page(count: int = 5) -> list[Document]:
    day = dt.datetime(2026, 3, 16, 2, 0, tzinfo=dt.UTC)
    return [
        entry(f"第{n}号核电公告", f"{n}号机组的情况。", url=f"{URL}?id={n}", day=day - dt.timedelta(days=n))
        for n in range(count)
    ]


def test_what_vanishes_from_a_list_is_withdrawn_and_back_when_it_is_there_again(desk: Service) -> None:
    page = _page()
    poll_brings(desk, *page, page=page)
    poll_brings(desk, page=[*page[:2], *page[3:]])
    assert [one.ended for one in stored_articles(desk)] == [""] * 5
    poll_brings(desk, page=[*page[:2], *page[3:]])
    (ended,) = [one for one in stored_articles(desk) if one.ended]
    assert (ended.ended, ended.article.title) == ("withdrawn", page[2].title)
    poll_brings(desk, page=page)
    assert not any(one.ended for one in stored_articles(desk))
    at = [one.id for one in stored_articles(desk)].index(ended.id)
    assert [told(one)[1].split(":")[0] for one in changes(desk, at)] == ["withdrawn", "it is there again"]


def test_a_page_that_is_gone_is_withdrawn_unless_another_source_has_it(desk: Service) -> None:
    page = _page(2)
    poll_brings(desk, *page, page=page)
    bring(desk, page[0], source="内参")
    poll_brings(desk, page=page, gone=[one.key for one in page])
    assert [one.ended for one in stored_articles(desk)] == ["", "withdrawn"]


def test_a_page_that_says_that_it_was_taken_back(desk: Service) -> None:
    bring(desk, entry(TITLE, *BODY, url=URL))
    bring(desk, entry(TITLE, "该文已撤稿。", url=URL))
    (found,) = stored_articles(desk)
    assert found.ended == "withdrawn"


def test_documents_that_a_notice_repeals_or_takes_back(desk: Service) -> None:
    bring(desk, entry("关于印发管理办法的通知", OLD, *BODY, url=f"{URL}?id=1"))
    bring(desk, entry("关于申报核电项目的公告", *BODY, "逾期不受理。", url=f"{URL}?id=2"))
    bring(desk, entry("新的管理办法", f"本办法自印发之日起施行，《管理办法》（{OLD}）同时废止。", url=f"{URL}?id=3"))
    bring(desk, entry("关于撤回《关于申报核电项目的公告》的公告", "以后续公告为准。", url=f"{URL}?id=4"))
    assert [one.ended for one in stored_articles(desk)] == ["repealed", "withdrawn", "", ""]
    (change,) = changes(desk)
    assert change.data["by"] == 3
    assert told(change)[0].startswith("已废止（见文章 #3）")


def test_nobody_is_reminded_of_what_was_withdrawn(desk: Service, clock: Clock) -> None:
    bring(desk, entry(TITLE, *BODY, "申报截止时间为2026年3月30日。", url=URL))
    bring(desk, entry(TITLE, "该文已撤稿。申报截止时间为2026年3月30日。", url=URL))
    assert [one.ended for one in stored_articles(desk)] == [""]  # it says more than that
    bring(desk, entry("关于撤回《关于组织申报核电装备攻关项目的通知》的公告", "现予撤回。", url=f"{URL}?id=9"))
    assert stored_articles(desk)[0].ended == "withdrawn"
    clock.forward(days=12)
    desk.plan()
    with desk.database.read() as session:
        ((reminder, message),) = reminders_of(session, 1)
    assert (reminder.reason, message) == ("withdrawn", None)
    assert mails(desk) == []
