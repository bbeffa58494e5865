"""A source that is a mailbox: its mails by UID, whoever else reads them; none is ever deleted.

A mail is marked or moved one poll after the one that brought it: by then it is stored. What a crash leaves unmarked is
marked at the next poll, and what a server numbers anew (UIDVALIDITY) comes again under the same key, and is known.
"""

import asyncio
import contextlib
import datetime as dt
import hashlib
import imaplib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from email.errors import MessageError
from pathlib import Path
from typing import TYPE_CHECKING, Any

from notifier.domain import Document, PollResult, PollState, Source
from notifier.errors import SourceError
from notifier.sources.http.fetch import Fetcher
from notifier.sources.mailbox.imap import Mailbox, fetched, set_flag
from notifier.sources.markup import line

if TYPE_CHECKING:
    from imap_tools.mailbox import BaseMailBox

MAX_MAIL = 64 * 1024 * 1024  # bytes
MAX_MAILS = 500  # of one poll; the next takes the rest
MAX_POLL = 128 * 1024 * 1024  # bytes of one poll
_REMEMBERED = 5_000  # mails that wait to be marked or moved
_HEADERS = 1024 * 1024  # bytes in which the headers end
_SIZE = re.compile(rb"UID (\d+)|RFC822\.SIZE (\d+)")


@dataclass(frozen=True, slots=True)
class Place:
    """How far we are in a folder: the numbers count as long as `validity` is the server's (RFC 9051, 2.3.1.1).

    since: seconds since 1970; of a folder that was numbered anew, mails up to the number `old` that arrived before are
    those that were there at the start. stored: mails that came with the last poll, to be marked or moved now.
    """

    validity: int = 0
    last: int = 0
    since: float = 0.0
    old: int = 0
    stored: tuple[int, ...] = ()


@dataclass(slots=True)
class _Pass:
    documents: list[Document] = field(default_factory=list)
    last: int = 0
    stored: list[int] = field(default_factory=list)
    errors: list[tuple[str, str]] = field(default_factory=list)
    taken: int = 0  # bytes


async def poll_mailbox(source: Source, state: PollState, *, now: dt.datetime, fetcher: Fetcher) -> PollResult:
    """The mails that came since, in the server's order. Where `first` is "new", what was there at the start is left.

    SourceError where the mailbox cannot be read; a mail that is too large is in `errors`.
    """
    return await asyncio.to_thread(_poll, source, state, now)


def open_source(source: Source) -> Mailbox:
    """ConfigError where its address is none of a mailbox."""
    return Mailbox(source.address, password_file=_file(source, "password_file"), ca_file=_file(source, "ca_file"))


def _file(source: Source, option: str) -> Path | None:
    return Path(source.options[option]) if source.options.get(option) else None


def _poll(source: Source, state: PollState, now: dt.datetime) -> PollResult:
    place = Place(**{**state.cursor, "stored": tuple(state.cursor.get("stored", ()))})
    with open_source(source).opened() as box:
        validity, following = _numbering(box)
        if place.validity == validity:
            errors = list(_mark_stored(box, source.options, place.stored))
            left = place.stored[-_REMEMBERED:] if errors else ()
        else:
            place, errors, left = _placed(place, source, validity, following, now), [], ()
        done = _taken(box, place)
    stored = (*left, *done.stored) if source.options.get("flag") or source.options.get("move_to") else ()
    place = replace(place, last=max(place.last, done.last), stored=stored)
    return PollResult(tuple(done.documents), PollState(cursor=_cursor(place)), (*errors, *done.errors))


def _cursor(place: Place) -> dict[str, Any]:
    return asdict(place) | {"stored": list(place.stored)}


def _numbering(box: "BaseMailBox") -> tuple[int, int]:
    """UIDVALIDITY, and a number above all that are there, as SELECT told them."""
    validity, following = (_told(box, name) for name in ("UIDVALIDITY", "UIDNEXT"))
    return validity, following or max((int(uid) for uid in box.uids("ALL")), default=0) + 1


def _told(box: "BaseMailBox", name: str) -> int:
    """0 where the server told nothing."""
    values = box.client.untagged_responses.get(name) or [b""]
    return int(values[-1] or 0) if isinstance(values[-1], bytes) else 0


def _placed(place: Place, source: Source, validity: int, following: int, now: dt.datetime) -> Place:
    """Where to begin in a folder that is new to us, or that was numbered anew."""
    if place.validity:
        return Place(validity, 0, place.since, following - 1)
    skipped = following - 1 if source.first == "new" else 0
    return Place(validity, skipped, now.timestamp() if source.first == "new" else 0.0)


