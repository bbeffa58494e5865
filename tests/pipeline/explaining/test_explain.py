"""`explain` names the link at which an article and a subscriber parted, in every case."""

import asyncio
import datetime as dt
from collections.abc import Callable

import pytest

from conftest import Clock
from delivery.relays import ScriptedRelay
from notifier.accounts.channels import add_channel
from notifier.accounts.rules import remove_rule, save_rule
from notifier.accounts.subscribers import change_state, set_groups
from notifier.accounts.when import When, set_when
from notifier.bootstrap import Service
from notifier.domain import SubscriberState
from notifier.pipeline.explaining.explain import Explanation, explain
from notifier.pipeline.reading.read import read_documents
from notifier.storage.channels import DISABLED, channel_row, set_channel_state
from pipeline.job import note, put, subscribe, take, work

TITLE = "核电项目开工"
ISSUE = "内部情况\n\n第 3 期\n\n2026年3月1日\n\n核电项目进展\n\n核电项目进展顺利。\n"


@pytest.fixture
def service(on_sqlite: Callable[..., Service]) -> Service:
    return on_sqlite()


def _ask(service: Service, article: str = TITLE, who: str = "a@example.org") -> Explanation:
    return explain(service.database, who, article)


def _parted(told: Explanation) -> tuple[str, str]:
    """Where they parted, and the Chinese words for it."""
    assert told.parted is not None, [link.zh for link in told.links]
    assert told.parted.en
    return told.parted.step, told.parted.zh


def _said(told: Explanation) -> str:
    return "\n".join(link.zh for link in told.links)


def test_what_was_never_fetched_says_when_each_source_was_polled(service: Service) -> None:
    subscribe(service, "a@example.org", "核电")
    step, zh = _parted(_ask(service))
    assert (step, "没有取到过" in zh) == ("fetch", True)
    assert "要参 从未轮询" in _said(_ask(service))
    work(service)
    assert "要参 上次轮询" in _said(_ask(service))
    (service.settings.folder / "inbox").rmdir()
    work(service)
    assert "要参 上次轮询失败" in _said(_ask(service))


def test_what_waits_to_be_read_waits(service: Service) -> None:
    put(service, "a.txt", note(TITLE))
    asyncio.run(service.poll(everything=True))
    told = _ask(service, "a.txt")
    assert (told.parted.step, told.parted.verdict) == ("read", "wait")  # type: ignore[union-attr]


def test_what_could_not_be_read_says_why(service: Service) -> None:
    put(service, "broken.txt", bytes(range(256)) * 40)
    work(service)
    step, zh = _parted(_ask(service, "broken.txt"))
    assert step == "read"
    assert "：" in zh


def test_what_is_marked_secret_is_held(service: Service) -> None:
    subscribe(service, "a@example.org", "核电", groups=["内部"])
    put(service, "secret.txt", "机密★1年\n\n" + ISSUE)
    work(service)
    for words in ("核电项目进展", "secret.txt"):
        step, zh = _parted(_ask(service, words))
        assert (step, "密级" in zh) == ("read", True)


def test_a_source_for_others_is_named_by_its_groups(service: Service) -> None:
    subscribe(service, "a@example.org", "核电")
    put(service, "a.txt", note(TITLE), folder="restricted")
    work(service)
    step, zh = _parted(_ask(service))
    assert (step, "内部" in zh) == ("audience", True)


def test_who_joined_the_group_after_the_match_was_not_in_it_then(service: Service, clock: Clock) -> None:
    subscribe(service, "a@example.org", "核电")
    put(service, "a.txt", note(TITLE), folder="restricted")
    work(service)
    set_groups(service.database, "a@example.org", ["内部"], now=clock.forward(hours=1))
    step, zh = _parted(_ask(service))
    assert (step, "文章匹配时该订阅者还不在其中" in zh) == ("audience", True)


