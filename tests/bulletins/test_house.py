"""An operator's own forms are read as the known ones."""

from notifier.bulletins import HouseStyle, open_document
from notifier.domain import Bulletin, Document

TEXT = """清江科创
刊号：17
2026年5月6日

本期速览
平台建设取得新的重要进展
成果转化政策落地见效明显

▓ 要闻 ▓
平台建设取得新的重要进展
近日，省科技厅推进平台建设，完善配套政策。
▓ 政策 ▓
成果转化政策落地见效明显
近日，省财政厅安排专项资金，支持成果转化。

呈阅：甲，乙
分呈：丙，丁
"""
STYLE = HouseStyle(
    contents=("本期速览",), sections=(r"▓\s*(.+?)\s*▓",), issues=(r"刊号[:：]\s*(\d+)",), to=("呈阅",), cc=("分呈",)
)


def _read(style: HouseStyle) -> Bulletin:
    document = Document(key="k", name="k.txt", media_type="text/plain", content=TEXT.encode())
    bulletin = open_document(document, style=style).bulletin
    assert bulletin is not None
    return bulletin


def test_forms_of_ones_own_are_read() -> None:
    got = _read(STYLE)
    assert (got.title, got.issue) == ("清江科创", "17")
    assert [(section.name, [one.title for one in section.articles]) for section in got.sections] == [
        ("要闻", ["平台建设取得新的重要进展"]),
        ("政策", ["成果转化政策落地见效明显"]),
    ]
    assert (got.distribution.to, got.distribution.cc) == (("甲", "乙"), ("丙", "丁"))


def test_they_count_for_that_reading_only() -> None:
    before = _read(HouseStyle())
    _read(STYLE)
    assert _read(HouseStyle()) == before
    assert before.issue == ""
