"""Which grams an article has, and which of them it must have for a rule to match it. Pure.

A gram is two letters, digits or Chinese characters side by side in the folded text of one block (trigrams would never
find a term of two characters), or a division that the article is about. What a rule asks for here holds of every
article that it matches, in each mode; the matcher judges the rest. Not looked up, so never asked for: the names of
source and bulletin (they may change while the article stays), marks, single characters, regexes, dates, and what must
not be there.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from notifier.domain import EVERYTHING, Choice, Division, Grams, Mode, Way, Ways
from notifier.matching.engine.near import Fields
from notifier.matching.engine.plain import Library, TopicTerms
from notifier.matching.facts import named_divisions
from notifier.matching.fold import folded
from notifier.matching.index.clauses import SEEN_FIELDS, Atom, Clause, Early, Sight, Some, bits_of, rule_clauses
from notifier.matching.language.expression import Phrase, Term, TopicRef
from notifier.matching.language.terms import phrase_pattern, term_pattern, topic_key
from notifier.matching.prepared import BARE_FIELDS, FACT_PARTS, FIELD_PARTS, HitField, PreparedArticle

_FLEETING: frozenset[HitField] = frozenset({"source", "bulletin"})
_RUN = re.compile(r"[^\W_]{2,}")
_MOST_GRAMS = 8  # of one literal: a long phrase is found by a few
_MOST_CHOICES = 400  # beyond which looking up takes longer than it saves
_MOST_WAYS = 64
_DIVISION = "place"  # begins the gram of a division: no gram of a text is as long


def article_grams(article: PreparedArticle) -> Grams:
    """All that it can be found by."""
    found: set[str] = set()
    for block in article.blocks:
        if block.field == "place" and block.fact:
            found.update(gram for code in block.fact.codes for gram in _levels(code))
        elif block.field not in _FLEETING:
            found.update(text_grams(block.text))
    return frozenset(found)


def words_ways(words: Sequence[str]) -> Ways:
    """What an article must have to hold all of these words as they stand, folded."""
    grams = [literal_grams([folded(word)]) for word in words]
    return (tuple(frozenset({one}) for one in grams if one),) if any(grams) else EVERYTHING


def text_grams(folded: str) -> Iterable[str]:
    for run in _RUN.findall(folded):
        yield from map(str.__add__, run, run[1:])


def _levels(code: str) -> list[str]:
    """The gram of a division and of those that it belongs to."""
    return [_DIVISION + code[:end] for end in (2, 4, 6)]


def _gram_of(division: Division) -> str:
    return _DIVISION + division.code.removesuffix("00").removesuffix("00")


def rule_ways(text: str, mode: Mode, library: Library) -> Ways:
    """What an article must have to be worth judging. RuleError as from parse_rule."""
    clauses = rule_clauses(text, mode)
    if len(clauses) > _MOST_WAYS:
        return _one_way(clauses, library)
    ways = tuple(dict.fromkeys(_way(clause, library) for clause in clauses))
    return ways if all(ways) else EVERYTHING


def _one_way(clauses: Sequence[Clause], library: Library) -> Ways:
    """Many alternatives as one choice: of each, the first thing that it asks for."""
    ways = [_way(clause, library) for clause in clauses]
    if not all(ways):
        return EVERYTHING
    choice = frozenset().union(*(way[0] for way in ways))
    return ((choice,),) if len(choice) <= _MOST_CHOICES else EVERYTHING


def _way(clause: Clause, library: Library) -> Way:
    """What a clause asks for; nothing where nothing of it can be looked up."""
    found = [_choice(atom, library) for atom, wanted in clause if wanted]
    return tuple(sorted(dict.fromkeys(one for one in found if one is not None), key=_dearest_last))


def _dearest_last(choice: Choice) -> tuple[int, list[list[str]]]:
    return len(choice), sorted(map(sorted, choice))


def _choice(atom: Atom, library: Library) -> Choice | None:
    """One of which sets of grams the atom needs; None where it may hold without any."""
    match atom:
        case Sight():
            return _alternatives([literal_grams([atom.text])]) if not atom.bits & _fleeting_bits() else None
        case Early(node=TopicRef() as topic, fields=fields):
            return _topic_choice(topic, fields, library)
        case Early(node=Term() | Phrase() as place, fields=fields) if fields == FIELD_PARTS["place"]:
            return _alternatives(frozenset({_gram_of(one)}) for one in named_divisions(place.text))
        case Some():
            return _together(_choice(one, library) for one in atom.atoms)
    return None


@lru_cache(maxsize=1)
def _fleeting_bits() -> int:
    levels = (bits_of(_FLEETING, "raw"), bits_of(_FLEETING, "whole"), bits_of(_FLEETING, "likely"))
    assert set(SEEN_FIELDS) >= _FLEETING
    return levels[0] | levels[1] | levels[2] | bits_of(_FLEETING, "certain")


def _alternatives(found: Iterable[Grams]) -> Choice | None:
    """None where one of them asks for nothing, where there is none, and where they are too many."""
    choice = frozenset(found)
    return choice if choice and all(choice) and len(choice) <= _MOST_CHOICES else None


def _together(choices: Iterable[Choice | None]) -> Choice | None:
    joined: set[Grams] = set()
    for choice in choices:
        if choice is None:
            return None
        joined |= choice
    return _alternatives(joined)


def literal_grams(parts: Sequence[str]) -> Grams:
    """The grams of folded literals that all have to be there; of a long one a few, from its whole length."""
    found: set[str] = set()
    for part in parts:
        grams = list(dict.fromkeys(text_grams(part)))
        found.update(grams[:: -(-len(grams) // _MOST_GRAMS)] if grams else ())
    return frozenset(found)


def _topic_choice(topic: TopicRef, fields: Fields | None, library: Library) -> Choice | None:
    looked_at = BARE_FIELDS if fields is None else fields
    if looked_at & (_FLEETING | FACT_PARTS):
        return None
    terms = list(_topic_terms(topic_key(topic.name), library, set()))
    return _alternatives(literal_grams(_literals(term)) for term in terms)


def _topic_terms(key: str, library: Library, seen: set[str]) -> Iterable[Term | Phrase]:
    """The terms of a topic and of those that belong to it."""
    if key in seen:
        return
    seen.add(key)
    topic = library.get(key, TopicTerms(()))
    yield from (term for term in topic.terms if isinstance(term, Term | Phrase))
    for child in topic.children:
        yield from _topic_terms(child, library, seen)


def _literals(term: Term | Phrase) -> Sequence[str]:
    return (term_pattern(term.text) if isinstance(term, Term) else phrase_pattern(term.text)).parts
