"""The reading process: reads one document after the other, within bounds, until its parent goes away.

A request on standard input is two frames: a pickle of (document without content, published_on, style), and the
content. The answer on standard output is one frame: a pickle of ("opened", Opened), ("refused", (zh, en,
needs_person, pictures)) or ("broke", traceback). A frame is its length in 8 bytes, and as many bytes.
"""

import copyreg
import dataclasses
import io
import os
import pickle
import queue
import sys
import threading
import traceback
from typing import Any
from zoneinfo import ZoneInfo

from notifier.bulletins import open_document
from notifier.children import has_grown, limit_ourselves, read_frame, write_frame
from notifier.errors import ReadError

CPU_SECONDS = 7  # for one document
MEMORY_BYTES = 256 * 1024 * 1024
_GROWN = 112 * 1024 * 1024  # bytes: who has grown so large makes room for a fresh process
_STACK = 512 * 1024  # bytes, of the thread that listens


def _listen(requests: "queue.Queue[tuple[bytes, bytes]]") -> None:
    """Take requests; end the process when the parent has gone, whatever it is doing then."""
    try:
        while True:
            requests.put((read_frame(sys.stdin.buffer), read_frame(sys.stdin.buffer)))
    except (EOFError, OSError):
        os._exit(0)
    except MemoryError:
        os._exit(1)


def _answer(request: tuple[bytes, bytes]) -> tuple[str, Any]:
    limit_ourselves(cpu_seconds=CPU_SECONDS, memory_bytes=MEMORY_BYTES)
    document, published_on, style = pickle.loads(request[0])
    document = dataclasses.replace(document, content=request[1])
    try:
        return "opened", open_document(document, published_on=published_on, style=style)
    except ReadError as error:
        return "refused", (error.zh, error.en, error.needs_person, error.pictures)
    except (MemoryError, RecursionError) as error:
        return "refused", too_much(type(error).__name__)
    except Exception:  # theirs to log: it stops nobody else
        return "broke", traceback.format_exc()


def too_much(why: str) -> tuple[str, str, bool, bool]:
    """What is said of a document that wants more time or memory than any should, as of a ReadError."""
    zh = f"读取时占用过多（{why}），已放弃；文件可能有问题，请人工查看，可靠的话拆分后再导入"
    en = f"given up: reading it takes too much ({why}); look at the file, and split it if it is genuine"
    return zh, en, True, False


def _pickled(answer: tuple[str, Any]) -> bytes:
    out = io.BytesIO()
    pickler = pickle.Pickler(out, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = copyreg.dispatch_table | {ZoneInfo: lambda zone: (ZoneInfo, (zone.key,))}
    pickler.dump(answer)
    return out.getvalue()


def main() -> None:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    requests: queue.Queue[tuple[bytes, bytes]] = queue.Queue(1)
    threading.stack_size(_STACK)
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()
    while True:
        write_frame(answers, _pickled(_answer(requests.get())))
        if has_grown(_GROWN):
            os._exit(0)


if __name__ == "__main__":
    main()
