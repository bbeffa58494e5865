"""What can be looked up of an article before any rule is judged: its grams, two characters side by side."""

from typing import TypeAlias

Grams: TypeAlias = frozenset[str]
Choice: TypeAlias = frozenset[Grams]  # one of these has to be there as a whole
Way: TypeAlias = tuple[Choice, ...]  # each of these
Ways: TypeAlias = tuple[Way, ...]  # one of these; without any, nothing can match

EVERYTHING: Ways = ((),)  # the null prefilter: a way that asks for nothing
