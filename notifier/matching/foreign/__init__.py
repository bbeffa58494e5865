"""Rules of other programs, put into our language. What cannot be said in it is refused with its line."""

from notifier.matching.foreign.freshrss import read_freshrss
from notifier.matching.foreign.lucene import read_lucene
from notifier.matching.foreign.miniflux import read_miniflux
from notifier.matching.foreign.sheet import Converted, ForeignRule, Note
from notifier.matching.foreign.trendradar import EXCLUSIONS, read_trendradar

__all__ = [
    "EXCLUSIONS", "Converted", "ForeignRule", "Note", "read_freshrss", "read_lucene", "read_miniflux",
    "read_trendradar",
]  # fmt: skip
