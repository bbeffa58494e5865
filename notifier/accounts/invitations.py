"""Invitation codes as operators hand them out. A code is shown once; the table has its hash."""

import base64
import datetime as dt
import secrets
from collections.abc import Sequence

from notifier.accounts.sessions import hash_of
from notifier.errors import InputError
from notifier.storage.database import Database
from notifier.storage.invitations import add_invitation, list_invitations, remove_invitation
from notifier.storage.tables import Invitation

_BYTES = 10  # 80 bits: sixteen letters that are easy to read out
MOST_USES = 100_000


def invite(database: Database, *, uses: int, days: int, note: str, now: dt.datetime) -> str:
    """A new code for so many people, good for so many days (0: for ever)."""
    if not 1 <= uses <= MOST_USES or not 0 <= days <= 3650:
        raise InputError(
            f"--uses 应在 1 到 {MOST_USES} 之间，--days 在 0 到 3650 之间", "--uses or --days out of range"
        )
    code = base64.b32encode(secrets.token_bytes(_BYTES)).decode()
    with database.write() as session:
        expires_at = now + dt.timedelta(days=days) if days else None
        add_invitation(session, hash_of(code), note=note, uses=uses, now=now, expires_at=expires_at)
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def code_hash(code: str) -> str:
    """What is stored of a code, however it was typed."""
    return hash_of("".join(letter for letter in code.upper() if letter.isalnum()))


def invitations(database: Database) -> Sequence[Invitation]:
    with database.read() as session:
        return list_invitations(session)


def revoke(database: Database, number: int) -> None:
    with database.write() as session:
        if not remove_invitation(session, number):
            raise InputError(f"没有邀请 {number}，可用 invitations list 查看", f"there is no invitation {number}")
