"""Rules and articles by chance, in the proportions that facts about keyword services give.

A lexicon of 329,000 literals of two to six Chinese characters; 70 % of the rules are one keyword, 20 % AND, 10 % OR or
NOT, keywords by Zipf's law; an article is words by Zipf's law, so that one of 2,000 characters satisfies about nine
thousand of a million rules. `seed` makes it the same every time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from notifier.matching.fold import folded

LITERALS = 329_000
CHARACTERS = 3_000
RULE_ZIPF, ARTICLE_ZIPF = 0.5, 0.6  # exponents
LENGTHS, LENGTH_SHARES = (2, 3, 4, 5, 6), (0.5, 0.2, 0.22, 0.05, 0.03)


@dataclass(frozen=True)
class Workload:
    """`rules` gives texts, each a rule of the language; `articles` texts of so many characters."""

    seed: int = 1
    literals: int = LITERALS

    @cached_property
    def lexicon(self) -> list[str]:
        """Distinct literals, the most frequent first."""
        chance = np.random.default_rng(self.seed)
        weights = _zipf(CHARACTERS, 0.7)
        characters = _characters()
        found: dict[str, None] = {}
        while len(found) < self.literals:
            lengths = chance.choice(LENGTHS, size=self.literals, p=LENGTH_SHARES)
            codes = characters[chance.choice(CHARACTERS, size=int(lengths.sum()), p=weights)]
            text = codes.tobytes().decode("utf-32-le")
            ends = lengths.cumsum()
            found.update(dict.fromkeys(text[end - length : end] for end, length in zip(ends, lengths, strict=True)))
        words = list(found)[: self.literals]
        chance.shuffle(words)
        return words

    def rules(self, count: int) -> list[str]:
        chance = np.random.default_rng(self.seed + 1)
        kinds = chance.random(count)
        first, second = (self._words(chance, count, RULE_ZIPF) for _ in range(2))
        joints = np.select([kinds < 0.7, kinds < 0.9, kinds < 0.95], [0, 1, 2], 3)
        return [
            one if joint == 0 else f"{one} {('AND', 'OR', 'NOT')[joint - 1]} {other}"
            for one, other, joint in zip(first, second, joints.tolist(), strict=True)
        ]

    def articles(self, count: int, length: int) -> Iterator[str]:
        chance = np.random.default_rng(self.seed + 2)
        for _ in range(count):
            yield "".join(self._words(chance, length, ARTICLE_ZIPF))[:length]

    def _words(self, chance: np.random.Generator, count: int, exponent: float) -> list[str]:
        ranks = chance.choice(len(self.lexicon), size=count, p=_zipf(len(self.lexicon), exponent))
        return [self.lexicon[rank] for rank in ranks.tolist()]


def _zipf(count: int, exponent: float) -> NDArray[np.float64]:
    weights = np.arange(1, count + 1) ** -exponent
    found: NDArray[np.float64] = weights / weights.sum()
    return found


def _characters() -> NDArray[np.uint32]:
    """Chinese characters that fold to themselves: the other engines do not fold."""
    plain = [code for code in range(0x4E00, 0x9FA0, 5) if folded(chr(code)) == chr(code)]
    return np.array(plain[:CHARACTERS], np.uint32)


def parts(rule: str) -> tuple[str, list[str]]:
    """The joint of a rule of this workload ("" for none) and its keywords."""
    for joint in ("AND", "OR", "NOT"):
        if f" {joint} " in rule:
            return joint, rule.split(f" {joint} ")
    return "", [rule]
