"""The content of whole pages: ours, trafilatura's, and what both take. Precision and recall by characters over the
pages of tests/data/pages, those named unseen_ apart: written after the rules, never used to tune them. Then the
time of 1,000 pages.

    PYTHONPATH=tests python benchmarks/pages.py [--each]      trafilatura, if you have it: pip install trafilatura

Goals: precision 0.9 and recall 0.99 on unseen pages; 1,000 pages in 5 s.
"""

import importlib.util
import sys
import time
from collections.abc import Callable

from bulletins.pages import Page, compared, pages
from notifier.bulletins import read
from notifier.bulletins.formats.html.reader import read_html
from notifier.domain import Document

Extract = Callable[[str], list[str]]
_LEAST = 0.5


def document(raw: str) -> Document:
    return Document(key="k", name="k.html", media_type="text/html", content=raw.encode())


def ours(raw: str) -> list[str]:
    return [line.text for line in read_html(document(raw)).lines]


def trafilaturas(raw: str, **options: object) -> list[str]:
    import trafilatura

    return (trafilatura.extract(raw, include_comments=False, include_tables=True, **options) or "").split("\n")


def combined(raw: str) -> list[str]:
    """Only what both take, unless trafilatura leaves out most of it: then ours."""
    mine, others = ours(raw), trafilaturas(raw)
    known = "".join("".join(others).split())
    both = [line for line in mine if "".join(line.split()) in known]
    return both if sum(map(len, both)) >= _LEAST * sum(map(len, mine)) else mine


def figures(extract: Extract, corpus: list[Page]) -> list[tuple[float, float]]:
    """(precision, recall) of each page."""
    found = [compared(page, extract(page.raw)) for page in corpus]
    return [(right / max(1, taken), right / max(1, gold)) for right, taken, gold in found]


def show(name: str, extract: Extract, corpus: list[Page], *, each: bool) -> None:
    start = time.perf_counter()
    for page in corpus:
        extract(page.raw)
    took = 1000 * (time.perf_counter() - start) / len(corpus)
    rows = figures(extract, corpus)
    precision, recall = (sum(column) / len(rows) for column in zip(*rows, strict=True))
    whole = sum(row == (1.0, 1.0) for row in rows)
    print(
        f"  {name:20} precision {precision:.3f}  recall {recall:.3f}  exact {whole}/{len(rows)}  {took:.1f} ms a page"
    )
    for page, (right, kept) in zip(corpus, rows, strict=True):
        if each and (right, kept) != (1.0, 1.0):
            print(f"    {page.name:28} precision {right:.2f}  recall {kept:.2f}")


def show_all(name: str, corpus: list[Page], *, each: bool) -> None:
    print(f"{name}: {len(corpus)} pages")
    show("ours", ours, corpus, each=each)
    if importlib.util.find_spec("trafilatura"):
        show("trafilatura", trafilaturas, corpus, each=each)
        show("trafilatura, recall", lambda raw: trafilaturas(raw, favor_recall=True), corpus, each=each)
        show("both, or ours", combined, corpus, each=each)


def main(each: bool) -> None:
    corpus = list(pages())
    show_all("seen", [page for page in corpus if not page.is_unseen], each=each)
    show_all("unseen", [page for page in corpus if page.is_unseen], each=each)
    start = time.perf_counter()
    for at in range(1000):
        read(document(corpus[at % len(corpus)].raw))
    print(f"1,000 pages read into articles: {time.perf_counter() - start:.2f} s")


if __name__ == "__main__":
    main("--each" in sys.argv)
