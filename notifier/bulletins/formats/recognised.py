"""What was recognised on pictures of pages, to text: rows from top to bottom, their indents as spaces, a form feed
between pages. The text is then read like any other."""

import itertools
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

_SAME_ROW = 0.5  # share of the height by which two pieces overlap that stand side by side
_APART = 0.6  # heights between rows beyond the usual, from which on a blank line stands there
_GAP = 1.0  # heights between pieces of one row that are words apart
_WIDE = 4  # characters of a piece that tells how wide one is


@dataclass(frozen=True, slots=True)
class Piece:
    """One line of characters on a picture, its box in any unit, from the top left; sure: 0 to 1."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    sure: float = 1.0

    @property
    def height(self) -> float:
        return max(self.bottom - self.top, 0.001)

    @property
    def columns(self) -> int:
        """A character outside ASCII takes two."""
        return 2 * len(self.text) - len(self.text.encode("ascii", "ignore"))


def text_of(pages: Sequence[Sequence[Piece]]) -> str:
    """The text of all pages; one without pieces is an empty page."""
    return "\f".join(_page([piece for piece in page if piece.text.strip()]) for page in pages)


def _page(pieces: Sequence[Piece]) -> str:
    rows = _rows(pieces)
    if not rows:
        return ""
    column, margin = _column(pieces), min(piece.left for piece in pieces)
    usual = statistics.median([_between(above, row) for above, row in itertools.pairwise(rows)] or [0.0])
    height = statistics.median(piece.height for piece in pieces)
    lines: list[str] = []
    for at, row in enumerate(rows):
        if at and _between(rows[at - 1], row) > usual + _APART * height:
            lines.append("")
        indent = round((row[0].left - margin) / column)
        lines.append(" " * (indent - indent % 2) + _joined(row))
    return "\n".join(lines)


def _rows(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Pieces side by side are one row, from left to right."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: piece.top + piece.bottom):
        last = rows[-1][0] if rows else None
        shared = min(last.bottom, piece.bottom) - max(last.top, piece.top) if last else 0.0
        if last is not None and shared > _SAME_ROW * min(last.height, piece.height):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda piece: piece.left) for row in rows]


def _between(above: Sequence[Piece], below: Sequence[Piece]) -> float:
    return min(piece.top for piece in below) - max(piece.bottom for piece in above)


def _column(pieces: Sequence[Piece]) -> float:
    """The width of a half-width character of the running text."""
    long = [piece for piece in pieces if len(piece.text) >= _WIDE] or pieces
    return max(statistics.median((piece.right - piece.left) / max(1, piece.columns) for piece in long), 0.001)


def _joined(row: Sequence[Piece]) -> str:
    text = row[0].text.strip()
    for left, right in itertools.pairwise(row):
        text += ("  " if right.left - left.right > _GAP * left.height else "") + right.text.strip()
    return text
