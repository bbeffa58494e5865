"""Article x rules -> matches. Pure: no network, no database, no clock."""

from notifier.errors import RuleError, TopicError
from notifier.matching.advice.explain import explain_miss
from notifier.matching.advice.misses import Miss
from notifier.matching.advice.samples import FailedSample, failed_samples
from notifier.matching.language.describe import describe_rule
from notifier.matching.language.expression import Expression, RuleHint, format_rule, looks_at_facts
from notifier.matching.language.parser import parse_rule
from notifier.matching.matcher import IndexStats, Matcher, Rule
from notifier.matching.matches import Match, Matches
from notifier.matching.mention.gate import Gate, OpenGate, Verdict
from notifier.matching.mention.mentions import MentionGate
from notifier.matching.sketch import bands, same_notice
from notifier.matching.topics import Topic, Topics, load_topics

__all__ = [
    "Expression", "FailedSample", "Gate", "IndexStats", "Match", "Matcher", "Matches", "MentionGate", "Miss",
    "OpenGate", "Rule", "RuleError", "RuleHint", "Topic", "TopicError", "Topics", "Verdict", "bands", "describe_rule",
    "explain_miss", "failed_samples", "format_rule", "load_topics", "looks_at_facts", "parse_rule", "same_notice",
]  # fmt: skip
