"""Articles that were stored before there were facts get them, and nobody is alerted again."""

from sqlmodel import select

from conftest import Clock
from notifier.bootstrap import Service
from notifier.pipeline.reading.facts import restate_articles
from notifier.storage.bulletins import get_articles
from notifier.storage.tables import ArticleRow
from pipeline.job import mails, put, subscribe, work

NOTICE = (
    "四川省科学技术厅关于组织申报核电项目的通知\n\n川科高〔2026〕7号\n\n各市州科技局：\n\n"
    "请于2026年4月10日前将申报材料报送广元市科学技术局。\n\n四川省科学技术厅\n\n2026年3月2日\n"
)


def _forget(service: Service) -> list[object]:
    """As an older program left it: the facts that there were."""
    before = _facts(service)
    with service.database.write() as session:
        session.connection().exec_driver_sql("UPDATE article SET facts = NULL")
    return before


def _facts(service: Service) -> list[object]:
    with service.database.read() as session:
        return [row.facts for row in session.exec(select(ArticleRow).order_by("id")).all()]


def test_what_was_stored_before_facts_gets_the_same_facts_and_alerts_nobody(service: Service, clock: Clock) -> None:
    subscribe(service, "a@example.org", "核电")
    put(service, "a.txt", NOTICE)
    put(service, "b.txt", "图书室夜间开放\n\n自本月起核电图书室开放至九时。\n")
    work(service)
    before = _forget(service)
    assert any(before)
    done = restate_articles(service.database)
    assert (done.articles, done.changed, done.errors) == (2, 2, ())
    assert _facts(service) == before
    sent = len(mails(service))
    clock.forward(days=1)
    work(service)
    assert len(mails(service)) == sent
    assert restate_articles(service.database).articles == 0


def test_all_can_be_looked_at_again(service: Service) -> None:
    put(service, "a.txt", NOTICE)
    work(service)
    done = restate_articles(service.database, everything=True)
    assert (done.articles, done.changed) == (1, 0)


def test_it_goes_on_where_it_was_broken_off(service: Service) -> None:
    for number in range(3):
        put(service, f"{number}.txt", NOTICE.replace("核电", f"核电{number}号"))
    work(service)
    before = _forget(service)
    with service.database.read() as session:
        (first, *_) = session.exec(select(ArticleRow.id).order_by("id")).all()
    with service.database.write() as session:
        session.get_one(ArticleRow, first).facts = []
    assert restate_articles(service.database, chunk=1).articles == 2
    assert _facts(service)[1:] == before[1:]
    with service.database.read() as session:
        assert [stored.matched_at is not None for stored in get_articles(session, [1, 2, 3])] == [True] * 3
