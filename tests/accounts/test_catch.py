"""What a rule would have caught: told from what its subscriber may see, exactly or honestly."""

import datetime as dt
from pathlib import Path

import pytest

from accounts.stored import put
from conftest import Clock
from notifier.accounts.catch import DAYS, Catch, Previewer
from notifier.accounts.rule_help import Asked
from notifier.bootstrap import Service
from notifier.domain import MODES
from notifier.errors import RuleError
from notifier.matching.advice.compare import Written
from notifier.matching.advice.tally import JUDGED, NEWEST
from notifier.matching.language.parser import parse_rule

NOBODY: frozenset[str] = frozenset()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Both databases: what is found and what is left out is theirs to say."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/notifier.db"
    return str(request.getfixturevalue("new_postgres")())


@pytest.fixture
def previewer(service: Service) -> Previewer:
    return Previewer(service.database, service.library.load, timezone="Asia/Shanghai", patience=60)


def ask(previewer: Previewer, service: Service, text: str, **options: object) -> Catch:
    asked = Asked(text, **({"groups": NOBODY} | options))  # type: ignore[arg-type]
    return previewer.catch(asked, language="zh-CN", now=service.clock())


def titles(catch: Catch) -> list[str]:
    return [one.entry.article.title for one in catch.caught]


def test_the_articles_of_ninety_days_are_told_with_their_hits(service: Service, previewer: Previewer) -> None:
    put(service, ("核电开工", "正文"), ("风电开工", "正文"), ago=1)
    put(service, ("通知", "推进核电建设。"), ago=30)
    put(service, ("核电旧闻", "正文"), ago=DAYS + 1)
    found = ask(previewer, service, "核电")
    assert titles(found) == ["通知", "核电开工"]
    (reason,) = found.caught[0].entry.reasons
    assert [(hit.field, hit.text) for hit in reason.hits] == [("body", "核电")]
    assert found.caught[0].day == (service.clock() - dt.timedelta(days=30)).date()
    assert (found.tally.least, found.tally.about, found.tally.exact) == (2, 2, True)
    assert (found.articles, found.covered) == (3, 31)
    assert found.per_week == pytest.approx(14 / 31)
    assert "核电" in found.understood


def test_nothing_of_a_restricted_or_held_source_is_told_or_counted(service: Service, previewer: Previewer) -> None:
    put(service, ("核电公开", "正文"))
    put(service, ("核电内部", "只有内部能看的正文"), source="内参")
    put(service, ("核电秘密", "正文"), marking="秘密")
    outside, inside = (ask(previewer, service, "核电", groups=frozenset(groups)) for groups in ((), ("内部",)))
    assert titles(outside) == ["核电公开"]
    assert (outside.tally.candidates, outside.articles) == (1, 1)
    assert "内部" not in repr(outside)
    assert titles(inside) == ["核电内部", "核电公开"]
    assert inside.articles == 2
    nothing = ask(previewer, service, "只有内部")
    assert (nothing.tally.candidates, nothing.caught) == (0, ())


def test_an_accident_is_not_told_and_remarked_when_it_is_usual(service: Service, previewer: Previewer) -> None:
    put(service, ("推广元宇宙", "推广元宇宙应用"), ("各地推广元旦活动", "推广元件"), ("广元市新闻", "广元市"))
    found = ask(previewer, service, "广元")
    assert titles(found) == ["广元市新闻"]
    assert [remark.code for remark in found.remarks] == ["accident"]
    assert found.tally.candidates == 3
    assert [found.by_mode[mode].about for mode in MODES] == [1, 1, 3]


def test_a_very_common_term_is_sampled_and_says_so(service: Service, previewer: Previewer) -> None:
    put(service, *((f"发展第{at}期", "推动发展") for at in range(3 * JUDGED)), ago=1)
    put(service, *((f"动态第{at}期", "推动发展") for at in range(JUDGED)), ago=2)
    found = ask(previewer, service, "标题:发展", at_once=True)
    assert (found.tally.judged, found.tally.candidates, found.tally.exact) == (JUDGED, 4 * JUDGED, False)
    assert found.tally.least < found.tally.about
    assert abs(found.tally.about - 3 * JUDGED) < JUDGED / 2
    assert "many" in [remark.code for remark in found.remarks]


def test_out_of_patience_only_the_newest_are_judged(service: Service) -> None:
    put(service, *((f"核电第{at}期", "正文") for at in range(2 * NEWEST)))
    hurried = Previewer(service.database, service.library.load, timezone="Asia/Shanghai", patience=-1)
    found = ask(hurried, service, "核电")
    assert (found.tally.judged, found.tally.least, found.tally.about) == (NEWEST, NEWEST, 2 * NEWEST)


def test_other_rules_of_theirs_and_topics_are_remarked(service: Service, previewer: Previewer) -> None:
    put(service, ("核电开工", "正文"))
    other = Written(parse_rule("核电"))
    found = ask(previewer, service, "核电 开工", others={"“核电”": other})
    assert "contained" in [remark.code for remark in found.remarks]
    assert any(one.topic.name == "核电" for one in found.proposals)


@pytest.mark.parametrize(("text", "position"), [("核电 AND", 3), ("(核电", 0), ("核电 #没有的话题", 3), ("", 0)])
def test_what_cannot_be_understood_is_refused_at_its_column(
    service: Service, previewer: Previewer, text: str, position: int
) -> None:
    for language in ("zh-CN", "en"):
        with pytest.raises(RuleError) as refused:
            previewer.catch(Asked(text, groups=NOBODY), language=language, now=service.clock())
        assert refused.value.position == position
        assert refused.value.message


def test_a_change_tells_what_it_gains_and_loses(service: Service, previewer: Previewer) -> None:
    put(service, ("核电四川", "正文"), ("核电广东", "正文"), ("风电四川", "正文"), ("风电广东", "正文"))
    put(service, ("核能四川", "正文"), source="内参")
    new, old = Asked("四川", groups=NOBODY), Asked("核电", groups=NOBODY)
    effect = previewer.effect(new, old, language="zh-CN", now=service.clock())
    assert [one.entry.article.title for one in effect.gains] == ["风电四川"]
    assert [one.entry.article.title for one in effect.losses] == ["核电广东"]
    assert (effect.gained.about, effect.lost.about) == (1, 1)
    none = previewer.effect(new, new, language="zh-CN", now=service.clock())
    assert (none.gained.about, none.lost.about, none.gains, none.losses) == (0, 0, (), ())


def test_new_articles_count_at_once(service: Service, clock: Clock, previewer: Previewer) -> None:
    assert ask(previewer, service, "核电").articles == 0
    put(service, ("核电开工", "正文"), ("风电开工", "正文"))
    found = ask(previewer, service, "核电")
    assert (titles(found), found.articles) == (["核电开工"], 2)
    put(service, ("风电投产", "正文"))
    assert ask(previewer, service, "核电").articles == 2
    clock.forward(minutes=2)
    assert ask(previewer, service, "核电").articles == 3
