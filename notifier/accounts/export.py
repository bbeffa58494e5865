"""All that is stored of a person, for them to take away: a ZIP of one JSON document and a CSV a table."""

import csv
import datetime as dt
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from notifier.accounts.addresses import parse_address
from notifier.accounts.subscribers import known
from notifier.storage.database import Database
from notifier.storage.personal import alerted_articles, rows_of, sent_contents
from notifier.storage.subscribers import subscriber_row

_KEYS = {"key_hash", "browser", "secret", "unsubscribe_url", "feed_url", "lease_owner", "token_version"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what spreadsheets compute; articles' titles are others' words
Rows = Sequence[Mapping[str, Any]]


def export_data(database: Database, email: str, *, now: dt.datetime) -> bytes:
    """The ZIP. It holds no keys: whoever gets hold of it cannot come in. InputError where nobody has that address."""
    with database.read() as session:
        row = known(subscriber_row(session, parse_address(email)), email)
        assert row.id is not None
        tables: dict[str, Rows] = {name: _bare(rows) for name, rows in rows_of(session, row.id).items()}
        tables["article"] = alerted_articles(session, row.id)
        tables["content"] = sent_contents(session, row.id)
    return _zip(tables, now)


def _bare(rows: Rows) -> Rows:
    return [{name: value for name, value in row.items() if name not in _KEYS} for row in rows]


def _zip(tables: Mapping[str, Rows], now: dt.datetime) -> bytes:
    out = io.BytesIO()
    document = {"exported_at": now.isoformat()} | dict(tables)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(document, ensure_ascii=False, indent=1, default=str))
        for name, rows in tables.items():
            archive.writestr(f"{name}.csv", _csv(rows))
    return out.getvalue()


def _csv(rows: Rows) -> str:
    """With a byte order mark: spreadsheets take it for UTF-8 then."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(rows[0] if rows else [])
    writer.writerows(_cells(row.values()) for row in rows)
    return "\ufeff" + out.getvalue()


def _cells(values: Iterable[object]) -> list[str]:
    texts = ["" if value is None else str(value) for value in values]
    return [f"'{text}" if text.startswith(_FORMULA) else text for text in texts]
