"""Many rows and many ids at once. Statements are put together once: to do it each time costs more than to run them."""

import json
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table

_TESTS = {"sqlite": "IN (SELECT value FROM json_each(:{}))", "postgresql": "= ANY(:{})"}
_Processors = tuple[tuple[int, Callable[[Any], Any]], ...]


def among(name: str, dialect: str) -> str:
    """The end of `WHERE column ...`, for ids bound as the one value `name`: the same however many they are."""
    return _TESTS[dialect].format(name)


def as_value(ids: Sequence[int], dialect: str) -> object:
    return json.dumps(ids) if dialect == "sqlite" else list(ids)


def insert_rows(connection: Connection, table: Table, names: tuple[str, ...], rows: Iterable[Sequence[Any]]) -> None:
    """Rows with values for `names`, in that order. Columns that are not named stay empty: no default is put in."""
    statement, processors = _insertion(connection.dialect, table, names)
    connection.exec_driver_sql(statement, [_as_stored(row, processors) for row in rows])


def _as_stored(row: Sequence[Any], processors: _Processors) -> tuple[Any, ...]:
    values = list(row)
    for at, process in processors:
        values[at] = process(values[at])
    return tuple(values)


@lru_cache
def _insertion(dialect: Dialect, table: Table, names: tuple[str, ...]) -> tuple[str, _Processors]:
    """The statement as the driver takes it, and what to do to the values that it does not take as they are."""
    mark = "?" if dialect.paramstyle == "qmark" else "%s"
    found = [table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names]
    processors = tuple((at, lru_cache(maxsize=64)(one)) for at, one in enumerate(found) if one is not None)
    marks = ", ".join([mark] * len(names))
    return f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})", processors