def test_a_broken_channel_says_nothing_of_its_owner(service: Service) -> None:
    subscribe(service, "a@example.org", "广元")
    add_channel(service.database, "a@example.org", "https://hooks.example.org/a", now=service.clock())
    with service.database.write() as session:
        row = channel_row(session, 1, "webhook")
        assert row is not None
        set_channel_state(session, row, DISABLED, reason="410", now=service.clock())
    take(service, "a.txt", note(TITLE))
    assert _parted(_ask(service))[0] == "match"


def test_what_came_of_each_channel_is_told(service: Service) -> None:
    """Mail ended, and says so; the webhook still waits, and says so too."""
    subscribe(service, "a@example.org", "核电", delivery="daily")
    add_channel(service.database, "a@example.org", "https://hooks.example.org/a", now=service.clock())
    take(service, "a.txt", note(TITLE))
    change_state(service.database, "a@example.org", SubscriberState.SUPPRESSED, now=service.clock(), why="test")
    told = _ask(service)
    assert [(link.step, link.verdict) for link in told.links[-2:]] == [("delivery", "no"), ("delivery", "wait")]
    assert "email 不再发送" in _parted(told)[1]


def test_what_waits_in_the_night_says_until_when(service: Service, clock: Clock) -> None:
    subscribe(service, "a@example.org", "核电")
    take(service, "a.txt", note(TITLE))
    when = When(quiet="11:00-15:00")
    set_when(service.database, "a@example.org", when, calendar=service.calendar, now=clock())
    asyncio.run(service.deliver())
    told = _ask(service)
    assert "2026-03-16 15:00（Asia/Shanghai） 发送：quiet hours or a day off" in _parted(told)[1]
    assert told.parted.en.endswith("is ready: quiet hours or a day off")  # type: ignore[union-attr]


def test_nobody_of_that_address(service: Service) -> None:
    take(service, "a.txt", note(TITLE))
    assert _parted(_ask(service, who="nobody@example.org")) == ("subscriber", "没有订阅者 nobody@example.org")


def test_who_came_after_the_match_had_not_subscribed_yet(service: Service) -> None:
    take(service, "a.txt", note(TITLE))
    subscribe(service, "a@example.org", "核电")
    step, zh = _parted(_ask(service))
    assert (step, "还没有订阅" in zh) == ("subscriber", True)


def test_who_had_no_rule_then(service: Service) -> None:
    subscribe(service, "a@example.org")
    take(service, "a.txt", note(TITLE))
    assert _parted(_ask(service))[0] == "rules"


@pytest.mark.parametrize("earlier", [[], ["广元"]])
def test_a_rule_saved_after_the_match_is_named(service: Service, clock: Clock, earlier: list[str]) -> None:
    subscribe(service, "a@example.org", *earlier)
    take(service, "a.txt", note(TITLE))
    save_rule(service.database, "a@example.org", "核电", topics=service.library.topics, now=clock.forward(hours=1))
    told = _ask(service)
    assert "规则“核电”的保存晚于这篇文章的匹配" in _said(told)
    assert _parted(told)[0] == ("match" if earlier else "rules")


def test_no_hit_says_which_term_was_missing(service: Service) -> None:
    subscribe(service, "a@example.org", "核电 AND 广元")
    take(service, "a.txt", note(TITLE))
    told = _ask(service)
    assert _parted(told)[0] == "match"
    assert "广元" in _said(told).partition("未匹配")[2]


def test_an_excluded_term_is_named(service: Service) -> None:
    subscribe(service, "a@example.org", "核电 NOT 开工")
    take(service, "a.txt", note(TITLE))
    told = _ask(service)
    assert _parted(told)[0] == "match"
    assert "开工" in _said(told).partition("未匹配：")[2]


def test_a_score_below_the_least_is_named(service: Service) -> None:
    subscribe(service, "a@example.org")
    topics = service.library.topics
    save_rule(service.database, "a@example.org", "说明", topics=topics, min_score=1.0, now=service.clock())
    take(service, "a.txt", note(TITLE))
    told = _ask(service)
    assert _parted(told)[0] == "match"
    assert "未匹配" in _said(told)


