"""Pages that are broken in any way are read, or refused, and nothing else happens."""

import json
import random

import pytest

from notifier.sources.listing.operations import perform

from .styles import NO_LISTS, STYLES, around

PAGES = [around(page) for page in (*STYLES.values(), *NO_LISTS.values())] + [
    '{"data":{"list":[{"title":"a"}]}}',
    "[1,2",
]
BITS = [
    "<li>", "</ul>", "<a href='", "'>", "<!--", "-->", "<base href='//[x'>", "<a href='http://[::1'>x</a>", "<span<b>",
    "<iframe src=x>", "<script parseType=buildstatic url=/x querydata='{'>", "\x00", "&#x;", "<record><![CDATA[", "]]>",
    "createPageHTML(3,'a','b')", "2026-99-99", "<a href='http://h:99999/x'>关于关于关于关于关于</a>", "<template>", '"',
]  # fmt: skip
KINDS = ("comment", "record", "unitbuild", "iframe", "refresh", "json", "arrays")
DETAIL = {"content": "li", "drop": ["a"], "attachments": "a@href", "date": "span", "title": "h1"}


def broken(rng: random.Random) -> bytes:
    page = rng.choice(PAGES)
    for _ in range(rng.randint(1, 25)):
        at = rng.randrange(len(page) + 1)
        cut = rng.choice((0, 0, rng.randint(1, 40)))
        page = page[:at] + (rng.choice(BITS) if not cut else "") + page[at + cut :]
    return page.encode(rng.choice(("utf-8", "gb18030", "utf-16")), "replace")


@pytest.mark.parametrize("seed", range(120))
def test_any_page_is_answered_with_json(seed: int) -> None:
    rng = random.Random(seed)
    content, unwrap = broken(rng), [{"kind": rng.choice(KINDS)}]
    request = {"zone": "Asia/Shanghai", "url": "https://example.org/a/", "media_type": "text/html", "number": 1}
    item = {"title": "关于…", "link": "https://example.org/1", "cut": True}
    for options in ({}, {"item": "li"}, {"item": "li", "unwrap": unwrap}):
        answer = perform({**request, "do": "list", "options": options}, content)
        assert {"items", "fetch", "error"} & answer.keys()
        json.dumps(answer).encode()
    for templates in ([], [DETAIL]):
        answer = perform({**request, "do": "detail", "item": item, "templates": templates}, content)
        assert answer["title"]
        json.dumps(answer).encode()
