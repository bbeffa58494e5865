"""What reading costs by itself, and what the process in which documents are read adds.

    PYTHONPATH=tests python benchmarks/reading_process.py [BULLETIN.txt]

Without a file, the issue of the demo. Goals: the text of an issue in 20 ms; the kept process adds 2 ms or a
fifth, whichever is more; a process of its own for every document would cost the figure in the last line.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from bulletins.test_html import FIRST, SECOND, SITE
from notifier.bulletins import open_document
from notifier.domain import Document
from notifier.pipeline.reading.reader import Reader

ROUNDS = 15
DEMO = Path(__file__).parent.parent / "notifier" / "cli" / "demo.txt"


def document(content: bytes, name: str) -> Document:
    return Document(key=name, name=name, media_type="", content=content)


def large_page() -> bytes:
    """A page as sites have them: fourteen paragraphs, eighty links."""
    body = "".join(f"<p>　　第{at}段。{FIRST}{SECOND}</p>" for at in range(12))
    links = "".join(f'<li><a href="/{at}">某市开展科技活动周{at}</a></li>' for at in range(80))
    page = SITE.format(metas="", content="text", first=FIRST, second=SECOND)
    return page.replace("</h1>", f"</h1>{body}<ul>{links}</ul>").encode()


def best(act: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Milliseconds, the best of some rounds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        act()
        times.append(1000 * (time.perf_counter() - start))
    return min(times)


def bare(content: bytes) -> list[str]:
    """The least that reading a text may do."""
    return [line.strip() for line in content.decode("utf-8", "replace").split("\n") if line.strip()]


def fresh(one: Document) -> None:
    reader = Reader()
    reader.open(one)
    reader.close()


def main(path: Path) -> None:
    text = document(path.read_bytes(), "issue.txt")
    issue = best(lambda: open_document(text))
    least = best(lambda: bare(text.content))
    print(
        f"an issue of {len(text.content)} bytes: {issue:.1f} ms, {issue / least:.0f} x decoding and cutting into lines"
    )
    reader = Reader()
    for one in (text, document(large_page(), "page.html"), document("通知\n\n正文。\n".encode(), "short.txt")):
        here, there = best(lambda one=one: open_document(one)), best(lambda one=one: reader.open(one))  # type: ignore[misc]
        print(f"{one.name:10} here {here:6.2f} ms   in the kept process {there:6.2f} ms   {there / here:.2f} x")
    reader.close()
    print(f"a process of its own: {best(lambda: fresh(text), 3):.0f} ms, {best(lambda: fresh(text), 3) / issue:.0f} x")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DEMO)
