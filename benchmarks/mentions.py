"""What the mention gate is worth, and what it costs: python benchmarks/mentions.py

Precision and recall of a term as raw substring, of rjieba and PyICU (where it is installed) rejecting what crosses
their cuts, and of ours: on ../shared/mentions.tsv, on the unseen half of our own set, on the half that the thresholds
were tuned on, and on sought-out accidents. Microseconds are of one article of 2,000 characters with 200 raw hits,
8 in 100 of its sentences with an accident: at first sight in a service that has read other articles, and seen again.
"""

import random
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from notifier.domain import Article, Mode
from notifier.matching import Gate, Matcher, MentionGate, OpenGate, Verdict
from notifier.matching.language.terms import Pattern, find_spans, term_pattern
from notifier.matching.mention.lattice import crossing_margin, cut_marks, inner_margin
from notifier.matching.prepared import PreparedArticle, Span, prepare

ROOT = Path(__file__).resolve().parents[1]
SETS = {
    "shared/mentions.tsv": ROOT.parent / "shared" / "mentions.tsv",
    "own, unseen": ROOT / "tests" / "data" / "matching" / "mentions_unseen.tsv",
    "own, tuned": ROOT / "tests" / "data" / "matching" / "mentions_tuned.tsv",
    "own, hardest": ROOT / "tests" / "data" / "matching" / "mentions_hard.tsv",
}
CHARACTERS, HITS, ACCIDENTS, ROUNDS, OTHERS = 2000, 200, 0.08, 40, 20


class Row(NamedTuple):
    term: str
    sentence: str
    real: bool


class CutGate(OpenGate):
    """Rejects what begins or ends inside a word of some segmenter; `cut` gives a byte a place, 1 at a cut."""

    def __init__(self, cut: Callable[[str], bytes]) -> None:
        self._cut = cut
        self._last: tuple[PreparedArticle | None, bytes] = (None, b"")

    def grade(self, article: PreparedArticle, start: int, end: int) -> Verdict:
        if self._last[0] is not article:
            self._last = article, self._cut(article.text)
        marks = self._last[1]
        left, right = marks.rfind(1, 0, start + 1), marks.find(1, end)
        inside = marks.find(1, left + 1) == right
        return "certain" if inside or (marks[start] and marks[end]) else "accident"


def icu_cut() -> Callable[[str], bytes] | None:
    try:
        import icu
    except ImportError:
        return None
    breaks = icu.BreakIterator.createWordInstance(icu.Locale("zh_CN"))

    def cut(text: str) -> bytes:
        breaks.setText(text)
        marks = bytearray(len(text) + 1)
        marks[0] = 1
        for place in breaks:
            marks[place] = 1
        return bytes(marks)

    return cut


def gates() -> dict[str, Gate]:
    found: dict[str, Gate] = {"raw substring": OpenGate(), "rjieba crossing": CutGate(cut_marks)}
    cut = icu_cut()
    if cut:
        found["PyICU crossing"] = CutGate(cut)
    return found | {"mention gate": MentionGate()}


def read_rows(path: Path) -> list[Row]:
    lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [Row(term, sentence, real == "1") for term, sentence, real, _ in lines]


def quality(gate: Gate, rows: Sequence[Row], *, mode: Mode = "standard") -> tuple[float, float]:
    """Precision and recall of `gate` over the rows."""
    kept = []
    for row in rows:
        matcher = Matcher(gate=gate)
        matcher.add("rule", f"正文:{row.term}", mode)
        if matcher.match(Article(title="", body=row.sentence)):
            kept.append(row.real)
    return sum(kept) / len(kept), sum(kept) / sum(row.real for row in rows)


# --- cost -------------------------------------------------------------------------------------------------


class Case(NamedTuple):
    article: PreparedArticle
    spans: list[tuple[Pattern, list[Span]]]


def make_case(rows: Sequence[Row], terms: Sequence[str], *, seed: int) -> Case:
    """An article of the rows' sentences, and 200 raw hits of their terms and others in it."""
    chance = random.Random(seed)
    real, false = ([row for row in rows if row.real is wanted] for wanted in (True, False))
    text, wanted = "", []
    while len(text) < CHARACTERS:
        row = chance.choice(false if chance.random() < ACCIDENTS else real)
        text += row.sentence
        wanted.append(row.term)
    article = prepare(Article(title="", body=text[:CHARACTERS]))
    wanted += chance.sample(terms, len(terms))
    spans: list[tuple[Pattern, list[Span]]] = []
    left = HITS
    for pattern in map(term_pattern, dict.fromkeys(wanted)):
        found = [Span(0, *span) for span in find_spans(pattern, article.blocks[0].text)][:left]
        left -= len(found)
        spans += [(pattern, found)] if found else []
    return Case(article, spans)


def run(gate: Gate, case: Case) -> float:
    """Microseconds."""
    start = time.perf_counter()
    for pattern, spans in case.spans:
        gate.keep(case.article, pattern, spans=spans, mode="standard")
    return (time.perf_counter() - start) * 1e6


def cost(gate: Gate, rows: Sequence[Row]) -> tuple[float, float]:
    """Median microseconds of an article of new sentences, and of one seen before (cut again each time).

    The gate has met all terms before: they are the subscribers', in other articles.
    """
    new, seen = [], []
    terms = sorted({row.term for row in rows})
    others = [make_case(rows[::2], terms, seed=seed) for seed in range(OTHERS)]
    for seed in range(ROUNDS):
        inner_margin.cache_clear()
        crossing_margin.cache_clear()
        for other in others:
            run(gate, other)
        case = make_case(rows[1::2], terms, seed=seed)
        new.append(run(gate, case))
        run(gate, others[0])
        seen.append(run(gate, case))
    return statistics.median(new), statistics.median(seen)


def main() -> None:
    start = time.perf_counter()
    marks = cut_marks("科技金融")
    print(f"load {1000 * (time.perf_counter() - start):.0f} ms (rjieba and our words; {len(marks) - 1} characters cut)")
    sets = {name: read_rows(path) for name, path in SETS.items() if path.exists()}
    everything = [row for name, rows in sets.items() for row in rows if name != "own, hardest"]
    random.Random(0).shuffle(everything)
    for name, rows in sets.items():
        print(f"{name}: {len(rows)} rows, {sum(row.real for row in rows)} real")
    for name, gate in gates().items():
        figures = "  ".join("P {:.3f} R {:.3f}".format(*quality(gate, rows)) for rows in sets.values())
        print(f"{name:16} {figures}  {{:5.0f}} us new {{:5.0f}} us seen".format(*cost(gate, everything)))
    strict = [quality(MentionGate(), rows, mode="strict") for rows in sets.values()]
    print(f"{'  in strict mode':16} " + "  ".join("P {:.3f} R {:.3f}".format(*one) for one in strict))


if __name__ == "__main__":
    main()
