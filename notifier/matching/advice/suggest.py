"""Terms that a topic may want: words and new phrases that stand in its articles more often than in the rest.

Candidates are the words of the segmenter and runs of up to four of them, so that names which no dictionary has
(玲|龙|一号) are found. They are ranked by the log-likelihood ratio of their document frequencies: Dunning, "Accurate
Methods for the Statistics of Surprise and Coincidence", Computational Linguistics 19(1), 1993.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from notifier.domain import Hit
from notifier.errors import RuleError
from notifier.matching.advice.trial import sentence_of
from notifier.matching.fold import folded
from notifier.matching.mention.lattice import cut_marks
from notifier.matching.prepared import PreparedArticle, Span
from notifier.matching.topics import parse_items

LONGEST = 10  # characters of a candidate
MOST_WORDS = 4  # words of a candidate
MOST_CANDIDATES = 20_000  # that are looked for in the other articles
SURE = 3.84  # the least log-likelihood ratio: 95 % of a chi-square distribution
_SAME = 0.8  # of a part's articles, from which on the longer phrase speaks for it
_FEWEST = 2  # articles of the topic that a candidate stands in; a tenth of them where there are few, three at most
_CLAUSE = re.compile(r"[\u3400-\u9fffa-z0-9+-]+")
_WORD = re.compile(r"[\u3400-\u9fff]+|[a-z][a-z0-9+-]+")
_EDGES = frozenset(
    "的了和与及或在是为对等将把被从向以于并且而则其该此各每本这那之也都又就还要会能可已更最很不有个年月日号期第一二三四五六七八九十百千万亿"
    "上下中内外前后新大小多少到由给让使同按据经应所"
)
_EMPTY = frozenset(
    (
        "进行 开展 推动 推进 加强 加快 实现 提升 提高 促进 支持 完善 建立 我们 他们 以及 通过 根据 有关 相关 工作 方面 "
        "目前 近日 今年 其中 同时 此外 进一步 全面 深入 积极 持续 不断 重点 主要 重要 要求 表示 指出 强调 问题 情况 "
        "时间 全国 我国 我省 全省 全市 省内 记者 获悉 消息 日前"
    ).split()
)


class Suggestion(NamedTuple):
    """A term, in how many articles of the topic and of the others it stands, its score, and one sentence."""

    term: str
    inside: int
    outside: int
    score: float
    sentence: str


class Suggester:
    """Meets the topic's articles first (`learn`), then the others (`weigh`); `best` gives the suggestions.

    `known`: the topic's own terms and excluded terms, folded; nothing that contains one or is a part of one is
    suggested.
    """

    def __init__(self, known: Iterable[str]) -> None:
        self._known = [term.strip("*") for term in known if term.strip("*")]
        self._inside: Counter[str] = Counter()
        self._outside: Counter[str] = Counter()
        self._shown: dict[str, tuple[str, str]] = {}  # as first written, with its sentence
        self._wanted: frozenset[str] | None = None
        self.inside = 0
        self.outside = 0

    def learn(self, article: PreparedArticle) -> None:
        self.inside += 1
        seen: dict[str, Span] = {}
        for span, candidate in _candidates(article):
            seen.setdefault(candidate, span)
        self._inside.update(seen.keys())
        for candidate, span in seen.items():
            if candidate not in self._shown:
                self._shown[candidate] = _as_written(article, span)

    def weigh(self, article: PreparedArticle) -> None:
        if self._wanted is None:
            self._wanted = frozenset(self._frequent())
        self.outside += 1
        self._outside.update(self._wanted.intersection(candidate for _, candidate in _candidates(article)))

    def _frequent(self) -> list[str]:
        least = min(max(_FEWEST, self.inside // 10), 3)
        found = [one for one, count in self._inside.most_common() if count >= least and not self._is_known(one)]
        return found[:MOST_CANDIDATES]

    def _is_known(self, candidate: str) -> bool:
        return any(term in candidate or candidate in term for term in self._known)

    def best(self, most: int = 20) -> list[Suggestion]:
        """The highest score first, the longer of equals; each adds articles to those of the ones before it."""
        wanted = self._wanted if self._wanted is not None else frozenset(self._frequent())
        scored = sorted(
            ((self._score(one), one) for one in wanted), key=lambda pair: (-pair[0], -len(pair[1]), pair[1])
        )
        found: list[Suggestion] = []
        taken: list[str] = []
        for score, one in scored:
            if len(found) >= most or score < (SURE if self.outside else 0.0):
                break
            if _is_term(one) and not self._is_covered(one, taken):
                taken.append(one)
                written, sentence = self._shown[one]
                term = written if folded(written) == one and _is_term(written) else one
                found.append(Suggestion(term, self._inside[one], self._outside[one], round(score, 2), sentence))
        return found

    def _score(self, candidate: str) -> float:
        """The ratio; negative where the candidate is rarer in the topic. Without other articles, the frequency."""
        a, b = self._inside[candidate], self._outside[candidate]
        if not self.outside:
            return float(a)
        ratio = log_likelihood(a, b, inside=self.inside, outside=self.outside)
        return ratio if a * self.outside > b * self.inside else -ratio

    def _is_covered(self, candidate: str, taken: Sequence[str]) -> bool:
        """Does one that was taken find its articles: as a part of it, or as a phrase that it mostly stands in?"""
        count = self._inside[candidate]
        return any(one in candidate or (candidate in one and self._inside[one] >= _SAME * count) for one in taken)


def log_likelihood(a: int, b: int, *, inside: int, outside: int) -> float:
    """Dunning's G² of a term in `a` of `inside` articles and in `b` of `outside` others."""
    total, with_term = inside + outside, a + b
    cells = (
        (a, inside * with_term), (b, outside * with_term),
        (inside - a, inside * (total - with_term)), (outside - b, outside * (total - with_term)),
    )  # fmt: skip
    return 2 * sum(count * math.log(count * total / expected) for count, expected in cells if count)


