"""The door to the page reader, a process of its own (process.py).

A page made for it keeps the HTML parser busy for minutes, and a thread cannot be stopped; a process can.
"""

import asyncio
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from notifier.children import Child
from notifier.errors import SourceError

SECONDS = 10.0  # wall time for one page, on a busy machine; the process bounds its own CPU time
LARGEST = 6 * 1024 * 1024  # bytes of a page
_READER = Child("notifier.sources.listing.process", seconds=SECONDS)
_TURN = ThreadPoolExecutor(1, "page-reader")  # who waits for a turn holds no thread that others need


async def read_page(request: Mapping[str, Any], content: bytes) -> dict[str, Any]:
    """The reader's answer. SourceError where the page is not what was declared, or made to be slow."""
    url = request.get("url", "")
    if len(content) > LARGEST:
        raise SourceError(f"{url} 的网页太大，未读取；请核对地址", f"the page at {url} is too large: check the address")
    asked = asyncio.get_running_loop().run_in_executor(_TURN, _READER.ask, json.dumps(request).encode(), content)
    answer = await asked
    if answer is None:
        raise SourceError(
            f"{url} 的网页无法解析（过于复杂）；请核对地址",
            f"the page at {url} takes too much to read: check the address",
        )
    read: dict[str, Any] = json.loads(answer)
    if "error" in read:
        zh, en = read["error"]
        raise SourceError(f"{url}：{zh}；请核对来源的设置", f"{url}: {en}; check the source's settings")
    return read
