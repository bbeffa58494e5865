"""The same bulletin is found once, however it comes again; two bulletins are two, however alike their heads are."""

import datetime as dt
from collections.abc import Callable

import pytest

from conftest import Clock
from notifier.bootstrap import Service
from notifier.domain import Document
from notifier.pipeline.explaining.explain import explain
from notifier.storage.tables import BulletinRow, SourceRow

from ..entries import BODY, DAY, alerts, bring, entry, stored_articles
from ..job import subscribe

TITLE = "关于组织申报核电装备攻关项目的通知"
NUMBER = "川科发〔2026〕12号"
URL = "https://kjt.example.cn/tzgg/2026/a.shtml"
LATER = DAY + dt.timedelta(days=9)
FIRST = entry(TITLE, *BODY, url=URL)

ONE = {
    "http and https": entry(TITLE, *BODY, url=URL.replace("https", "http")),
    "tracking": entry(TITLE, *BODY, url=f"{URL}?utm_source=x#top"),
    "another key for the same page": entry(TITLE, *BODY, key="guid-2", url=URL),
    "the same page, its title cut short": entry(f"{TITLE[:12]}…", *BODY, key="guid-2", url=URL),
    "the same page, of which only a summary is told": entry(TITLE, BODY[0], key="guid-2", url=URL),
    "a moved page of the same day": entry(TITLE, *BODY, url="https://kjt.example.cn/zwgk/b.shtml"),
    "a moved page without a date": entry(TITLE, *BODY, url="https://kjt.example.cn/zwgk/b.shtml", day=None),
}
TWO = {
    "another day": entry(TITLE, *BODY, url="https://kjt.example.cn/b.shtml", day=LATER),
    "another title": entry(
        "关于公布核电装备攻关项目评审结果的通知", "结果见附件。", url="https://kjt.example.cn/c.shtml"
    ),
    "one page for all entries": entry("关于公布评审结果的公告", "现将结果予以公布。", key="guid-3", url=URL),
    "the page that is written anew": entry(
        TITLE, "本周申报情况如下：核电装备类收到34项。", key="guid-4", url=URL, day=LATER
    ),
    "another text": entry(TITLE, "经费不超过100万元。", url="https://kjt.example.cn/d.shtml"),
}


@pytest.fixture
def desk(on_sqlite: Callable[..., Service]) -> Service:
    service = on_sqlite()
    subscribe(service, "a@example.org", "核电 OR 评审 OR 公示")
    return service


def test_the_same_bulletin_again(desk: Service) -> None:
    done = [bring(desk, FIRST)]
    for name, again in ONE.items():
        done.append(bring(desk, again))
        assert (len(stored_articles(desk)), alerts(done)) == (1, 1), name


def test_another_bulletin(desk: Service) -> None:
    bring(desk, FIRST)
    for number, (name, other) in enumerate(TWO.items()):
        bring(desk, other)
        assert len(stored_articles(desk)) == number + 2, name


def test_two_notices_of_one_day_and_title_are_two(desk: Service) -> None:
    bring(desk, entry("公示", "拟支持甲公司核电项目，资金100万元。", url="https://kjt.example.cn/1.shtml"))
    bring(desk, entry("公示", "拟支持乙公司风电项目，资金200万元。", url="https://kjt.example.cn/2.shtml"))
    bring(
        desk, entry("公示", url="https://kjt.example.cn/3.shtml"), entry("公示", url="https://kjt.example.cn/4.shtml")
    )
    assert len(stored_articles(desk)) == 4


def test_a_moved_page_with_the_same_number_is_one_whatever_its_date(desk: Service) -> None:
    done = [
        bring(desk, entry(TITLE, NUMBER, *BODY, url=URL)),
        bring(desk, entry(TITLE, NUMBER, BODY[0], url="https://www.example.cn/x?id=7", day=LATER), source="内参"),
    ]
    (found,) = stored_articles(desk)
    assert alerts(done) == 1
    assert found.audiences == (("public",), ("内部",))


def test_what_is_about_a_notice_has_its_number_and_is_another(desk: Service) -> None:
    bring(desk, entry(TITLE, NUMBER, *BODY, url=URL))
    bring(
        desk,
        entry(f"《{TITLE}》（{NUMBER}）政策解读", "解读如下：核电项目更多了。", url="https://kjt.example.cn/j.shtml"),
    )
    bring(desk, entry(TITLE, "川科发〔2026〕13号", *BODY, key="guid-9", url=URL))
    assert len(stored_articles(desk)) == 3


