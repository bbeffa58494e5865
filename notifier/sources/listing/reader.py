"""The door to the page readers, processes of their own (process.py).

A page made for it keeps the HTML parser busy for minutes, and a thread cannot be stopped; a process can.
"""

import json
from collections.abc import Mapping
from typing import Any

from notifier.children import Children
from notifier.errors import SourceError

SECONDS = 20.0  # wall time for one page, on a busy machine; the process bounds its own CPU time
PROCESSES = 4  # at most: a page that was made to be slow leaves room for the others
LARGEST = 6 * 1024 * 1024  # bytes of a page
_READERS = Children("notifier.sources.listing.process", most=PROCESSES, seconds=SECONDS)


async def read_page(request: Mapping[str, Any], content: bytes) -> dict[str, Any]:
    """The reader's answer. SourceError where the page is not what was declared, or made to be slow."""
    url = request.get("url", "")
    if len(content) > LARGEST:
        raise SourceError(f"{url} 的网页太大，未读取；请核对地址", f"the page at {url} is too large: check the address")
    answer = await _READERS.ask(json.dumps(request).encode(), content)
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
