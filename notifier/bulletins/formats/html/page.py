"""What a whole page says about its text: title, date, source and column (sources.md, 11)."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from notifier.bulletins.formats.html.marks import is_dated
from notifier.bulletins.formats.html.walk import tidy
from notifier.bulletins.structure import patterns
from notifier.bulletins.structure.bylines import byline, is_meta
from notifier.bulletins.structure.facts import find_date, key

_SITE = re.compile(
    r"(?:网|网站|门户|门户网|政府|厅|局|委|委员会|部|办公室|中心|院|大学|首页|公众号|频道|[a-z0-9.]+\.(?:cn|com|org|net))$",
    re.IGNORECASE,
)
_LABELLED = re.compile(r"[\s　|｜]+(?=[^\s：:\d][^\s：:]{0,7}[：:])|[\s　]*[【\[]")  # 来源：甲　浏览次数：1【字号】
_APART = re.compile(r"\s*[_|｜]+\s*|\s+[-–—]+\s+|(?<=[^\d\s])[-–—]{1,2}(?=[^\d\s])")
_SENTENCE_ENDS = tuple("。！？!?")
_TITLE_LENGTH = 4  # characters of a title at least
_NAMES = {
    "title": ("articletitle", "og:title", "dc.title"),
    "date": ("pubdate", "publishdate", "article:published_time", "dc.date", "publish-date"),
    "source": ("contentsource", "article:author", "dc.source"),
    "section": ("columnname", "article:section"),
    "site": ("sitename", "og:site_name"),
}


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What the page states about its text; "" and None where it does not."""

    title: str = ""
    date: dt.date | None = None
    byline: str = ""
    section: str = ""


def page_title(root: Any, shown: Sequence[str]) -> str:
    """The stated title, the only <h1>, or the <title>; without the site's name. `shown` are the texts of the page."""
    metas = dict(_metas(root))
    stated, site = _stated(metas, "title"), _stated(metas, "site")
    headings = [text for node in root.css("h1") if (text := tidy(node.text())) and text != site]
    title = root.css_first("head title") or root.css_first("title")
    whole = tidy(title.text()) if title is not None else ""
    if stated:
        return _shown_part(stated, shown) or _without_site(stated, site)
    if headings and (len(headings) == 1 or headings[0] in whole):
        return headings[0]
    return _shown_part(whole, shown) or _without_site(whole, site)


def _shown_part(title: str, shown: Sequence[str]) -> str:
    """What of 标题_栏目_某某网, from its beginning, the page shows as a text of its own."""
    keys = {key(text) for text in shown}
    ends = [len(title), *(found.start() for found in reversed(list(_APART.finditer(title))))]
    parts = (title[:end].strip() for end in ends)
    return next((part for part in parts if len(part) >= _TITLE_LENGTH and key(part) in keys), "")


def page_facts(root: Any, title: str, outside: Sequence[str]) -> PageFacts:
    """What the metas state, else what stands above the text; `outside` is what is shown outside the content."""
    metas = dict(_metas(root))
    about = [part for text in outside for part in _LABELLED.split(text) if _is_fact(part)]
    return PageFacts(
        title=title,
        date=find_date(_stated(metas, "date")) or next((date for text in about if (date := find_date(text))), None),
        byline=_stated(metas, "source") or next((name for text in about if (name := byline(text))), ""),
        section=_stated(metas, "section"),
    )


def is_about(text: str) -> bool:
    """It says when and by whom the text was published, and nothing else."""
    sentence = text.endswith(_SENTENCE_ENDS)
    return not sentence and all(_is_fact(part) for part in _LABELLED.split(text) if part.strip())


def _is_fact(text: str) -> bool:
    return is_meta(text) or is_dated(text)


def _stated(metas: Mapping[str, str], kind: str) -> str:
    return next((metas[name] for name in _NAMES[kind] if metas.get(name)), "")


def _metas(root: Any) -> Iterator[tuple[str, str]]:
    for node in root.css("meta"):
        attributes = node.attributes
        name = attributes.get("name") or attributes.get("property") or ""
        if text := tidy(attributes.get("content") or ""):
            yield name.strip().lower(), text


def _without_site(title: str, site: str) -> str:
    """标题_栏目_某某网: what follows the title goes, from the end."""
    whole = title
    while found := list(_APART.finditer(title)):
        rest = title[found[-1].end() :]
        column = title != whole and len(rest) <= patterns.SECTION_LENGTH
        if not (rest == site or column or _SITE.search(rest)):
            break
        title = title[: found[-1].start()].strip()
    return title
