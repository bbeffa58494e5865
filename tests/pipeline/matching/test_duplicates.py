"""The same notice on several sites is one alert that names the others; another of the same form is another."""

import pytest

from conftest import Clock
from notifier.bootstrap import Service
from notifier.pipeline.explaining.explain import explain
from pipeline.job import mails, note, put, subscribe, titles_sent, work

NOTICE = (
    "为贯彻落实创新驱动发展战略，现组织开展2026年度核电装备攻关项目申报工作。申报单位应当为在本省注册的企业、高等学校和科研院所，"
    "具有较强的研发能力和良好的信用记录。项目实施期一般为2年，单个项目支持经费不超过100万元。",
    "申报时间为2026年3月1日至3月31日，请各市州科技局按时组织推荐，逾期不予受理。联系人为计划处，电话见附件。",
)
TITLE = "关于组织申报2026年度核电装备攻关项目的通知"


def test_the_same_notice_in_another_source_is_no_second_alert_and_is_named(service: Service, clock: Clock) -> None:
    subscribe(service, "a@example.org", "核电")
    put(service, "site1.txt", note(TITLE, *NOTICE))
    work(service)
    clock.forward(days=2)
    put(service, "site2.txt", note(f"转发：{TITLE}", "来源：省科技厅", *NOTICE))
    work(service)
    assert titles_sent(service) == {"a@example.org": [TITLE]}
    (entry,) = service.feeds.by_email("a@example.org", "rss").entries
    assert [source for source, _ in entry.others] == ["要参"]
    told = explain(service.database, "a@example.org", "转发")
    assert told.parted is not None
    assert "#1" in told.parted.zh


def test_who_could_not_see_the_first_gets_the_second(service: Service) -> None:
    subscribe(service, "in@example.org", "核电", groups=["内部"])
    subscribe(service, "out@example.org", "核电")
    put(service, "a.txt", note(TITLE, *NOTICE), folder="restricted")
    work(service)
    put(service, "b.txt", note(f"转发：{TITLE}", *NOTICE))
    work(service)
    assert titles_sent(service) == {"in@example.org": [TITLE], "out@example.org": [f"转发：{TITLE}"]}
    (entry,) = service.feeds.by_email("out@example.org", "rss").entries
    assert entry.others == ()  # nothing tells of the restricted source


@pytest.mark.parametrize("year", ["2025", "2027"])
def test_the_notice_of_another_year_is_another(service: Service, year: str) -> None:
    subscribe(service, "a@example.org", "核电")
    put(service, "a.txt", note(TITLE, *NOTICE))
    put(service, "b.txt", note(TITLE.replace("2026", year), *(text.replace("2026", year) for text in NOTICE)))
    work(service)
    assert len(titles_sent(service)["a@example.org"]) == 2
    assert len(mails(service)) == 1


def test_the_same_words_a_month_later_are_news_again(service: Service, clock: Clock) -> None:
    subscribe(service, "a@example.org", "核电")
    put(service, "a.txt", note(TITLE, *NOTICE))
    work(service)
    clock.forward(days=31)
    put(service, "b.txt", note(f"重发：{TITLE}", *NOTICE))
    work(service)
    assert len(titles_sent(service)["a@example.org"]) == 2
