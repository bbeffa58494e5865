"""Whole pages in the manner of real sites, all made up, with what of them is content.

In tests/data/pages the content stands between ⟦ and ⟧; what may or may not be taken (dates, sources) between ⟨ and ⟩;
{{name}} is the furniture in _name.html. The title is no content here: it is found apart from the text.
"""

import difflib
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "data" / "pages"
_CONTENT = re.compile("⟦(.*?)⟧", re.DOTALL)
_NEUTRAL = re.compile("⟨(.*?)⟩", re.DOTALL)
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_INCLUDED = re.compile(r"\{\{(\w+)\}\}")


@dataclass(frozen=True, slots=True)
class Page:
    name: str
    raw: str
    title: str
    gold: str
    neutral: tuple[str, ...]

    @property
    def is_unseen(self) -> bool:
        """Written after the rules, and never used to tune them."""
        return self.name.startswith("unseen_")


def pages() -> Iterator[Page]:
    for path in sorted(FOLDER.glob("[a-z]*.html")):
        marked = _INCLUDED.sub(
            lambda found: (FOLDER / f"_{found[1]}.html").read_text(encoding="utf-8"), path.read_text(encoding="utf-8")
        )
        title = _TITLE.search(marked)
        yield Page(
            path.stem,
            re.sub("[⟦⟧⟨⟩]", "", marked),
            title[1] if title else "",
            letters("".join(_CONTENT.findall(marked))),
            tuple(letters(text) for text in _NEUTRAL.findall(marked)),
        )


def letters(text: str) -> str:
    """Its letters and digits: how white space, marks of lists and of tables are shown is no matter of content."""
    return "".join(char for char in html.unescape(re.sub("<[^>]*>", "", text)) if char.isalnum())


def compared(page: Page, lines: list[str]) -> tuple[int, int, int]:
    """(characters rightly taken, characters taken, characters of the content) for an extraction as lines."""
    whole, texts = letters(page.title), [text for line in lines if (text := letters(line))]
    at = next((at for at, text in enumerate(texts) if len(text) > 3 and whole.startswith(text)), len(texts))
    taken = "".join(texts[:at] + texts[at + 1 :])
    for text in sorted(page.neutral, key=len, reverse=True):
        if text not in page.gold:
            taken = taken.replace(text, "", 1)
    blocks = difflib.SequenceMatcher(None, taken, page.gold, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks), len(taken), len(page.gold)
