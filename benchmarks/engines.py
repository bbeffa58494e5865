"""Other ways to match the rules of benchmarks/rule_workload.py: each takes the rules, and then the text of an article.

All count the rules that match, so that their answers can be compared. What is not installed is said and left out.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import numpy as np
from rule_workload import parts

Count = Callable[[str], int]


class Engine(Protocol):
    def __call__(self, rules: Sequence[str]) -> Count: ...


def naive_loop(rules: Sequence[str]) -> Count:
    """Every keyword once with `in`, then every rule: what keyword monitors do."""
    parsed = [parts(rule) for rule in rules]
    keywords = list({word for _, words in parsed for word in words})

    def count(text: str) -> int:
        there = {word for word in keywords if word in text}
        return sum(_holds(joint, [word in there for word in words]) for joint, words in parsed)

    return count


def _holds(joint: str, there: Sequence[bool]) -> bool:
    if joint == "OR":
        return any(there)
    return there[0] and not there[1] if joint == "NOT" else all(there)


def automaton_and_sets(rules: Sequence[str]) -> Count:
    """pyahocorasick, then the rules of each keyword that was found, checked against the set of them."""
    import ahocorasick

    parsed = [parts(rule) for rule in rules]
    of_word: dict[str, list[int]] = defaultdict(list)
    for number, (joint, words) in enumerate(parsed):
        for word in words if joint == "OR" else words[:1]:
            of_word[word].append(number)
    automaton = ahocorasick.Automaton()
    for word in {word for _, words in parsed for word in words}:
        automaton.add_word(word, word)
    automaton.make_automaton()

    def count(text: str) -> int:
        there = {word for _, word in automaton.iter(text)}
        candidates = {number for word in there for number in of_word.get(word, ())}
        return sum(_holds(parsed[at][0], [word in there for word in parsed[at][1]]) for at in candidates)

    return count


def automaton_and_arrays(rules: Sequence[str]) -> Count:
    """The prototype: ahocorasick_rs, equal rules as one, each anchored on its rarest keyword, numpy for the rest."""
    import ahocorasick_rs

    distinct = {rule: at for at, rule in enumerate(dict.fromkeys(rules))}
    repeats = np.bincount([distinct[rule] for rule in rules])
    parsed = [parts(rule) for rule in distinct]
    words = {word: at for at, word in enumerate(dict.fromkeys(word for _, each in parsed for word in each))}
    uses = np.bincount([words[word] for _, each in parsed for word in each])
    anchors, others, wanted, owners = [], [], [], []
    for owner, (joint, each) in enumerate(parsed):
        numbers = [words[word] for word in each]
        if joint == "AND":
            numbers.sort(key=uses.__getitem__)
        for anchor in numbers if joint == "OR" else numbers[:1]:
            anchors.append(anchor)
            others.append(numbers[1] if joint in ("AND", "NOT") else anchor)
            wanted.append(joint != "NOT")
            owners.append(owner)
    order = np.argsort(anchors, kind="stable")
    offsets = np.concatenate([[0], np.bincount(anchors, minlength=len(words)).cumsum()])
    other, want, owner_of = np.array(others)[order], np.array(wanted)[order], np.array(owners)[order]
    rule_order = np.argsort([distinct[rule] for rule in rules], kind="stable")
    rule_offsets = np.concatenate([[0], repeats.cumsum()])
    automaton = ahocorasick_rs.AhoCorasick(list(words), implementation=ahocorasick_rs.Implementation.ContiguousNFA)
    truth = np.zeros(len(words), np.bool_)

    def count(text: str) -> int:
        found = automaton.find_matches_as_indexes(text, overlapping=True)
        there = np.unique(np.fromiter((number for number, _, _ in found), np.int64, len(found)))
        truth[there] = True
        clauses = _spread(offsets, there)
        held = np.unique(owner_of[clauses[truth[other[clauses]] == want[clauses]]])
        truth[there] = False
        return len(rule_order[_spread(rule_offsets, held)])

    return count


def _spread(offsets: np.ndarray, keys: np.ndarray) -> np.ndarray:
    starts, counts = offsets[keys], offsets[keys + 1] - offsets[keys]
    ends = counts.cumsum()
    return np.repeat(starts - ends + counts, counts) + np.arange(ends[-1] if len(ends) else 0)


def hyperscan_combinations(rules: Sequence[str]) -> Count:
    """Hyperscan: a literal a keyword, a logical combination a distinct rule."""
    import hyperscan

    distinct: dict[str, int] = defaultdict(int)
    for rule in rules:
        distinct[rule] += 1
    words = list({word: None for rule in distinct for word in parts(rule)[1]})
    number = {word: at for at, word in enumerate(words)}
    first = len(words)
    expressions = [word.encode() for word in words]
    flags = [hyperscan.HS_FLAG_QUIET] * first
    for rule in distinct:
        joint, each = parts(rule)
        expressions.append(_formula(joint, [number[word] for word in each]) if joint else rule.encode())
        flags.append(hyperscan.HS_FLAG_SINGLEMATCH | (hyperscan.HS_FLAG_COMBINATION if joint else 0))
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(expressions=expressions, ids=list(range(len(expressions))), flags=flags)
    repeats = list(distinct.values())

    def count(text: str) -> int:
        seen: set[int] = set()
        database.scan(text.encode(), match_event_handler=lambda at, *_: seen.add(at) and None)
        return sum(repeats[at - first] for at in seen)

    return count


def _formula(joint: str, numbers: Sequence[int]) -> bytes:
    first, second = numbers
    return {"AND": f"{first} & {second}", "OR": f"{first} | {second}", "NOT": f"{first} & !{second}"}[joint].encode()


def postgresql(url: str) -> Engine:
    """PostgreSQL: the article's n-grams joined to the rules' keywords by index, then every rule checked."""

    def engine(rules: Sequence[str]) -> Count:
        import psycopg

        connection = psycopg.connect(url, autocommit=True)
        connection.execute("DROP TABLE IF EXISTS bench_rule")
        connection.execute("CREATE TABLE bench_rule (id int, joint text, anchor text, other text)")
        with connection.cursor().copy("COPY bench_rule FROM STDIN") as copy:
            for row in _rows(rules):
                copy.write_row(row)
        connection.execute("CREATE INDEX ON bench_rule (anchor)")
        connection.execute("ANALYZE bench_rule")

        def count(text: str) -> int:
            grams = list({text[at : at + size] for size in range(2, 7) for at in range(len(text) - size + 1)})
            row = connection.execute(
                "SELECT count(DISTINCT id) FROM bench_rule WHERE anchor = ANY(%(grams)s) AND (joint IN ('', 'OR')"
                " OR joint = 'AND' AND strpos(%(text)s, other) > 0 OR joint = 'NOT' AND strpos(%(text)s, other) = 0)",
                {"grams": grams, "text": text},
            ).fetchone()
            return row[0] if row else 0

        return count

    return engine


def _rows(rules: Sequence[str]) -> Iterator[tuple[int, str, str, str]]:
    for number, rule in enumerate(rules):
        joint, words = parts(rule)
        for at, word in enumerate(words if joint == "OR" else words[:1]):
            yield number, joint, word, "" if joint == "OR" else words[-1] if at == 0 and len(words) > 1 else ""
