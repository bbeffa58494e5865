"""What is attached to a page or a mail joins the article that it belongs to. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from notifier.bulletins.policy.articles import with_facts
from notifier.bulletins.structure import patterns
from notifier.domain import (
    Article,
    Block,
    Bulletin,
    Paragraph,
    Quality,
    body_from_list,
    body_to_list,
)

_UNREAD = 0.03  # of 1: what each attachment costs that could not be read; forms in formats of their own are common
_LEAST_UNREAD = 0.87  # what these cost together: no reason yet to call the operator
_NO_TEXT = 0.3  # of 1: neither page nor attachments have text
_IN_FILES = 0.95  # of 1: the text stands in attachments alone


@dataclass(frozen=True, slots=True)
class Attached:
    """An attachment as read: its bulletin, or the `problem` as (zh, en) why there is none. `own`: it is an issue, and
    goes its own way."""

    name: str
    url: str = ""
    bulletin: Bulletin | None = None
    problem: tuple[str, str] | None = None
    own: bool = False


def is_issue(bulletin: Bulletin) -> bool:
    """It has a masthead with a number, and articles."""
    return bool(bulletin.title and bulletin.issue and bulletin.articles)


def attach(bulletin: Bulletin, parts: Sequence[Attached], *, dated: bool) -> Bulletin:
    """The bulletin with what is attached to it, each under its name; what was not read by name, address and reason.

    The facts of its articles are found anew; `dated` as for `with_facts`.
    """
    empty = not any(article.text.strip() for article in bulletin.articles)
    blocks = [block for part in parts for block in _blocks(part)]
    markings = {part.bulletin.marking for part in parts if part.bulletin and not part.own}
    whole = with_blocks(bulletin, blocks, markings)
    return with_facts(replace(whole, quality=_quality(bulletin.quality, parts, empty=empty)), dated=dated)


def _blocks(part: Attached) -> list[Block]:
    name = part.name if part.name.startswith("附件") else f"附件：{part.name}"
    if part.bulletin is not None and not part.own:
        return [Paragraph(name), *(block for article in part.bulletin.articles for block in blocks_of(article))]
    return [Paragraph(f"{name}（{part.url}）" if part.url and part.problem else name)]


def _quality(before: Quality, parts: Sequence[Attached], *, empty: bool) -> Quality:
    read = any(part.bulletin and not part.own and part.bulletin.articles for part in parts)
    failed = [part for part in parts if part.problem]
    problems = list(before.problems)
    if empty:
        problems.append(("正文为空，内容在附件里", "the page has no text of its own, only attachments"))
    problems += [
        (f"附件未读：{part.name}：{part.problem[0]}", f"attachment not read: {part.name}: {part.problem[1]}")
        for part in failed
        if part.problem
    ]
    own = any(part.own for part in parts)
    score = max(1 - _UNREAD * len(failed), _LEAST_UNREAD) * (1 if not empty or own else _IN_FILES if read else _NO_TEXT)
    inner = [part.bulletin.quality.score for part in parts if part.bulletin and not part.own]
    return Quality(round(min(before.score * score, *inner, 1.0), 3), tuple(problems), before.orphans)


def with_blocks(bulletin: Bulletin, blocks: Sequence[Block], markings: set[str]) -> Bulletin:
    """The blocks belong to the last article; the strictest of all markings counts."""
    if not blocks or not bulletin.sections:
        return bulletin
    *sections, last = bulletin.sections
    *articles, article = last.articles
    whole = replace(article, body=(*_body(article), *blocks))
    return replace(
        bulletin,
        sections=(*sections, replace(last, articles=(*articles, whole))),
        marking=next((marking for marking in patterns.MARKINGS if marking in {bulletin.marking, *markings}), ""),
    )


def blocks_of(article: Article) -> tuple[Block, ...]:
    """An article as blocks of another: its title is a paragraph, unless it only repeats how the text begins."""
    body = _body(article)
    title = () if body and body[0].display().startswith(article.title) else (Paragraph(article.title),)
    return (*title, *body)


def _body(article: Article) -> tuple[Block, ...]:
    return body_from_list(body_to_list(article.body)) if isinstance(article.body, str) else article.body
