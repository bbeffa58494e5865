"""Bulletins as offices, universities and companies print them, each beside its right reading: pages/*.html, *.json.

report: 红头, letter-spaced, one report. company: a cover, contents over two pages, large coloured sections. university:
marks down the side, a figure, an article that goes on over the page. policy: footnotes, a table without lines whose
cells wrap. bases: a table over three pages, running heads that change sides. tables: ruled, aligned, with three lines.
survey: level lines only, coloured fields, heads over several columns. county: columns with a line between them, a table
that goes on in the next column. blocks: pairs of columns below headings over both. folded: A3, two pages side by side.
"""

import json
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bulletins.printed import print_page
from notifier.bulletins import read
from notifier.domain import Bulletin, Document, bulletin_to_dict, page_of

FOLDER = Path(__file__).resolve().parents[1] / "data" / "bulletins" / "pages"
BEGIN = {  # the page on which each article begins
    "bases": [1, 3, 4],
    "blocks": [1, 1, 1, 1, 2, 2],
    "company": [4, 5, 6, 6, 7, 7],
    "county": [1, 1, 1, 1],
    "folded": [1, 1, 1, 1, 2, 2],
    "policy": [1, 2, 2],
    "report": [1],
    "survey": [1, 1],
    "tables": [1, 1, 2],
    "university": [1, 1, 2, 2],
}


@pytest.fixture(scope="module")
def printed() -> Mapping[str, Bulletin]:
    """Each page once, two browsers at a time."""
    with ThreadPoolExecutor(2) as pool:
        files = pool.map(lambda name: print_page((FOLDER / f"{name}.html").read_text("utf-8")), BEGIN)
    return {
        name: read(Document(key="k", name=f"{name}.pdf", media_type="", content=content))
        for name, content in zip(BEGIN, files, strict=True)
    }


@pytest.mark.parametrize("name", BEGIN)
def test_a_printed_page_reads_as_a_person_reads_it(printed: Mapping[str, Bulletin], name: str) -> None:
    gold = (FOLDER / f"{name}.json").read_text("utf-8")
    got = printed[name]
    assert _squeezed(str(bulletin_to_dict(got))) == _squeezed(str(json.loads(gold)))
    assert got.quality.score == 1.0
    assert [page_of(article, 0) for article in got.articles] == BEGIN[name]


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_every_page_is_read() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(BEGIN)