# --- what was stored -------------------------------------------------------------------------------------------


def _mark_stored(box: "BaseMailBox", options: Mapping[str, Any], uids: Sequence[int]) -> Iterator[tuple[str, str]]:
    """Set the flag and move, as configured. Reading goes on where that fails; it is tried again."""
    from imap_tools import ImapToolsError

    flag, folder = str(options.get("flag", "")), str(options.get("move_to", ""))
    numbers = [str(uid) for uid in uids]
    try:
        if numbers and flag:
            set_flag(box, numbers, flag)
        if numbers and folder:
            _move(box, numbers, folder)
    except (ImapToolsError, imaplib.IMAP4.error) as error:
        if isinstance(error, imaplib.IMAP4.abort):  # the connection is gone
            raise
        why = " ".join(str(error).split())[:200]
        yield folder or flag, f"已读邮件未能标记或移动：{why} / stored mails were not marked or moved: {why}"


def _move(box: "BaseMailBox", numbers: Sequence[str], folder: str) -> None:
    """By MOVE (RFC 6851), which loses nothing; a server without it gets a copy, and the mail stays where it is."""
    from imap_tools.utils import encode_folder

    if not box.folder.exists(folder):
        box.folder.create(folder)
    if "MOVE" not in box.client.capabilities:
        box.copy(numbers, folder)
        return
    answer, lines = box.client.uid("MOVE", ",".join(numbers), encode_folder(folder))  # type: ignore[arg-type]
    if answer != "OK":
        raise imaplib.IMAP4.error(f"MOVE: {lines}")


# --- what is new -----------------------------------------------------------------------------------------------


def _taken(box: "BaseMailBox", place: Place) -> _Pass:
    done = _Pass()
    for uid, size in _sizes(box, place.last)[:MAX_MAILS]:
        if done.taken + size > MAX_POLL and done.documents:
            break
        done.last = uid
        if size > MAX_MAIL:
            limit = MAX_MAIL // 1024 // 1024
            done.errors.append((f"uid {uid}", f"超过 {limit} MB，未读 / larger than {limit} MB, not read"))
        elif uid > place.old or _arrived(box, uid) >= place.since:
            _take(done, box, uid)
    return done


def _take(done: _Pass, box: "BaseMailBox", uid: int) -> None:
    document = _document(fetched(box, str(uid)))
    if document is not None:
        done.documents.append(document)
        done.stored.append(uid)
        done.taken += len(document.content)


def _sizes(box: "BaseMailBox", last: int) -> list[tuple[int, int]]:
    """(UID, bytes) of the mails above `last`, in order. The server answers n:* with the last mail at least."""
    answer, lines = box.client.uid("FETCH", f"{last + 1}:*", "(RFC822.SIZE)")
    if answer != "OK":
        raise SourceError(f"邮箱没有给出邮件列表：{lines}", f"the mailbox did not list its mails: {lines}")
    found = []
    for one in lines:
        numbers = {bool(uid): int(uid or size) for uid, size in _SIZE.findall(one if isinstance(one, bytes) else b"")}
        if len(numbers) == 2 and numbers[True] > last:
            found.append((numbers[True], numbers[False]))
    return sorted(set(found))


def _arrived(box: "BaseMailBox", uid: int) -> float:
    """When the server took the mail, in seconds since 1970."""
    _, lines = box.client.uid("FETCH", str(uid), "(INTERNALDATE)")
    line = next((one for one in lines if isinstance(one, bytes)), b"")
    at = imaplib.Internaldate2tuple(line)
    return dt.datetime(*at[:6]).astimezone().timestamp() if at else float("inf")


def _document(raw: bytes) -> Document | None:
    """None where the mail is gone meanwhile. Its text, date, sender and attachments are the reading stage's to find."""
    from imap_tools.message import MailMessage

    if not raw:
        return None
    mail = MailMessage.from_bytes(raw[:_HEADERS].partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
    own = hashlib.sha256(raw).hexdigest()[:32]
    subject = ""
    with contextlib.suppress(LookupError, ValueError, MessageError):
        subject = line(mail.subject)[:200]
    return Document(
        key=line("".join(mail.headers.get("message-id", ())))[:500] or f"sha256:{own}",
        name=f"{subject or own}.eml",
        media_type="message/rfc822",
        content=raw,
    )
