"""How long reading takes: a bulletin as PDF against the bare extraction of its text, a long PDF, and many web pages.

    PYTHONPATH=tests python benchmarks/reading.py [BULLETIN.pdf]

Without a file, a PDF of nine pages is made. Goals: the bulletin in 50 ms and twice the bare extraction; 300 pages in
2 s and 200 MB, linear in pages; 1,000 web pages in 5 s.
"""

import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pypdfium2

from bulletins.sheets import Stroke, Text, pdf
from notifier.bulletins import read
from notifier.domain import Document

LINE = "省科技厅会同有关部门推进平台建设，完善配套政策，支持企业"
ROUNDS = 7


def made(pages: int) -> bytes:
    """A PDF of that many pages, a new article on every third."""
    sheets = []
    for number in range(pages):
        top = [Text(150, 100, f"第{number}项工作取得新的进展和成效", 20)] if number % 3 == 0 else []
        lines = [Text(112 if at % 6 == 0 else 80, 130 + 28 * at, f"{LINE}{number * 22 + at}") for at in range(22)]
        sheets.append([*top, *lines, Text(280, 800, f"— {number + 1} —", 12)])
    return pdf(sheets)


def tables(pages: int) -> bytes:
    """A ruled table of that many pages."""
    sheets: list[list[Text | Stroke]] = []
    for number in range(pages):
        rows = [(130 + 20 * at, 30 * number + at) for at in range(30)]
        cells = [(80, "{}"), (140, "第{}批平台建设"), (280, "第{}研究院"), (420, "{}.5")]
        lines = [Text(x + 4, y, text.format(row), 10) for y, row in rows for x, text in cells]
        level = [Stroke(80, 116 + 20 * at, 500, 116 + 20 * at) for at in range(31)]
        sheets.append([*lines, *level, *(Stroke(x, 116, x, 716) for x in (80, 140, 280, 420, 500))])
    return pdf(sheets)


def bare(content: bytes) -> None:
    """What PDFium alone does: the text of every page."""
    document = pypdfium2.PdfDocument(content)
    for page in document:
        text = page.get_textpage()
        text.get_text_range()
        text.close()
        page.close()
    document.close()


def best(act: Callable[[], object], rounds: int = ROUNDS) -> float:
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        act()
        times.append(time.perf_counter() - start)
    return min(times)


def one(content: bytes, name: str = "k.pdf") -> None:
    read(Document(key="k", name=name, media_type="", content=content))


def web_page(number: int) -> bytes:
    body = "".join(f"<p>　　{LINE}{number}-{at}。</p>" for at in range(20))
    return f"<html><head><title>第{number}页</title></head><body><h1>第{number}项进展</h1>{body}</body></html>".encode()


def series(name: str, make: Callable[[int], bytes]) -> None:
    before = 0.0
    for pages in (75, 150, 300):
        long = make(pages)
        took = best(lambda long=long: one(long), 2)  # type: ignore[misc]
        grown = f", {took / before:.2f} x for 2 x the pages" if before else ""
        print(f"{pages} {name}: {took:.2f} s; bare {best(lambda long=long: bare(long), 2):.2f} s{grown}")  # type: ignore[misc]
        before = took


def main(path: Path | None) -> None:
    content = path.read_bytes() if path else made(9)
    floor, whole = best(lambda: bare(content)), best(lambda: one(content))
    print(f"bulletin: {1000 * whole:.0f} ms; bare extraction {1000 * floor:.0f} ms; ratio {whole / floor:.2f}")
    for name, make in (("pages", made), ("pages of tables", tables)):
        series(name, make)
    print(f"peak memory so far: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    sites = [web_page(number) for number in range(1000)]
    took = best(lambda: [one(site, "k.html") for site in sites], 1)
    print(f"1,000 web pages: {took:.2f} s")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
