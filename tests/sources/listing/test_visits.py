"""Pages that are edited, taken away or replaced while their rows in the list stay as they were (sources.md, 16)."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from notifier.domain import PollResult
from notifier.sources.listing.rows import Item
from notifier.sources.listing.visits import AT_ONCE, KEPT, Copy, Visit, from_dict, to_list

from ..sites import Handler
from .lists import NOW, SIMPLE, Place, news, notice, rows, serve, titles

HOUR = timedelta(hours=1)
STAMP = "Tue, 25 Aug 2026 16:44:16 GMT"
TEXT = "第1号通知的正文，自印发之日起施行。"


@pytest.fixture
def known(place: Place) -> Place:
    """A list with one item, which was had an hour ago."""
    place.page("/list.html", rows(*news(1)))
    place.page("/d1.html", notice(TEXT, title="第1号通知"))
    place.poll()
    place.asked.clear()
    return place


def later(place: Place, hours: float = 1, **options: object) -> PollResult:
    return place.poll(now=NOW + hours * HOUR, **options)  # type: ignore[arg-type]


def texts(result: PollResult) -> list[str]:
    return [document.content.decode() for document in result.documents]


def test_an_edited_page_is_brought_again_although_its_row_is_the_same(known: Place) -> None:
    known.page("/d1.html", notice("第1号通知的正文，自2027年1月1日起施行。", title="第1号通知"))
    assert titles(later(known, 0.5).documents) == []
    (text,) = texts(later(known, 1.1))
    assert "2027年1月1日" in text
    assert texts(later(known, 4)) == []


@pytest.mark.parametrize("status", [200, 304])
def test_a_list_that_stays_as_it_is_does_not_keep_pages_from_being_looked_at(place: Place, status: int) -> None:
    page = rows(*news(1)).encode()
    place.site.versioned("/list.html", page, '"1"') if status == 304 else place.site.page("/list.html", page)
    serve(place, 1)
    place.poll()
    place.page("/d1.html", notice(TEXT, title="第1号通知"))
    assert TEXT in texts(later(place))[0]


def test_what_changes_at_each_visit_is_no_edit(known: Place) -> None:
    beside = "<p>今天是2026年11月24日 星期二</p><p>浏览次数：<span>1234</span></p><ul><li><a href=/n>要闻二</a></ul>"
    known.page("/d1.html", notice(f"{TEXT}</p>{beside}<script>var t = 17;</script><p>", title="第1号通知"))
    assert texts(later(known, 1)) == []
    again = beside.replace("1234", "98").replace("24日 星期二", "25日 星期三").replace("要闻二", "要闻三")
    known.page("/d1.html", notice(f"{TEXT}</p>{again}<script>var t = 18;</script><p>", title="第1号通知"))
    assert texts(later(known, 3)) == []
    assert known.asked.count("/d1.html") == 2


def test_a_template_says_what_the_text_is(place: Place) -> None:
    options = SIMPLE | {"detail": [{"content": ".text", "drop": [".ad"]}]}
    place.page("/list.html", rows(*news(1)))
    page = notice(f"{TEXT}<b class=ad>广告一</b>", title="第1号通知") + "<p>热点：一</p>"
    place.page("/d1.html", page)
    place.poll(options)
    place.page("/d1.html", page.replace("广告一", "广告二").replace("热点：一", "热点：二"))
    assert texts(later(place, 1, options=options)) == []
    place.page("/d1.html", page.replace("施行", "试行"))
    assert "试行" in texts(later(place, 3, options=options))[0]


def test_pages_are_asked_for_again_seldom_and_with_conditions(place: Place) -> None:
    """For forty days: about ten requests, and none after a month."""
    place.page("/list.html", rows(*news(1)))
    place.site.versioned("/d1.html", notice(TEXT, title="第1号通知").encode(), '"7"')
    place.poll()
    asked = []
    for hour in (*range(1, 24, 2), *range(24, 40 * 24, 12)):
        later(place, hour)
        asked += [(hour, headers) for path, headers in place.site.requests if path == "/d1.html"]
        place.site.requests.clear()
    first, *rest = asked
    assert "if-none-match" not in first[1]
    assert all(headers["if-none-match"] == '"7"' for _, headers in rest)
    assert 8 <= len(rest) <= 12
    assert rest[-1][0] < 30 * 24


def test_a_page_that_is_other_at_each_visit_is_not_asked_for_more_often(known: Place) -> None:
    visits = 0
    for hour in range(1, 40 * 24, 12):
        known.page("/d1.html", notice(f"{TEXT}{hour}号修订。", title="第1号通知"))
        visits += len(later(known, hour).documents)
    assert 5 <= visits <= 12


def test_one_poll_makes_few_visits_and_the_others_have_their_turn(place: Place) -> None:
    numbers = range(12, 0, -1)
    place.page("/list.html", rows(*news(*numbers)))
    serve(place, *numbers)
    place.poll()
    place.asked.clear()
    visited = []
    for poll in range(3):
        later(place, 1 + poll / 60)
        visited.append([path for path in place.asked if path != "/list.html"])
    assert [len(paths) for paths in visited] == [AT_ONCE, AT_ONCE, 2]
    assert len({path for paths in visited for path in paths}) == 12


def test_a_page_that_is_gone_twice_is_told_once_and_again_when_it_is_back(known: Place) -> None:
    page = known.site.pages.pop("/d1.html")
    (key,) = [visit["item"]["link"] for visit in known.state.cursor["visits"]]
    told = [later(known, hour) for hour in (1, 1.5, 2, 3, 5, 9)]
    assert [[one.removeprefix("https") for one in result.gone] for result in told] == [
        [], [], [key.removeprefix("http")], [], [], []
    ]  # fmt: skip
    assert not any(result.errors for result in told)
    known.site.pages["/d1.html"] = _answer(503, "")
    results = [later(known, 40)]
    known.site.pages["/d1.html"] = page
    results += [later(known, hour) for hour in (90, 200)]
    assert [len(result.back) for result in results] == [0, 1, 0]
    assert not any(result.documents for result in results)


def test_a_page_that_only_failed_is_not_gone(known: Place) -> None:
    for hour, status in ((1, 404), (2, 500), (3, 404), (7, 200), (15, 404), (31, 503)):
        known.site.pages["/d1.html"] = _answer(status, notice(TEXT, title="第1号通知"))
        result = later(known, hour)
        assert (result.gone, result.back, result.documents) == ((), (), ())


def _answer(status: int, page: str) -> Callable[[Handler], None]:
    return lambda handler: handler.reply(status, page.encode(), Content_Type="text/html")


def test_an_item_that_moved_to_another_address_is_not_gone(known: Place) -> None:
    known.page("/list.html", rows(("/new/1.html", "第1号通知", "2026-09-01")))
    known.site.pages.pop("/d1.html")
    assert not any(later(known, hour).gone for hour in (1, 2, 4, 8))


STAND_INS = {
    "under maintenance": "<title>提示</title><p>网站升级维护中，请您稍后再来访问，给您带来不便敬请谅解。</p>",
    "login": "<title>登录</title><form>用户名 <input> 密码 <input> 请先登录后再查看本页的内容，谢谢合作</form>",
    "emptied": "<title>第1号通知</title><body></body>",
    "challenge": "<title>访问验证</title><script>challenge()</script><p>请完成安全验证后继续访问</p>",
}


@pytest.mark.parametrize("page", STAND_INS.values(), ids=STAND_INS)
def test_a_page_that_stands_in_for_a_while_replaces_nothing(known: Place, page: str) -> None:
    known.page("/d1.html", f"<html>{page}</html>")
    assert later(known, 1).documents == ()
    known.page("/d1.html", notice(f"{TEXT}现予更正。", title="第1号通知"))
    assert "更正" in texts(later(known, 3))[0]


def test_a_file_that_is_replaced_under_its_address_is_an_update(place: Place) -> None:
    place.page("/list.html", rows(*news(1)))
    place.page("/d1.html", notice(f"{TEXT}<a href='/f.docx'>附件</a>", title="第1号通知"))
    place.site.page("/f.docx", b"one", Last_Modified=STAMP)
    place.poll()
    place.asked.clear()
    assert later(place, 1).documents == ()
    assert place.asked == ["/list.html", "/d1.html", "/f.docx"]
    place.site.page("/f.docx", b"two", Last_Modified=STAMP.replace("25", "26"))
    (document,) = later(place, 3).documents
    assert [one.content for one in document.attachments] == [b"two"]


def test_files_whose_server_says_nothing_of_changes_are_not_sent_again(place: Place) -> None:
    place.page("/list.html", rows(*news(1)))
    place.page("/d1.html", notice(f"{TEXT}<a href='/f.docx'>附件</a>", title="第1号通知"))
    place.site.page("/f.docx", b"one")
    place.poll()
    place.asked.clear()
    later(place, 1)
    assert place.asked == ["/list.html", "/d1.html"]


def test_an_item_that_is_a_file_is_visited_as_well(place: Place) -> None:
    place.page("/list.html", rows(("/f.pdf", "第1号通知", "2026-09-01")))
    place.site.page("/f.pdf", b"%PDF one", Content_Type="application/pdf")
    place.poll()
    assert later(place, 1).documents == ()
    place.site.page("/f.pdf", b"%PDF two", Content_Type="application/pdf")
    (document,) = later(place, 3).documents
    assert [one.content for one in document.attachments] == [b"%PDF two"]


def test_a_page_that_could_not_be_had_is_had_later(place: Place) -> None:
    place.page("/list.html", rows(*news(1)))
    results = [later(place, poll / 10) for poll in range(4)]
    (listed,) = results[-1].documents
    assert (listed.content, listed.attachments[0].url) == (b"", place.site.url("/d1.html"))
    place.page("/d1.html", notice(TEXT, title="第1号通知"))
    (document,) = later(place, 2).documents
    assert TEXT in document.content.decode()


def test_where_the_site_wants_a_pause_the_visits_are_made_later(known: Place) -> None:
    def busy(handler: Handler) -> None:
        handler.reply(503, b"", Retry_After="60")

    known.site.pages["/d1.html"] = busy
    assert later(known, 1).documents == ()
    known.page("/d1.html", notice(f"{TEXT}现予更正。", title="第1号通知"))
    assert len(later(known, 1.1).documents) == 1


def test_what_was_old_when_its_source_was_new_is_not_visited(place: Place) -> None:
    place.page("/list.html", rows(*news(3, 2, 1)))
    serve(place, 3, 2, 1)
    place.poll(first="new")
    place.asked.clear()
    place.poll(first="new", now=NOW + 5 * HOUR)
    assert place.asked == ["/list.html"]


def test_what_is_remembered_of_pages_is_bounded() -> None:
    """Thirty new items a day for forty days: what is old is forgotten, and of the rest the latest kept."""
    kept: dict[str, Visit] = {}
    for day in range(40):
        now = NOW + timedelta(days=day)
        items = [Item(f"第{n}号", f"https://example.org/{day}-{n}.html") for n in range(30)]
        kept |= {item.key: Visit(item, Copy(item.link), (), now, now) for item in items}
        kept = {visit.item.key: visit for visit in map(from_dict, json.loads(json.dumps(to_list(kept, now))))}
        assert len(kept) == min(30 * (day + 1), KEPT)
        assert all(item.key in kept for item in items)
    assert to_list(kept, NOW + timedelta(days=80)) == []
