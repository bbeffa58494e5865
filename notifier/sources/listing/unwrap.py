"""Lists that the page does not hold as such (sources.md, 2 to 4): one function a kind, in two halves. Pure.

The first half says what has to be fetched ("" for nothing), the second makes a page of what is there.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode, urlsplit

from notifier.sources.listing.markup import base_of, parse, web_link
from notifier.sources.listing.selectors import attribute, parse_selector
from notifier.sources.listing.spec import Unwrap

_MAX_ROWS = 1_000
_RECORD = re.compile(r"<record\b[^>]{0,200}>\s*<!\[CDATA\[(.*?)\]\]>", re.IGNORECASE | re.DOTALL)
_REFRESH = re.compile(r"url\s*=\s*[\"']?([^\"'>]+)", re.IGNORECASE)
_ASSIGNED = re.compile(r"\b([A-Za-z_]\w{0,40})\[\s*(?:\w{1,20})\s*\]\s*=\s*(?:\"([^\"\n]*)\"|'([^'\n]*)'|(\d+))")
_CALLED = re.compile(r"^\s*[\w$.]{1,60}\((.*)\)\s*;?\s*$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Content:
    """Markup with the address that its links are relative to; or rows of fields, where it was no markup."""

    url: str
    text: str
    fields: Sequence[Mapping[str, Any]] | None = None


class WrappedError(ValueError):
    """What was declared is not there, as (zh, en)."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.zh, self.en = zh, en


def address_of(content: Content, step: Unwrap) -> str:
    """What has to be fetched before this step; "" for nothing. WrappedError where the page does not say it."""
    finder = _ADDRESSES.get(step.kind)
    return finder(content, step) if finder else ""


def unwrapped(content: Content, step: Unwrap, fetched: Content | None) -> Content:
    """The page within. WrappedError where there is none."""
    return _UNWRAP[step.kind](content, step, fetched)


# --- what is fetched --------------------------------------------------------------------------------------------


def _unit(content: Content, step: Unwrap) -> str:
    node = parse(content.text).css_first(step.script)
    if node is None:
        raise WrappedError(f"页面里没有 {step.script}", f"no {step.script} in the page")
    address = parse_selector(step.url).value(node)
    query = _loose_json(parse_selector(step.query).value(node))
    target = web_link(f"{address}{'&' if '?' in address else '?'}{urlencode(query)}" if query else address, content.url)
    return _required(target, step)


def _frame(content: Content, step: Unwrap) -> str:
    tree = parse(content.text)
    for node in tree.css(step.within or "iframe"):
        frame = node if node.tag in ("iframe", "frame") else node.css_first("iframe")
        if frame is not None and (target := web_link(attribute(frame, "src"), base_of(tree, content.url))):
            return target
    return _required("", step)


def _refreshed(content: Content, step: Unwrap) -> str:
    for node in parse(content.text).css("meta[http-equiv]"):
        found = _REFRESH.search(attribute(node, "content"))
        if attribute(node, "http-equiv").lower() == "refresh" and found:
            return _required(web_link(found[1], content.url), step)
    return _required("", step)


def _json_address(content: Content, step: Unwrap) -> str:
    return web_link(step.url, content.url) if not step.url.startswith("@") else ""


def _required(target: str, step: Unwrap) -> str:
    if not target:
        raise WrappedError(f"没有找到 {step.kind} 的地址", f"no address for {step.kind} in the page")
    return target


def _loose_json(text: str) -> dict[str, Any]:
    """An object as such attributes hold it: its quotation marks are often single."""
    for form in (text, text.replace("'", '"')):
        try:
            value = json.loads(form)
        except ValueError:
            continue
        return value if isinstance(value, dict) else {}
    return {}


# --- what is within ---------------------------------------------------------------------------------------------


def _comment(content: Content, step: Unwrap, _: Content | None) -> Content:
    """All comments with markup in them; where there is none any more, the page as it is."""
    tree = parse(content.text)
    base = base_of(tree, content.url)
    roots = tree.css(step.within) if step.within else [tree.root]
    held = [
        node.comment_content
        for root in roots
        for node in root.traverse()
        if node.is_comment_node and "<" in (node.comment_content or "")
    ]
    return Content(base, "\n".join(held)) if held else content


def _records(content: Content, _: Unwrap, __: Content | None) -> Content:
    found = _RECORD.findall(content.text)
    base = base_of(parse(content.text), content.url)
    return Content(base, "\n".join(found)) if found else content


def _markup_at(content: Content, step: Unwrap, fetched: Content | None) -> Content:
    value = _at(_json(fetched or content), step.html)
    if not isinstance(value, str):
        raise WrappedError(f"返回的数据里没有 {step.html}", f"no {step.html} in what was answered")
    return Content(content.url, value)


def _arrived(_: Content, step: Unwrap, fetched: Content | None) -> Content:
    return fetched or Content("", "")


def _json_at(content: Content, step: Unwrap, fetched: Content | None) -> Content:
    value = _at(_json(fetched or content), step.path)
    if isinstance(value, str):
        return Content(content.url, value)
    if isinstance(value, list):
        return replace(content, fields=[row for row in value[:_MAX_ROWS] if isinstance(row, dict)])
    raise WrappedError(
        f"返回的数据里 {step.path or '顶层'} 不是列表", f"no list at {step.path or 'the top'} of what was answered"
    )


def _arrays(content: Content, _: Unwrap, __: Content | None) -> Content:
    """urls[i]='…'; titles[i]='…'; in a script: the n-th of each name belong together."""
    columns: dict[str, list[str]] = defaultdict(list)
    for found in _ASSIGNED.finditer(content.text):
        columns[found[1]].append(found[2] or found[3] or found[4] or "")
    longest = min(max(map(len, columns.values()), default=0), _MAX_ROWS)
    rows = [{name: values[at] for name, values in columns.items() if at < len(values)} for at in range(longest)]
    return Content(base_of(parse(content.text), content.url), content.text, rows)


def _json(content: Content) -> Any:
    called = _CALLED.match(content.text)
    try:
        return json.loads(called[1] if called else content.text)
    except (ValueError, RecursionError) as error:
        host = urlsplit(content.url).hostname
        raise WrappedError(f"{host} 返回的不是 JSON", f"what {host} answered is no JSON") from error


def _at(value: Any, path: str) -> Any:
    for key in filter(None, path.split(".")):
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return value


_ADDRESSES: dict[str, Callable[[Content, Unwrap], str]] = {
    "unitbuild": _unit,
    "iframe": _frame,
    "refresh": _refreshed,
    "json": _json_address,
}
_UNWRAP: dict[str, Callable[[Content, Unwrap, Content | None], Content]] = {
    "comment": _comment,
    "record": _records,
    "unitbuild": _markup_at,
    "iframe": _arrived,
    "refresh": _arrived,
    "json": _json_at,
    "arrays": _arrays,
}
