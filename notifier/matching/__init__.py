"""Article x rules -> matches. Pure: no network, no database, no clock."""

from notifier.errors import RuleError, TopicError
from notifier.matching.expression import Expression, RuleHint, format_rule
from notifier.matching.gate import Gate, Kept, OpenGate
from notifier.matching.language import parse_rule
from notifier.matching.matcher import Match, Matcher, Matches
from notifier.matching.topics import Topic, Topics, load_topics

__all__ = [
    "Expression", "Gate", "Kept", "Match", "Matcher", "Matches", "OpenGate", "RuleError", "RuleHint", "Topic",
    "TopicError", "Topics", "format_rule", "load_topics", "parse_rule",
]  # fmt: skip
