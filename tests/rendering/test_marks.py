"""Marks help the eye, and must not look like words torn by tags: filters of spam count those."""

import re
from collections.abc import Sequence

import pytest

from notifier.domain import Article, Entry, Hit, Letter, MessageKind, Paragraph, Point, Reason
from notifier.rendering import Renderer
from notifier.rendering.passages import Marked, Span

_BREAKS = re.compile(r"</?(?:br|div|p|li|h[1-6]|ul|ol|table|t[rdh]|html|body|head|title|style|meta)\b", re.IGNORECASE)
_OF_A_WORD = r"[^\s!-/:-@\[-`{-~]"


def torn(html: str) -> float:
    """The share of tags that stand between two characters of text, as SpamAssassin counts them."""
    pieces = re.split(r"(<[^>]*>)", html.partition("<body")[2])
    tags = len(re.findall(r"<[^>]+>", html))
    joined = "".join(" " if _BREAKS.match(piece) else "\0" if piece.startswith("<") else piece for piece in pieces)
    return len(re.findall(rf"(?<={_OF_A_WORD})\0+(?={_OF_A_WORD})", joined)) / tags


def full_of_hits(number: int, terms: Sequence[str], points: int) -> Entry:
    said = "".join(f"云岭市{term}试点进展顺利，各方加强{term}协调。" for term in terms) * 6
    body = (Paragraph(said), *(Point(at, f"完善{terms[0]}网络", said) for at in range(1, points + 1)))
    article = Article(title="试点进展", body=body, bulletin="样例要参", source="样例")
    reasons = []
    for term in terms:
        found = re.finditer(term, article.text)
        hits = tuple(Hit("body", one.start(), one.end(), term, term) for one in found)
        reasons.append(Reason(term, hits, 0.9))
    return Entry(id=str(number), article=article, reasons=tuple(reasons), position=number)


@pytest.mark.parametrize("count", [1, 2, 5, 20])
@pytest.mark.parametrize("points", [0, 3, 20])
@pytest.mark.parametrize("terms", [("低空物流",), ("低空物流", "金融", "深海")])
def test_a_mail_full_of_hits_is_not_full_of_torn_words(
    renderer: Renderer, count: int, points: int, terms: tuple[str, ...]
) -> None:
    entries = tuple(full_of_hits(number, terms, points) for number in range(count))
    frozen = renderer.letter(Letter(MessageKind.ALERT, entries))
    assert frozen.html.count("<mark") >= count
    assert torn(frozen.html) < 0.2


def test_of_many_hits_the_first_of_each_wording_is_seen() -> None:
    text = "甲甲甲乙丙"
    hits = [Hit("body", at, at + 1, text[at], "x") for at in range(5)]
    marked = Marked.of(text, hits)
    assert [at for at in range(5) if marked.showing(4)._mark_at(at)] == [0, 1, 3, 4]
    assert [at for at in range(5) if marked.showing(2)._mark_at(at)] == [0, 3]
    assert marked.showing(None) == marked.showing(5) == marked
    assert "".join(piece.text for piece in marked.showing(1).segments(Span(0, 5))) == text