def test_the_rules_are_those_of_the_moment_of_the_match(service: Service, clock: Clock) -> None:
    number = subscribe(service, "a@example.org")
    topics = service.library.topics
    rule = save_rule(service.database, "a@example.org", "广元", topics=topics, now=service.clock())
    take(service, "a.txt", note(TITLE))
    remove_rule(service.database, rule)
    save_rule(service.database, "a@example.org", "核电", topics=topics, now=clock.forward(hours=1))
    told = _ask(service)
    assert number
    assert "规则“广元”未匹配" in _said(told)
    assert "规则“核电”未匹配" not in _said(told)


def test_the_topics_are_those_of_the_moment_of_the_match(on_sqlite: Callable[..., Service], clock: Clock) -> None:
    service = on_sqlite('[topics]\nfolder = "topics"')
    folder = service.settings.folder / "topics"
    folder.mkdir()
    file = folder / "x.toml"
    file.write_text('name = "星桥"\nterms = ["燃料电池"]\n', encoding="utf-8")
    service.library.refresh(service.database)
    subscribe(service, "a@example.org", "#星桥")
    take(service, "a.txt", note(TITLE))
    file.write_text('name = "星桥"\nterms = ["燃料电池", "核电项目"]\n', encoding="utf-8")
    clock.forward(hours=1)
    take(service, "b.txt", note("核电项目并网"))
    told = _ask(service)
    assert _parted(told)[0] == "match"
    assert "现在会匹配" not in _said(told)
    assert _ask(service, "核电项目并网").links[-1].step == "delivery"
    file.unlink()
    service.library.refresh(service.database)
    assert "未匹配" in _said(_ask(service))
    assert "无法使用" not in _said(_ask(service))


def test_shipped_topics_are_known_at_the_first_match(service: Service) -> None:
    subscribe(service, "a@example.org", "#核电")
    take(service, "a.txt", note("广元要闻", "别的事情。"))
    told = _ask(service, "广元要闻")
    assert "无法使用" not in _said(told)
    assert "未匹配" in _said(told)


def test_the_same_bulletin_again_is_said(service: Service) -> None:
    subscribe(service, "a@example.org", "核电")
    put(service, "a.txt", ISSUE)
    work(service)
    put(service, "copy.txt", ISSUE)
    work(service)
    told = _ask(service, "核电项目进展")
    assert told.parted is None
    assert "copy.txt（同一期再次出现）" in _said(told)
    assert _ask(service, "copy.txt").article == told.article


def test_who_was_alerted_and_whose_article_changed_since_was_alerted(service: Service) -> None:
    subscribe(service, "a@example.org", "核电")
    put(service, "a.txt", note(TITLE, "一"))
    work(service)
    put(service, "a.txt", note(TITLE, "二二"))
    asyncio.run(service.poll(everything=True))
    read_documents(service.database, service.reader, clock=service.clock)
    assert _ask(service).parted is None


def test_who_had_unsubscribed_and_who_has_since(service: Service, clock: Clock) -> None:
    subscribe(service, "a@example.org", "核电")
    take(service, "a.txt", note(TITLE))
    change_state(
        service.database, "a@example.org", SubscriberState.UNSUBSCRIBED, now=clock.forward(hours=1), why="test"
    )
    take(service, "b.txt", note("核电项目并网"))
    step, zh = _parted(_ask(service))
    assert (step, "unsubscribed" in zh) == ("delivery", True)
    step, zh = _parted(_ask(service, "并网"))
    assert (step, "已退订" in zh) == ("subscriber", True)


def test_who_is_paused_waits(service: Service) -> None:
    subscribe(service, "a@example.org", "核电")
    change_state(service.database, "a@example.org", SubscriberState.PAUSED, now=service.clock(), why="test")
    take(service, "a.txt", note(TITLE))
    told = _ask(service)
    assert (told.parted.step, told.parted.verdict) == ("delivery", "wait")  # type: ignore[union-attr]
    assert "已暂停" in told.parted.zh  # type: ignore[union-attr]


