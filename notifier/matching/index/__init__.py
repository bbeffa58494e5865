"""The reverse index over very many rules: literals -> atoms -> clauses -> forms."""

from notifier.matching.index.rule_index import EveryForm, Prefilter, RuleIndex

__all__ = ["EveryForm", "Prefilter", "RuleIndex"]
