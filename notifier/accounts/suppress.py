"""The suppression list as operators keep it: added to, removed from, imported and exported with reasons."""

import csv
import datetime as dt
import io
from collections.abc import Iterator, Sequence

from notifier.accounts.addresses import parse_address
from notifier.accounts.rules import refuse_bad
from notifier.domain import SubscriberState
from notifier.errors import InputError
from notifier.pipeline.returns.refusals import suppress
from notifier.storage.database import Database
from notifier.storage.subscribers import set_state, subscriber_row
from notifier.storage.suppressions import list_suppressions, remove_suppression
from notifier.storage.tables import SuppressionRow

OPERATOR = "operator"
COLUMNS = ("address", "reason", "detail", "added_at")
_Entry = tuple[str, str, str]  # address, reason, detail


def add(database: Database, address: str, *, reason: str = OPERATOR, detail: str = "", now: dt.datetime) -> bool:
    """False where it is on the list already. InputError where it is no address."""
    with database.write() as session:
        return suppress(session, parse_address(address), reason.strip() or OPERATOR, detail=detail, now=now)


def remove(database: Database, address: str, *, now: dt.datetime) -> None:
    """Take an address off the list; whoever has it gets mail again. InputError where it is not on it."""
    known = parse_address(address)
    with database.write() as session:
        if not remove_suppression(session, known, now=now):
            raise InputError(f"{known} 不在停发名单里，可用 suppressions list 查看", f"{known} is not on the list")
        row = subscriber_row(session, known)
        if row is not None and row.state == SubscriberState.SUPPRESSED:
            set_state(session, row, SubscriberState.ACTIVE, now=now, why=OPERATOR)


def import_list(database: Database, text: str, *, now: dt.datetime) -> tuple[int, int]:
    """One address a line, or CSV as exported; all or nothing. How many were new, and how many known already."""
    entries = _read(text)
    with database.write() as session:
        new = sum(suppress(session, address, reason, detail=detail, now=now) for address, reason, detail in entries)
    return new, len(entries) - new


def _read(text: str) -> list[_Entry]:
    entries: dict[str, _Entry] = {}
    bad: list[str] = []
    for number, address, reason, detail in _rows(text):
        try:
            known = parse_address(address)
        except InputError as error:
            bad.append(f"第 {number} 行 (line {number}): {error.zh}")
        else:
            entries.setdefault(known, (known, reason or "import", detail))
    refuse_bad(bad)
    return list(entries.values())


def _rows(text: str) -> Iterator[tuple[int, str, str, str]]:
    lines = text.lstrip("\ufeff").splitlines()
    header = [cell.strip().lower() for cell in next(csv.reader(lines[:1]), [])]
    if "address" not in header and "email" not in header:
        plain = ((number, line.strip()) for number, line in enumerate(lines, 1))
        yield from ((number, line, "", "") for number, line in plain if line and not line.startswith("#"))
        return
    names = ["address" if name == "email" else name for name in header]
    reader = csv.reader(io.StringIO("\n".join(lines[1:])))
    for cells in reader:
        if any(cell.strip() for cell in cells):
            row = dict(zip(names, (cell.strip() for cell in cells), strict=False))
            yield reader.line_num + 1, row.get("address", ""), row.get("reason", ""), row.get("detail", "")


def entries(database: Database) -> Sequence[SuppressionRow]:
    with database.read() as session:
        return list_suppressions(session)


def export_list(database: Database) -> str:
    """CSV that `import_list` takes."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in entries(database):
        writer.writerow((row.address, row.reason, row.detail, row.added_at.isoformat()))
    return out.getvalue()
