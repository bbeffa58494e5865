"""Reading takes time in proportion to length: no pattern and no search looks at the text again and again."""

import time

import pytest

from notifier.bulletins import read
from notifier.domain import Document

SIZE = 2_000_000  # bytes
LIMIT = 8.0  # seconds of processor time; what looks again and again takes minutes
PARAGRAPH = "省科技厅会同有关部门推进平台建设，完善配套政策，支持企业牵头组建创新联合体。"
TEXTS = {
    "one line": PARAGRAPH * 20_000,
    "paragraphs": "\n\n".join([PARAGRAPH * 3] * 6_000),
    "wrapped": "\n".join([PARAGRAPH] * 18_000),
    "titles": "第3期\n\n" + "\n\n".join(["平台建设配套政策完善企业牵头", PARAGRAPH] * 13_000),
    "rows": "第3期\n目录\n" + "\n".join(f"{n}. 平台建设……{n % 99}" for n in range(50_000)),
    "points": "第3期\n" + "\n".join(f"（{n % 99 + 1}）平台建设。完善。" for n in range(40_000)),
    "open lines": "\n".join(["平台建设配套政策完善企业"] * 50_000),
    "spaces": "第3期" + " " * SIZE + "。",
    "leaders": "目录\n" + "." * SIZE + "3\n" + "…" * 200_000,
    "brackets": "【" * 600_000,
    "labels": "主送：" + "甲，" * 300_000,
    "numerals": "第" + "一 " * 400_000 + "期",
    "markup": "<p>" * 200_000 + "文字。",
    "digits before a verb": "2026年3月" * 30 + "甲关于申报的通知\n\n" + "2026年3月" * 30 + "甲印发《办法》。",
}


@pytest.mark.parametrize("name", TEXTS)
def test_two_megabytes_are_read_in_sensible_time(name: str) -> None:
    document = Document(key="k", name="k.txt", media_type="", content=TEXTS[name].encode())
    start = time.process_time()
    read(document)
    assert time.process_time() - start < LIMIT
