"""Topics tried on their own sample texts."""

from collections.abc import Mapping
from typing import NamedTuple

from notifier.domain import Article
from notifier.matching.matcher import Matcher
from notifier.matching.mention.gate import Gate
from notifier.matching.topics import Topic


class FailedSample(NamedTuple):
    """A sample text that the topic should have matched and did not (`wanted`), or the other way round."""

    topic: str
    text: str
    wanted: bool


def failed_samples(topics: Mapping[str, Topic], *, gate: Gate | None = None) -> list[FailedSample]:
    """Every sample in `hits` that its topic misses, and every one in `misses` that it matches."""
    failed = []
    matcher = Matcher(topics, gate=gate)
    for topic in topics.values():
        matcher.add("tried", f"#{topic.name}")
        samples = [(text, True) for text in topic.hits] + [(text, False) for text in topic.misses]
        for text, wanted in samples:
            if bool(matcher.match(Article(title="", body=text))) is not wanted:
                failed.append(FailedSample(topic.name, text, wanted))
    return failed