def test_a_digest_waits_until_its_local_hour(service: Service) -> None:
    subscribe(service, "a@example.org", "核电", delivery="daily")
    take(service, "a.txt", note(TITLE))
    step, zh = _parted(_ask(service))
    assert step == "delivery"
    assert "2026-03-17 08:00（Asia/Shanghai）" in zh


def test_who_lost_the_group_sees_it_in_neither(service: Service, clock: Clock) -> None:
    subscribe(service, "a@example.org", "核电", groups=["内部"], delivery="daily")
    put(service, "a.txt", note(TITLE), folder="restricted")
    work(service)
    set_groups(service.database, "a@example.org", [], now=clock())
    clock.forward(days=1)
    work(service)
    told = _ask(service)
    assert _parted(told)[0] == "delivery"
    assert "已在个人订阅源中" not in _said(told)


def test_what_was_sent_has_its_rule_sentence_message_and_attempt(service: Service) -> None:
    subscribe(service, "a@example.org", "核电")
    put(service, "a.txt", note(TITLE, "今天。核电项目今日开工。明天。"))
    work(service)
    told = _ask(service)
    assert told.parted is None
    assert [link.step for link in told.links] == ["fetch", "read", "match", "alert", "feed", "attempt", "delivery"]
    assert "规则“核电”匹配" in _said(told)
    assert "状态 sent" in told.links[-1].zh


@pytest.mark.parametrize(
    ("reply", "verdict", "state"),
    [("451 4.3.0 try later", "wait", "deferred"), ("550 5.1.1 no such user here", "no", "bounced")],
)
def test_an_attempt_is_told_with_its_reply(
    on_sqlite: Callable[..., Service], clock: Clock, reply: str, verdict: str, state: str
) -> None:
    relay = ScriptedRelay()
    relay.script = {"RCPT": [reply]}

    async def deliver() -> Service:
        async with relay.running():
            service = on_sqlite(f'[mail]\ntransport = "smtp"\nhost = "127.0.0.1"\nport = {relay.port}')
            subscribe(service, "a@example.org", "核电")
            take(service, "a.txt", note(TITLE))
            await service.deliver()
            return service

    service = asyncio.run(deliver())
    told = _ask(service)
    assert (told.parted.step, told.parted.verdict) == ("delivery", verdict)  # type: ignore[union-attr]
    assert state in told.parted.zh  # type: ignore[union-attr]
    attempt = next(link for link in told.links if link.step == "attempt")
    assert reply in attempt.zh
    assert attempt.at == clock()
    if state == "deferred":
        again = (clock() + dt.timedelta(minutes=1, hours=8)).strftime("%Y-%m-%d %H:%M")
        assert f"{again}（Asia/Shanghai） 再试" in told.parted.zh  # type: ignore[union-attr]


def test_an_article_is_found_by_number_title_and_the_name_of_its_only_document(service: Service) -> None:
    subscribe(service, "a@example.org", "核电")
    put(service, "a.txt", note(TITLE))
    work(service)
    found = {words: _ask(service, words).article for words in ("1", TITLE, "项目 开工", "a.txt", "a.tx")}
    assert {one.id if one else 0 for one in found.values()} == {1}
    for words in ("2", "999999999999999999999999", "%", "_"):
        assert _ask(service, words).article is None


def test_a_document_with_several_articles_lists_them_by_number(service: Service, shared: object) -> None:
    bulletin = (shared / "bulletins" / "52.txt").read_bytes()  # type: ignore[operator]
    put(service, "52.txt", bulletin)
    work(service)
    told = _ask(service, "52.txt")
    assert told.article is None
    assert told.parted is None
    assert sum("#" in link.zh for link in told.links) == 5
