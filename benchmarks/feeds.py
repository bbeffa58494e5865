"""What reading a feed costs beside feedparser: CPU time of our side and of the reading process, as a ratio.

python benchmarks/feeds.py [ROUNDS]

The baseline is feedparser.parse with its defaults on the same bytes in this process; "as we call it" is without its
sanitiser and its joining of links, which we do ourselves. Fetching is not in it: benchmarks/polling.py has that.
"""

import os
import sys
import time
from collections.abc import Callable
from functools import partial

import feedparser

from notifier.sources import Response
from notifier.sources.feed.readers import FeedReaders

PARAGRAPH = "<p>为贯彻落实《关于加快建设科技强国的意见》，现将有关事项<b>通知</b>如下：<a href='/a'>申报指南</a>。</p>"


def rss(items: int) -> bytes:
    body = "".join(
        f"<item><title>第{number}号通知：关于组织申报 2026 年度项目的通知</title><link>http://example.org/{number}.html</link>"
        f"<guid>http://example.org/{number}.html</guid><pubDate>Tue, 25 Aug 2026 16:44:16 +0800</pubDate>"
        f"<description><![CDATA[{PARAGRAPH * 6}]]></description></item>"
        for number in range(items)
    )
    head = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>c</title>'
    return f"{head}{body}</channel></rss>".encode()


def used_by(pid: int) -> float:
    """CPU seconds of another process."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:  # noqa: PTH123
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def cpu(rounds: int, work: Callable[[], object]) -> float:
    began = time.process_time()
    for _ in range(rounds):
        work()
    return (time.process_time() - began) / rounds


def ours(rounds: int, content: bytes, *, new: int) -> float:
    """Of both processes, the reading one warm; `new` entries are not known from the last poll."""
    readers = FeedReaders(1)
    answer = Response(200, "http://example.org/feed", {"content-type": "text/xml"}, content)
    known = {entry["key"]: entry["said"] for entry in readers.read_now(answer)["entries"][new:]}
    pid = readers._free[0].pid
    before = used_by(pid)
    here = cpu(rounds, lambda: readers.read_now(answer, known))
    return here + (used_by(pid) - before) / rounds


def main(rounds: int) -> None:
    print("entries   feedparser  as we call it   ours, all new        ours, one new")
    for items in (1, 10, 30, 100):
        content, times = rss(items), rounds * 30 // max(items, 3)
        default = cpu(times, partial(feedparser.parse, content))
        bare = cpu(times, partial(feedparser.parse, content, sanitize_html=False, resolve_relative_uris=False))
        cells = [f"{default * 1e3:7.2f} ms", f"{bare * 1e3:10.2f} ms"]
        for whole in (ours(times, content, new=items), ours(times, content, new=1)):
            cells.append(f"{whole * 1e3:7.2f} ms {whole / default:.2f} ({whole / bare:.2f})")
        print(f"{items:7}", "  ".join(cells))
    print("in brackets: over feedparser as we call it")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
