"""What stands in the margin of page after page and is no part of the text: running heads, feet, page numbers, and marks
that run down a side.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from notifier.bulletins.formats.sheet.rows import Page, Piece, lines_up
from notifier.bulletins.structure import patterns
from notifier.bulletins.structure.facts import fold_digits, key
from notifier.bulletins.structure.marks import ends_sentence

_MARGIN = 0.13  # of the page's height, above and below, where running heads and feet stand
_SAME = 4.0  # points: what is repeated stands at the same height
_UPRIGHT = 3  # characters below one another at least
_STEP = (0.5, 2.5)  # em: from one of them to the next
_SHORT = 4  # characters: one, and blanks
_LEVEL = 1.5  # points: no further from one line down

Places = dict[str, list[tuple[float, int]]]  # what is said -> where, and on which page


def without_furniture(pages: Sequence[Page]) -> list[Page]:
    """The pages without what stands at the same height of several pages, digits aside."""
    marginal = {page.number: list(_marginal(page)) for page in pages}
    places: Places = defaultdict(list)
    for number, groups in marginal.items():
        for said, group in groups:
            places[said].append((group[0].y0, number))
    kept = []
    for page in pages:
        found = marginal[page.number]
        gone = {id(piece) for said, group in found if _is_furniture(said, group, page, places) for piece in group}
        kept.append(replace(page, pieces=tuple(piece for piece in page.pieces if id(piece) not in gone)))
    return kept


def _marginal(page: Page) -> Iterator[tuple[str, list[Piece]]]:
    """What stands in the margins, line by line, with what it says."""
    top, bottom = _MARGIN * page.height, (1 - _MARGIN) * page.height
    above = lines_up([piece for piece in page.pieces if piece.y1 < top])
    below = lines_up([piece for piece in page.pieces if piece.y0 > bottom])
    yield from ((_said(group), group) for group in (*above, *below))
    middle = [piece for piece in page.pieces if piece.y1 >= top and piece.y0 <= bottom]
    yield from ((_without_numerals(_said(group)), group) for group in _sides(middle))


def _said(group: Sequence[Piece]) -> str:
    """A number alone says "" wherever it stands. Left and right pages have the same parts in another order."""
    parts = sorted(key(piece.text) for piece in group)
    return "".join(char for char in "".join(parts) if not char.isdigit())


def _without_numerals(text: str) -> str:
    return "".join(char for char in text if char not in patterns.NUMERAL)


def _is_furniture(said: str, group: Sequence[Piece], page: Page, places: Places) -> bool:
    y, text = group[0].y0, fold_digits(" ".join(piece.text.strip() for piece in group))
    if patterns.PAGE_MARK.match(text) or text == str(page.number):
        return True
    if ends_sentence(text) or "，" in text:  # a line of running text that happens to be said twice
        return False
    return any(other != page.number and abs(y - there) < _SAME for there, other in places[said])


def _sides(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Characters below one another, to the left or right of all else."""
    groups = [group for group in _upright(pieces) if len(group) >= _UPRIGHT]
    inside = {id(piece) for group in groups for piece in group}
    others = [piece for piece in pieces if id(piece) not in inside]
    left, right = min((piece.x0 for piece in others), default=0.0), max((piece.x1 for piece in others), default=0.0)
    yield from (group for group in groups if all(piece.x1 < left or piece.x0 > right for piece in group))


def _upright(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Runs of single characters, as they follow one another in the file."""
    group: list[Piece] = []
    for piece in pieces:
        single = len(piece.chars) < _SHORT and len(piece.text.strip()) == 1
        if group and not (single and _is_below(group[-1], piece)):
            yield group
            group = []
        if single:
            group.append(piece)
    yield group


def _is_below(above: Piece, piece: Piece) -> bool:
    apart = abs((above.x0 + above.x1) - (piece.x0 + piece.x1)) / 2
    return apart < _LEVEL and _STEP[0] * piece.size < abs(piece.middle - above.middle) < _STEP[1] * piece.size
