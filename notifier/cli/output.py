"""How commands print: tables for people, one JSON document for programs, one line on stderr for trouble."""

import json
import sys
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from notifier.cli.screen import shown


def print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=1))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = "") -> None:
    """A table as wide as the terminal; values are shown as they are, never as markup."""
    table = Table(title=title or None, title_justify="left")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(cell if isinstance(cell, Text) else Text(shown(str(cell))) for cell in row))
    console().print(table)


def console() -> Console:
    """Standard output; 100 columns where it is no terminal."""
    return Console(width=None if sys.stdout.isatty() else 100, highlight=False)
