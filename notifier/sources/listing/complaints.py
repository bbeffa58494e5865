"""What is said of lists that are none."""

from collections.abc import Mapping
from typing import Any

from notifier.errors import SourceError


def no_items(url: str, read: Mapping[str, Any], *, declared: bool) -> SourceError:
    """Why a list has no items: the page asks for proof, the layout changed, or nothing looks like a list."""
    if read["challenge"]:
        return SourceError(
            f"{url} 返回的是访问验证页面，不是列表；已停下，稍后再试，请核对能否人工访问",
            f"{url} answers with a challenge page, not with the list; it is tried again later: see it in a browser",
            symptom="challenge",
        )
    if not declared:
        return SourceError(
            f"{url} 里没有找到像列表的内容；请为来源写明 item、title、link、date",
            f"nothing in {url} looks like a list; give the source item, title, link and date",
            symptom="empty",
        )
    if read["selected"]:
        return SourceError(
            f"{url} 的 {read['selected']} 个条目都没有标题或链接；请核对 title 和 link",
            f"none of the {read['selected']} items of {url} has title and link; check these selectors",
            symptom="layout",
        )
    return SourceError(
        f"{url} 里没有条目（网页可能改版）；可用 notifier sources try 查看",
        f"no items in {url} (has its layout changed?); see notifier sources try",
        symptom="empty",
    )


def challenged(url: str) -> SourceError:
    return SourceError(f"{url} 返回的是访问验证页面", f"{url} answers with a challenge page", symptom="challenge")
