"""A doubtful reading goes out, marked, and the operator is told."""

from bulletins.sheets import Text, pdf
from notifier.bootstrap import Service
from notifier.pipeline.explaining.check import check_readings
from pipeline.job import mails, put, subscribe, work

PAGE = [
    Text(150, 100, "创新驱动简报", 26),
    Text(200, 140, "第7期"),
    Text(150, 180, "2026年3月5日"),
    Text(120, 230, "广元核电项目建设取得新的进展", 20),
    Text(112, 270, "近日，广元核电项目开工建设，进展顺利。"),
]


def test_a_doubtful_reading_is_told_and_marked(service: Service) -> None:
    subscribe(service, "a@example.org", "核电")
    put(service, "7.pdf", pdf([PAGE, []]))
    work(service)
    finding = check_readings(service.database)
    assert finding.verdict == "warn"
    assert "7.pdf（0.50：没有文字的页" in finding.zh
    (mail,) = mails(service)
    body = mail.get_body(("plain",))
    assert body is not None
    assert "部分内容可能不完整" in body.get_content()


def test_a_sound_reading_says_nothing(service: Service) -> None:
    subscribe(service, "a@example.org", "核电")
    put(service, "7.pdf", pdf([PAGE]))
    work(service)
    assert check_readings(service.database).verdict == "good"
    (mail,) = mails(service)
    body = mail.get_body(("plain",))
    assert body is not None
    assert "可能不完整" not in body.get_content()
