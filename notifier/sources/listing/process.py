"""The page reader: a program of its own that takes pages apart, one after the other, within bounds.

A request is two frames, JSON and the page; the answer is one frame of JSON (operations.py).
"""

import json
import os
import sys
from typing import Any

from notifier.children import limit_ourselves, read_frame, write_frame
from notifier.sources.listing.operations import perform

CPU_SECONDS = 2  # for one page
MEMORY_BYTES = 512 * 1024 * 1024


def main() -> None:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    while True:
        try:
            request, content = json.loads(read_frame(sys.stdin.buffer)), read_frame(sys.stdin.buffer)
        except EOFError:
            return
        limit_ourselves(cpu_seconds=CPU_SECONDS, memory_bytes=MEMORY_BYTES)
        write_frame(answers, json.dumps(_answer(request, content)).encode())


def _answer(request: dict[str, Any], content: bytes) -> dict[str, Any]:
    try:
        return perform(request, content)
    except Exception as error:  # this page's alone
        return {"error": [f"解析时出错：{error!r}", f"reading it failed: {error!r}"]}


if __name__ == "__main__":
    main()
