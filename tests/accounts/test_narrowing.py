"""不相关: the changes of a rule that would have kept an alert away, the cheapest first."""

from collections.abc import Callable

import pytest

from conftest import Clock
from notifier.accounts.judging import Bench
from notifier.accounts.narrowing import Proposal, propose
from notifier.bootstrap import Service
from notifier.matching.advice.trial import Trial
from notifier.storage.alert_list import Mark, Wanted, list_alerts, set_mark
from notifier.storage.subscribers import get_subscriber, to_subscriber
from pipeline.job import note, subscribe, take


@pytest.fixture
def proposed(service: Service) -> Callable[..., list[Proposal]]:
    def ask(who: int, title: str) -> list[Proposal]:
        with service.database.read() as session:
            row = get_subscriber(session, who)
            assert row is not None
        alert = _alert(service, who, title)
        bench = Bench(Trial(service.library.topics))
        return propose(service.database, to_subscriber(row), alert, bench=bench, now=service.clock())

    return ask


def _alert(service: Service, who: int, title: str) -> int:
    from notifier.storage.bulletins import find_articles

    with service.database.read() as session:
        ((article, _),) = find_articles(session, title)
        return next(one.id for one in list_alerts(session, who, Wanted(), limit=99) if one.article_id == article)


def test_a_word_of_the_title_is_excluded_at_its_price(
    service: Service, proposed: Callable[..., list[Proposal]]
) -> None:
    who = subscribe(service, "a@example.org", "核电")
    for number, title in enumerate(("核电项目开工", "核电招聘公告", "核电机组检修", "核电招聘面试名单")):
        take(service, f"{number}.txt", note(title))
    found = proposed(who, "核电招聘公告")
    assert (found[0].text, found[0].lost) == ("核电 NOT 招聘公告", 0)
    hiring = next(one for one in found if one.text == "核电 NOT 招聘")
    assert (hiring.lost, hiring.of, hiring.titles) == (1, 3, ("核电招聘面试名单",))


def test_what_was_saved_weighs_most_and_what_nobody_wants_is_a_gain(
    service: Service, clock: Clock, proposed: Callable[..., list[Proposal]]
) -> None:
    who = subscribe(service, "a@example.org", "核电")
    for number, title in enumerate(("核电招聘公告", "核电招聘面试名单", "核电并网公告", "核电机组检修")):
        take(service, f"{number}.txt", note(title))
    with service.database.write() as session:
        set_mark(session, _alert(service, who, "核电招聘面试名单"), Mark.IRRELEVANT, since=clock())
        set_mark(session, _alert(service, who, "核电并网公告"), Mark.SAVED, since=clock())
    found = proposed(who, "核电招聘公告")
    assert found[0].text == "核电 NOT 招聘"
    assert [one.saved for one in found if one.text == "核电 NOT 公告"] == [1]


def test_an_alternative_is_put_into_brackets_and_every_form_is_a_rule(
    service: Service, proposed: Callable[..., list[Proposal]]
) -> None:
    who = subscribe(service, "a@example.org", "核电 OR 风电")
    take(service, "a.txt", note("风电场职工运动会", "省能源局组织风电企业参加。"))
    texts = [one.text for one in proposed(who, "风电场职工运动会")]
    assert any(text.startswith("(核电 OR 风电) NOT ") and "运动会" in text for text in texts)
    assert all(
        text.startswith(("(核电 OR 风电) NOT ", "标题:(核电 OR 风电)")) or text == "核电 OR 风电" for text in texts
    )


def test_a_passing_mention_can_be_kept_away_by_the_title_or_the_score(
    service: Service, proposed: Callable[..., list[Proposal]]
) -> None:
    who = subscribe(service, "a@example.org", "核电")
    take(service, "a.txt", note("全省工作会议召开", "会议研究了许多事项。", "其他事项还有核电。"))
    take(service, "b.txt", note("核电项目开工", "核电项目今天开工。"))
    found = {one.text: one for one in proposed(who, "全省工作会议召开")}
    assert found["标题:(核电)"].lost == 0
    assert any(one.min_score > 0 and one.lost == 0 for one in proposed(who, "全省工作会议召开"))


def test_nothing_is_proposed_for_the_alert_of_another(
    service: Service, proposed: Callable[..., list[Proposal]]
) -> None:
    who = subscribe(service, "a@example.org", "核电")
    other = subscribe(service, "b@example.org", "核电")
    take(service, "a.txt", note("核电项目开工"))
    with service.database.read() as session:
        row = get_subscriber(session, other)
        assert row is not None
    alert = _alert(service, who, "核电项目开工")
    bench = Bench(Trial(service.library.topics))
    assert propose(service.database, to_subscriber(row), alert, bench=bench, now=service.clock()) == []
