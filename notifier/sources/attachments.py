"""Files that belong to a page or a feed entry: fetched with it, up to limits; the others are kept by their names."""

from collections.abc import Sequence
from dataclasses import dataclass

from notifier.domain import Attachment
from notifier.errors import SourceError
from notifier.sources.files import FileLink
from notifier.sources.http.fetch import Fetcher, Response

MAX_ATTACHMENTS = 20
MAX_BYTES = 40 * 1024 * 1024  # of all attachments of one page
Errors = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Fetched:
    """An attachment and the answer that brought it; None where there was none."""

    attachment: Attachment
    answer: Response | None = None


async def fetch_attachments(links: Sequence[FileLink], fetcher: Fetcher, errors: Errors) -> list[Fetched]:
    """All of them in order. SourceError where the site asks for a pause: later they can be had."""
    found: list[Fetched] = []
    room = MAX_BYTES
    for at, link in enumerate(links):
        refusal = _refusal(link, at, room)
        if refusal:
            found.append(_without(link, refusal))
            continue
        try:
            answer = await fetcher.get(link.url)
        except SourceError as error:
            if error.retry_after is not None:
                raise
            errors.append((link.url, str(error)))
            found.append(_without(link, str(error)))
            continue
        room -= len(answer.content)
        found.append(Fetched(to_attachment(link, answer), answer))
    return found


def _refusal(link: FileLink, at: int, room: int) -> str:
    if not link.url:
        return "页面没有给出下载地址 / the page gives no address"
    if at >= MAX_ATTACHMENTS:
        return f"附件超过 {MAX_ATTACHMENTS} 个 / more than {MAX_ATTACHMENTS} attachments"
    return "附件合计过大 / the attachments are too large" if room <= 0 else ""


def _without(link: FileLink, problem: str) -> Fetched:
    return Fetched(Attachment(link.name, link.url, problem=problem))


def to_attachment(link: FileLink, answer: Response) -> Attachment:
    media_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    return Attachment(link.name, link.url, media_type, answer.content)
