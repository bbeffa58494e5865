"""invitations add, list, remove."""

from pathlib import Path

from notifier.accounts.invitations import invitations, invite, revoke
from notifier.cli.opening import opened
from notifier.cli.output import print_json, print_table


def add(config: Path | None, *, uses: int, days: int, note: str) -> None:
    with opened(config) as service:
        print(invite(service.database, uses=uses, days=days, note=note, now=service.clock()))


def show(config: Path | None, *, as_json: bool) -> None:
    with opened(config) as service:
        rows = invitations(service.database)
    if as_json:
        print_json(
            [
                {
                    "id": row.id,
                    "note": row.note,
                    "uses": row.uses,
                    "used": row.used,
                    "expires_at": row.expires_at.isoformat() if row.expires_at else None,
                }
                for row in rows
            ]
        )
        return
    cells = [
        (row.id, row.note, f"{row.used}/{row.uses}", f"{row.expires_at:%Y-%m-%d}" if row.expires_at else "")
        for row in rows
    ]
    print_table(("编号 id", "给谁 note", "已用 used", "有效到 expires"), cells)


def remove(config: Path | None, number: int) -> None:
    with opened(config) as service:
        revoke(service.database, number)
    print(f"邀请 {number} 已作废")
