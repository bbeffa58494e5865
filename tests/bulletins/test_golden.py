"""Whole documents against their right reading, side by side in tests/data/bulletins."""

import json
from pathlib import Path

import pytest

from notifier.bulletins import read
from notifier.domain import Bulletin, Document, bulletin_to_dict

DATA = Path(__file__).resolve().parents[1] / "data" / "bulletins"
PAIRS = sorted(path.stem for path in DATA.glob("*.txt"))


def _read(path: Path) -> Bulletin:
    return read(Document(key=path.name, name=path.name, media_type="text/plain", content=path.read_bytes()))


def test_the_real_bulletin_reads_exactly_as_its_right_reading(shared: Path) -> None:
    bulletin = _read(shared / "bulletins" / "52.txt")
    gold = (shared / "bulletins" / "52.gold.json").read_text("utf-8")
    assert json.dumps(bulletin_to_dict(bulletin), ensure_ascii=False, indent=1) == gold


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_real_bulletin_reads_the_same_in_every_encoding(shared: Path, encoding: str, newline: str) -> None:
    path = shared / "bulletins" / "52.txt"
    content = path.read_text("utf-8").replace("\n", newline).encode(encoding)
    assert read(Document(key="k", name="k", media_type="", content=content)) == _read(path)


@pytest.mark.parametrize("name", PAIRS)
def test_other_house_styles(name: str) -> None:
    gold = json.loads((DATA / f"{name}.json").read_text("utf-8"))
    assert bulletin_to_dict(_read(DATA / f"{name}.txt")) == gold


def test_there_are_at_least_three_other_house_styles() -> None:
    assert len(PAIRS) >= 3


@pytest.mark.parametrize(("name", "marking"), [("wrapped", "内部"), ("listed", "秘密"), ("digest", ""), ("notice", "")])
def test_the_marking_is_that_of_the_masthead_and_not_a_word_of_the_body(name: str, marking: str) -> None:
    bulletin = _read(DATA / f"{name}.txt")
    assert bulletin.marking == marking
    assert bulletin.restricted == (marking == "秘密")


def test_bylines_belong_to_their_article_and_are_no_body() -> None:
    articles = _read(DATA / "digest.txt").articles
    assert [article.byline for article in articles] == ["远山大学新闻网", "清溪研究院"]
    assert not any("责编" in article.text or "来源" in article.text for article in articles)


def test_articles_know_their_section_masthead_and_date() -> None:
    article = _read(DATA / "wrapped.txt").articles[2]
    assert (article.section, article.bulletin, article.title) == (
        "他山之石",
        "云岭科技简报",
        "南湾市推行科研助理岗位“一站式”招聘",
    )
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2026-03-05T00:00:00+08:00"
