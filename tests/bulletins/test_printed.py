"""Bulletins that a real browser prints, in eight house styles, read back as what was printed."""

import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest

from bulletins.printed import STYLES, page, print_page, sample
from notifier.bulletins import read
from notifier.domain import Bulletin, Document, bulletin_to_dict


@pytest.fixture(scope="module")
def printed() -> Mapping[str, bytes]:
    """Each style once, two browsers at a time."""
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(STYLES, pool.map(lambda name: print_page(page(sample(name), name)), STYLES), strict=True))


def _squeezed(bulletin: Bulletin) -> str:
    return re.sub(r"\s", "", str(bulletin_to_dict(bulletin)["sections"]))


@pytest.mark.parametrize("name", STYLES)
def test_a_printed_bulletin_reads_back(printed: Mapping[str, bytes], name: str) -> None:
    got = read(Document(key="k", name=f"{name}.pdf", media_type="", content=printed[name]))
    assert _squeezed(got) == _squeezed(sample(name))
    assert (got.title, got.issue, got.total, str(got.date)) == ("创新要参", "8", "126", "2026-03-05")
    assert (got.publishers, got.imprint.issuer) == (("某省科学技术厅",), "某省科学技术厅办公室")
    assert (got.distribution.to, got.distribution.cc) == (("甲", "乙、丙"), ("丁", "戊"))
    assert got.quality.score == 1.0
