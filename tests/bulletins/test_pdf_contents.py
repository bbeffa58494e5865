"""Contents lists on pages: where they end, and the body begins."""

import pytest

from bulletins.sheets import Text, pdf
from notifier.bulletins import read
from notifier.domain import Bulletin, Document

FULL = "企业牵头组建创新联合体，完善配套政策，推进平台建设，支持"
TITLES = ("清溪市推进平台建设", "南湾市组建创新联合体")
HEAD = [Text(200, 80, "创新要参", 36), Text(220, 110, "2026年第8期"), Text(220, 136, "2026年3月5日")]


def _read(*lines: Text) -> Bulletin:
    return read(Document(key="k", name="k.pdf", media_type="", content=pdf([[*HEAD, *lines]])))


def _article(y: float, title: str) -> list[Text]:
    lines = [FULL[:26], f"{FULL[2:]}企业", f"{title[:3]}取得进展。"]
    body = [Text(112 if at == 0 else 80, y + 34 + 26 * at, text) for at, text in enumerate(lines)]
    return [Text(170, y, title, 20), *body]


def _told(bulletin: Bulletin) -> list[tuple[str, list[str]]]:
    return [(section.name, [article.title for article in section.articles]) for section in bulletin.sections]


@pytest.mark.parametrize(("size", "font"), [(16.0, "F2"), (18.0, "F1"), (22.0, "F1")])
def test_a_heading_right_below_the_list_is_no_row_of_it(size: float, font: str) -> None:
    """Nothing parts them but how it is set."""
    rows = [Text(250, 172, "本期导读"), *(Text(90, 200 + 28 * at, title) for at, title in enumerate(TITLES))]
    first = [Text(240, 256, "部委动态", size, font=font), *_article(288, TITLES[0])]
    second = [Text(240, 440, "省外速览", size, font=font), *_article(470, TITLES[1])]
    assert _told(_read(*rows, *first, *second)) == [("部委动态", [TITLES[0]]), ("省外速览", [TITLES[1]])]


def test_the_last_row_has_a_bullet_of_its_own() -> None:
    """One section with one article: the only row with a bullet is no mark of a section in the body."""
    rows = [Text(250, 172, "目录"), Text(80, 200, f"部委动态{'.' * 40}2", 14), Text(80, 226, f"●{TITLES[0]}", 14)]
    assert _told(_read(*rows, Text(250, 270, "部委动态", 24), *_article(310, TITLES[0]))) == [("部委动态", [TITLES[0]])]
