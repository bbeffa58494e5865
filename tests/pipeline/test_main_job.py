"""The main job on the real bulletin: who gets what, and that nobody gets anything twice."""

from pathlib import Path

import pytest

from notifier.bootstrap import Service
from pipeline.job import lines, mails, note, put, subscribe, titles_sent, work

BEIJING = "北京加快构建科技金融体制支撑高水平科技自立自强"
SERVICES = "我省加快推进科技服务业高质量发展"
GUANGYUAN = "广元出台科技创新引领经济高质量发展政策措施"
HUALONG = "全球最大“华龙一号”基地启动装料“心脏”由四川研发"
EXPECTED = {
    "科技金融": [BEIJING, SERVICES, GUANGYUAN],
    "广元": [GUANGYUAN],
    "核电": [HUALONG],
    "科技型企业": [BEIJING, GUANGYUAN],
    "创新积分制": [GUANGYUAN],
    "核电 AND 广元": [],
    "#核电": [HUALONG],
}


@pytest.fixture
def bulletin(shared: Path) -> bytes:
    return (shared / "bulletins" / "52.txt").read_bytes()


def test_each_gets_the_articles_of_bulletin_52_that_they_asked_for(service: Service, bulletin: bytes) -> None:
    people = {f"p{number}@example.org": rule for number, rule in enumerate(EXPECTED)}
    for address, rule in people.items():
        subscribe(service, address, rule)
    put(service, "52.txt", bulletin)
    work(service)
    assert {person: titles_sent(service).get(person, []) for person in people} == {
        person: EXPECTED[rule] for person, rule in people.items()
    }


def test_alerts_found_in_one_pass_go_into_one_mail_in_the_order_of_the_bulletin(
    service: Service, bulletin: bytes
) -> None:
    subscribe(service, "a@example.org", "核电", "广元", "科技金融")
    put(service, "52.txt", bulletin)
    work(service)
    (mail,) = mails(service)
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    places = [text.index(title) for title in (BEIJING, SERVICES, GUANGYUAN, HUALONG)]
    assert places == sorted(places)
    assert [line.articles for line in lines(service)] == [(BEIJING, SERVICES, GUANGYUAN, HUALONG)]


def test_an_alert_has_every_rule_that_matched(service: Service, bulletin: bytes) -> None:
    subscribe(service, "a@example.org", "广元", "创新积分制", "核电")
    put(service, "52.txt", bulletin)
    work(service)
    feed = service.feeds.by_email("a@example.org", "json")
    rules = {entry.article.title: [reason.rule for reason in entry.reasons] for entry in feed.entries}
    assert rules == {GUANGYUAN: ["广元", "创新积分制"], HUALONG: ["核电"]}


def test_the_same_bulletin_again_sends_nothing(service: Service, bulletin: bytes) -> None:
    """Under another name, in another source, from another line end: it is the same issue."""
    subscribe(service, "a@example.org", "科技金融")
    put(service, "52.txt", bulletin)
    work(service)
    put(service, "copy of 52.txt", bulletin)
    put(service, "52-windows.txt", bulletin.replace(b"\n", b"\r\n"))
    processed = work(service)
    assert [read.state for read in processed.read] == ["known", "known"]
    assert len(mails(service)) == 1


def test_the_same_text_without_a_masthead_under_another_name_sends_nothing(service: Service) -> None:
    subscribe(service, "a@example.org", "核电")
    put(service, "a.txt", note("核电项目开工", "核电项目今日开工。"))
    work(service)
    put(service, "b.txt", note("核电项目开工", "核电项目今日开工。"))
    work(service)
    assert len(mails(service)) == 1


def test_a_changed_file_is_an_update_not_a_second_alert(service: Service) -> None:
    """What is new in it still reaches those whom it now concerns."""
    subscribe(service, "a@example.org", "核电")
    subscribe(service, "b@example.org", "广元")
    put(service, "a.txt", note("核电项目开工", "核电项目今日开工。"))
    work(service)
    put(service, "a.txt", note("核电项目开工", "核电项目今日开工，广元企业参与。"))
    work(service)
    assert titles_sent(service) == {"a@example.org": ["核电项目开工"], "b@example.org": ["核电项目开工"]}


def test_a_document_marked_secret_is_held_and_sent_to_nobody(service: Service) -> None:
    subscribe(service, "a@example.org", "核电", groups=["内部"])
    put(service, "secret.txt", "机密★1年\n\n内部情况\n\n第 3 期\n\n2026年3月1日\n\n" + note("核电项目进展"))
    processed = work(service)
    assert [read.state for read in processed.read] == ["held"]
    assert mails(service) == []
    assert lines(service) == []
    assert service.feeds.by_email("a@example.org", "rss").entries == ()


def test_mail_and_feed_come_from_the_same_alerts(service: Service, bulletin: bytes) -> None:
    subscribe(service, "a@example.org", "科技金融")
    put(service, "52.txt", bulletin)
    work(service)
    feed = service.feeds.by_email("a@example.org", "rss")
    assert {entry.article.title for entry in feed.entries} == set(titles_sent(service)["a@example.org"])


def test_the_article_date_is_the_issue_date_in_its_source_zone(service: Service, bulletin: bytes) -> None:
    subscribe(service, "a@example.org", "广元")
    put(service, "52.txt", bulletin)
    work(service)
    (mail,) = mails(service)
    assert "2025年10月27日" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "2025年10月26日" not in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
