"""Parts of a rule that are dear to look for: they have to be tried on most articles, and one by one."""

from collections.abc import Iterator

from notifier.matching.language.expression import Near, Node, Regex, Term, walk
from notifier.matching.language.terms import term_pattern

FAR = 100  # characters that NEAR/n may allow before it is wide
_OPEN = (".*", ".+", ",}", "]*", "]+")  # in a regex: as far as it goes


def wide_parts(root: Node) -> Iterator[Node]:
    """Wildcards around single characters, NEAR over more than FAR, regexes that run on without bound."""
    return (node for node in walk(root) if is_wide(node))


def is_wide(node: Node) -> bool:
    match node:
        case Term():
            parts = term_pattern(node.text).parts
            return len(parts) > 1 and min(map(len, parts)) < 2
        case Near():
            return any(link.distance > FAR for link in node.links)
        case Regex():
            return any(mark in node.pattern for mark in _OPEN)
    return False
