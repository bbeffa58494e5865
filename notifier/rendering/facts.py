"""What is shown of an article's policy facts: its document number, and until when something may be done."""

from notifier.domain import Article, Fact, facts_of, own_number
from notifier.rendering import clean, labels

MAX_DEADLINES = 3
MAX_NUMBER = 60  # characters of a document number


def shown_number(article: Article) -> str:
    """川科发〔2025〕12号; "" where the article states none of its own."""
    return clean.one_line(own_number(article.facts), MAX_NUMBER)


def shown_deadlines(article: Article, language: str) -> tuple[str, ...]:
    """申报截止：2026年3月15日 17:00, the soonest first; one whose year is not in the text says so."""
    deadlines = sorted(facts_of(article.facts, "deadline"), key=lambda fact: fact.value)
    return tuple(_deadline(fact, language) for fact in deadlines[:MAX_DEADLINES])


def _deadline(fact: Fact, language: str) -> str:
    words = labels.labels(language)
    name = words.get(f"deadline_{fact.label}", words["deadline_other"])
    day = " ".join(filter(None, (labels.say_date(fact.day, language), _hour(fact))))
    return f"{name}{words['colon']}{day}{words['inferred'] if fact.inferred else ''}"


def _hour(fact: Fact) -> str:
    hour = fact.value[11:16]
    return hour if len(hour) == len("17:00") and fact.value[10] == "T" else ""
