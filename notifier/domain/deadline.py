"""Deadlines of an article, of which its subscribers are reminded."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from notifier.domain.bulletin import Article
from notifier.domain.facts import Fact, facts_of

_YEARS = range(1900, 9999)  # of days that have one before and one after them
REMINDED = ("application", "comments")  # 申报截止, 征求意见截止: by then a reader may want to have done something
HOME = "Asia/Shanghai"  # the zone of an article whose source is not known


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline as the article states it. `zone` is its source's."""

    fact: Fact
    zone: dt.tzinfo

    @property
    def key(self) -> tuple[str, str]:
        """What makes two of one article the same: label and value."""
        return self.fact.label, self.fact.value

    @property
    def day(self) -> dt.date:
        return self.fact.day

    @property
    def moment(self) -> dt.datetime | None:
        """The instant, where an hour is stated; None where it is the end of the day, 24:00."""
        if self.fact.value[10:] in ("", "T24:00"):
            return None
        return dt.datetime.fromisoformat(self.fact.value).replace(tzinfo=self.zone).astimezone(dt.UTC)

    @property
    def ends(self) -> dt.datetime:
        """The instant from which it has passed: without an hour the end of its day."""
        after = dt.datetime.combine(self.day + dt.timedelta(days=1), dt.time(), self.zone)
        return self.moment or after.astimezone(dt.UTC)


def deadlines_of(article: Article) -> tuple[Deadline, ...]:
    """Those of an article that are worth a reminder, the soonest first, each once."""
    published = article.published_at
    zone = published.tzinfo if published and published.tzinfo else ZoneInfo(HOME)
    facts = [fact for fact in facts_of(article.facts, "deadline") if fact.label in REMINDED and fact.day.year in _YEARS]
    found = [Deadline(fact, zone) for fact in facts]
    unique = {one.key: one for one in reversed(found)}
    return tuple(sorted(unique.values(), key=lambda one: (one.ends, one.key)))
