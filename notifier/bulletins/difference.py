"""What changed between two versions of an article: sentences that came and went, bounded. Pure, linear."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from notifier.domain import SENTENCE_ENDS, Article

MOST = 20  # sentences shown of each kind
LONGEST = 200  # characters of one


@dataclass(frozen=True, slots=True)
class Difference:
    """Sentences in their order, cut to LONGEST, MOST at most; the counts are of all. `titles`: where they differ."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    added_count: int = 0
    removed_count: int = 0
    titles: tuple[str, str] | None = None

    def __bool__(self) -> bool:
        return bool(self.added_count or self.removed_count or self.titles)


def difference(before: Article, after: Article) -> Difference:
    """White space and the order of sentences are no difference."""
    old, new = list(_sentences(before.text)), list(_sentences(after.text))
    added, removed = _beyond(new, old), _beyond(old, new)
    titles = (before.title[:LONGEST], after.title[:LONGEST])
    return Difference(
        added=_shown(added),
        removed=_shown(removed),
        added_count=len(added),
        removed_count=len(removed),
        titles=None if "".join(before.title.split()) == "".join(after.title.split()) else titles,
    )


def _sentences(text: str) -> Iterator[str]:
    start = 0
    for at, char in enumerate(text):
        if char in SENTENCE_ENDS:
            yield from _told(text[start : at + 1])
            start = at + 1
    yield from _told(text[start:])


def _told(sentence: str) -> Iterator[str]:
    if any(char.isalnum() for char in sentence):
        yield " ".join(sentence.split())


def _beyond(some: Sequence[str], others: Sequence[str]) -> list[str]:
    """Those that stand more often in `some`."""
    left = Counter(map(_folded, others))
    found = []
    for sentence in some:
        key = _folded(sentence)
        if left[key]:
            left[key] -= 1
        else:
            found.append(sentence)
    return found


def _folded(sentence: str) -> str:
    return "".join(sentence.split())


def _shown(sentences: Sequence[str]) -> tuple[str, ...]:
    cut = (one if len(one) <= LONGEST else one[: LONGEST - 1] + "…" for one in sentences[:MOST])
    return tuple(cut)