def _candidates(article: PreparedArticle) -> Iterator[tuple[Span, str]]:
    """Each candidate in title, section and body, with where it stands."""
    for number, block in enumerate(article.blocks):
        if block.field not in ("title", "section", "body"):
            continue
        marks = cut_marks(block.text)
        for clause in _CLAUSE.finditer(block.text):
            for start, end in _runs(block.text, marks, span=clause.span()):
                yield Span(number, start, end), block.text[start:end]


def title_terms(article: PreparedArticle) -> list[str]:
    """Words of the title and runs of them, as they stand there, each once, in order, the longer ones first."""
    found: dict[str, None] = {}
    for span, _ in sorted(_candidates(article), key=lambda pair: (pair[0].start, -pair[0].end)):
        if article.blocks[span.block].field == "title":
            found.setdefault(_as_written(article, span)[0])
    return list(found)


def _runs(text: str, marks: bytes, *, span: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """One word to MOST_WORDS words in a row that may be a term: words with a meaning of their own at both ends."""
    start, end = span
    cuts = [start, *(at for at in range(start + 1, end) if marks[at]), end]
    edges = [_is_edge(text[a:b]) for a, b in pairwise(cuts)]
    for first, is_edge in enumerate(edges):
        if not is_edge:
            continue
        for last in range(first, min(first + MOST_WORDS, len(edges))):
            if edges[last] and 2 <= cuts[last + 1] - cuts[first] <= LONGEST:
                yield cuts[first], cuts[last + 1]


@lru_cache(maxsize=1 << 16)
def _is_edge(word: str) -> bool:
    return word not in _EDGES and word not in _EMPTY and bool(_WORD.fullmatch(word))


def _as_written(article: PreparedArticle, span: Span) -> tuple[str, str]:
    """What stands there, and its sentence with it in [[ ]]."""
    block = article.blocks[span.block]
    start, end = block.folded.original(span.start, span.end)
    written = article.texts[block.field][start:end]
    return written, sentence_of(article, Hit(block.field, start, end, written, ""))


def _is_term(text: str) -> bool:
    try:
        parse_items(text)
    except RuleError:
        return False
    return True
