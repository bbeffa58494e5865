"""Threads share one matcher: some match while others add, remove and rebuild."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

from notifier.domain import Article
from notifier.matching import Matcher, Rule

STABLE = {"核电": True, "核电 AND 四川": True, "标题:核电": False, "四川 NOT 核电": False, "核电 NEAR/5 四川": True}
ARTICLE = Article(title="标题", body="四川的核电。")


def test_a_rule_that_stays_matches_at_any_moment_of_others_changes() -> None:
    matcher = Matcher()
    matcher.load(Rule(text, text) for text in STABLE)
    over = Event()

    def match() -> int:
        count = 0
        while not over.is_set():
            found = {one.key for one in matcher.match(ARTICLE)} & STABLE.keys()
            assert found == {text for text, matches in STABLE.items() if matches}
            count += 1
        return count

    def change() -> None:
        for round_ in range(60):
            matcher.load(Rule(("new", at), f"四川{round_}厂{at} OR 核电{at}") for at in range(100))
            matcher.add(("one", round_), f"(四川 OR 核电) 地区:四川 OR 第{round_}批")
            for at in range(0, 100, 3):
                matcher.remove(("new", at))
            if round_ % 7 == 0:
                matcher.rebuild()

    with ThreadPoolExecutor(3) as pool:
        matching = [pool.submit(match) for _ in range(2)]
        try:
            pool.submit(change).result()
        finally:
            over.set()
        assert all(one.result() > 0 for one in matching)


def test_removed_rules_leave_the_index_when_they_are_most() -> None:
    matcher = Matcher()
    matcher.load(Rule(at, f"核电{at}站") for at in range(30_000))
    matcher.add("kept", "四川 核电")
    for at in range(29_000):
        matcher.remove(at)
    before = matcher.stats
    matcher.rebuild()
    after = matcher.stats
    assert (before.removed, after.removed, after.rules) == (29_000, 0, 1_001)
    assert after.forms == 1_001
    assert [one.key for one in matcher.match(ARTICLE)] == ["kept"]
    assert [one.key for one in matcher.match(Article(title="核电29999站"))] == [29_999]
