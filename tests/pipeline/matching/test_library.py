"""The topic library is followed while the service runs: an edit counts from the next article, a broken one does not."""

from collections.abc import Callable
from pathlib import Path

import pytest

from notifier.accounts.rules import save_rule
from notifier.accounts.subscribers import add_subscribers, new_subscriber
from notifier.bootstrap import Service
from notifier.domain import Article
from notifier.pipeline.explaining.check import check_topics
from notifier.pipeline.matching.library import TopicLibrary

TOPIC = 'name = "储能材料"\nterms = ["{term}"]\n'


@pytest.fixture
def followed(on_sqlite: Callable[..., Service], place: Path) -> Callable[[str], list[str]]:
    """A service whose only subscriber wants #储能材料; `matched(text)` says what an article with it came to."""
    (place / "topics").mkdir()
    (place / "topics" / "own.toml").write_text(TOPIC.format(term="钒液流"), encoding="utf-8")
    service = on_sqlite("[topics]", 'folder = "topics"')
    topics = service.library.topics
    person = new_subscriber("a@example.org", [], topics=topics)
    add_subscribers(service.database, [person], service.defaults, now=service.clock())
    save_rule(service.database, "a@example.org", "#储能材料", topics=topics, now=service.clock())

    def matched(text: str) -> list[str]:
        service.book.refresh(now=service.clock())
        return [str(match.key) for match in service.book.matcher.match(Article("标题", text))]

    return matched


def test_an_edited_topic_counts_without_a_restart(followed: Callable[[str], list[str]], place: Path) -> None:
    assert followed("钒液流电堆投产。")
    assert not followed("钠离子电池投产。")
    (place / "topics" / "own.toml").write_text(TOPIC.format(term="钠离子电池"), encoding="utf-8")
    assert followed("钠离子电池投产。")
    assert not followed("钒液流电堆投产。")


def test_a_topic_broken_by_an_edit_stays_as_it_was(followed: Callable[[str], list[str]], place: Path) -> None:
    assert followed("钒液流电堆投产。")
    (place / "topics" / "own.toml").write_text("name = ", encoding="utf-8")
    assert followed("钒液流电堆投产。")


@pytest.mark.parametrize(
    ("text", "verdict", "says"),
    [
        (TOPIC.format(term="钒液流"), "good", "1 个话题"),
        (TOPIC.format(term="钒液流") + 'hits = ["钠离子电池"]\n', "warn", "应命中 钠离子电池"),
        (TOPIC.format(term="钒液流") + 'misses = ["钒液流电堆"]\n', "warn", "不应命中 钒液流电堆"),
        ("name = ", "bad", "own.toml:1"),
    ],
)
def test_the_operator_s_check_tries_the_sample_texts(tmp_path: Path, text: str, verdict: str, says: str) -> None:
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    finding = check_topics(TopicLibrary([tmp_path]))
    assert finding.verdict == verdict
    assert says in finding.zh
