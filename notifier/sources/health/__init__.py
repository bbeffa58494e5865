"""Health of sources: what is remembered of their polls, and what follows from it. Pure."""

from notifier.sources.health.attachments import has_attachments
from notifier.sources.health.certificate import certificate_end
from notifier.sources.health.judge import Case, judge, judge_together
from notifier.sources.health.memory import (
    Memory,
    Taken,
    after_failure,
    after_success,
    memory_from_dict,
    memory_to_dict,
    short,
)

__all__ = [
    "Case", "Memory", "Taken", "after_failure", "after_success", "certificate_end", "has_attachments",
    "judge", "judge_together", "memory_from_dict", "memory_to_dict", "short",
]  # fmt: skip