def test_the_same_page_in_two_columns_is_one_and_an_edit_in_either_is_no_second_alert(desk: Service) -> None:
    done = [bring(desk, FIRST), bring(desk, FIRST, source="内参")]
    edited = entry(TITLE, *BODY, "截止日期延长至2026年4月30日。", url=URL)
    done += [bring(desk, edited, source="内参"), bring(desk, edited)]
    (found,) = stored_articles(desk)
    assert alerts(done) == 1
    assert "延长" in found.article.text


def test_the_whole_text_takes_the_place_of_a_summary_and_no_summary_that_of_the_whole(desk: Service) -> None:
    subscribe(desk, "b@example.org", "信用记录")
    done = [bring(desk, entry(TITLE, BODY[0], url=URL))]
    assert alerts(done) == 1
    done.append(bring(desk, entry(TITLE, *BODY, url=URL), source="内参"))
    assert alerts(done) == 2  # who looks for what only the whole text says
    done.append(bring(desk, entry(TITLE, BODY[0], "详见附件。", url=URL)))
    (found,) = stored_articles(desk)
    assert "信用记录" in found.article.text
    assert alerts(done) == 2


def test_an_item_whose_title_and_text_change_is_the_same_item(desk: Service) -> None:
    done = [bring(desk, FIRST), bring(desk, entry("【更新】核电项目申报", "全文改写。", url=URL))]
    (found,) = stored_articles(desk)
    assert (found.article.title, alerts(done)) == ("【更新】核电项目申报", 1)


def test_nobody_widens_what_a_restricted_source_brought_by_copying_its_head(desk: Service) -> None:
    bring(desk, FIRST, source="内参")
    bring(desk, entry(TITLE, url=URL))
    assert [one.audiences for one in stored_articles(desk)] == [(("内部",),), (("public",),)]
    bring(desk, entry(TITLE, *BODY, key="guid-5", url=URL))
    assert len(stored_articles(desk)) == 2


def test_a_source_that_has_another_name_now_brings_nothing_twice(desk: Service) -> None:
    bring(desk, FIRST)
    with desk.database.write() as session:
        session.get_one(SourceRow, 1).name = "省科技厅"
    assert alerts([bring(desk, entry(TITLE, *BODY, "补充一句。", url=URL), source="省科技厅")]) == 0
    assert len(stored_articles(desk)) == 1


def test_what_was_there_before_can_be_found_and_alerts_nobody(desk: Service, clock: Clock) -> None:
    done = [bring(desk, FIRST, old=True)]
    (found,) = stored_articles(desk)
    assert found.old
    told = explain(desk.database, "a@example.org", str(found.id))
    assert told.parted is not None
    assert "不提醒" in told.parted.zh
    clock.forward(days=1)
    moved = entry(TITLE, *BODY, url="https://kjt.example.cn/moved.shtml")
    edited = entry(TITLE, *BODY, "补充一句。", url=URL)
    done += [bring(desk, moved), bring(desk, edited)]
    assert (len(stored_articles(desk)), alerts(done)) == (1, 0)


def test_what_was_old_at_one_source_and_is_new_at_another_is_news(desk: Service) -> None:
    bring(desk, FIRST, old=True, source="内参")
    assert alerts([bring(desk, FIRST)]) == 1
    assert len(stored_articles(desk)) == 1
    assert alerts([bring(desk, FIRST, old=True), bring(desk, FIRST, old=True, source="内参")]) == 0


def test_old_documents_that_cannot_be_read_ask_for_nobody(desk: Service) -> None:
    scan = Document(key="s", name="s.doc", media_type="", content=b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    (read,) = bring(desk, scan, old=True).read
    assert read.state == "old"
    assert read.error


def test_news_does_not_wait_for_what_is_old(desk: Service) -> None:
    with desk.database.read() as session:
        number = session.get_one(SourceRow, 1).id
    assert number is not None
    bring(desk, *(entry(f"旧闻{n}", f"第{n}条核电旧闻。", url=f"{URL}?id={n}") for n in range(3)), old=True)
    done = bring(desk, entry(TITLE, *BODY, url="https://kjt.example.cn/new.shtml"))
    assert done.read[0].name == TITLE
    with desk.database.read() as session:
        assert session.get(BulletinRow, 4) is not None
