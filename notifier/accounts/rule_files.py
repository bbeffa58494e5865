"""Files of rules: our own as JSON or CSV, in and out without loss, and those of other programs."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from notifier.accounts.rules import rule_to_dict
from notifier.errors import InputError
from notifier.matching.foreign import Converted, read_freshrss, read_lucene, read_miniflux, read_trendradar
from notifier.storage.rules import StoredRule

COLUMNS = ("email", "rule", "mode", "min_score", "delivery", "paused_until")
OWN = ("json", "csv")
FOREIGN = ("trendradar", "miniflux", "freshrss", "lucene")
FORMATS = (*OWN, *FOREIGN)
Rows = list[dict[str, object]]


@dataclass(frozen=True, slots=True)
class RuleFile:
    """What a file says: rows as `import_rules` takes them, and in one line each what was left out of it."""

    rows: Rows
    notes: tuple[str, ...] = ()


def format_of(name: str, asked: str = "") -> str:
    """The format asked for, or that of the file's name. InputError where neither says."""
    guessed = asked or ("trendradar" if name == "frequency_words.txt" else name.rpartition(".")[2].lower())
    if guessed not in FORMATS:
        known = ", ".join(FORMATS)
        raise InputError(
            f"不知道 {name} 是什么格式，请用 --format 说明：{known}", f"say the format of {name} with --format: {known}"
        )
    return guessed


def read_rule_file(text: str, kind: str, *, email: str = "", exclude: str = "", title_only: bool = False) -> RuleFile:
    """The rules of a file of this format; `email` is whose they are, where the file does not say.

    InputError names every line that cannot be said here. `exclude` and `title_only` are for TrendRadar.
    """
    if kind in OWN:
        rows = _json_rows(text) if kind == "json" else _csv_rows(text)
        return RuleFile([{**row, "email": row.get("email") or email or _nobody()} for row in rows])
    if not email:
        _nobody()
    readers: Mapping[str, Callable[[str], Converted]] = {
        "trendradar": partial(read_trendradar, exclude=exclude, title_only=title_only),
        "miniflux": read_miniflux, "freshrss": read_freshrss, "lucene": read_lucene,
    }  # fmt: skip
    found = readers[kind](text)
    rows = [{"email": email, "rule": one.rule, "line": one.line} for one in found.rules]
    return RuleFile(rows, tuple(f"第 {one.line} 行 (line {one.line})：{one.zh} / {one.en}" for one in found.notes))


def _nobody() -> str:
    raise InputError("请用 --email 说明这些规则是谁的", "say whose rules these are with --email")


def _json_rows(text: str) -> Rows:
    try:
        rows: Any = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"不是 JSON：{error}", f"this is no JSON: {error}; import what rules export printed"
        ) from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InputError("JSON 应是规则的列表", "the JSON must be a list, as rules export prints it")
    return rows


def _csv_rows(text: str) -> Rows:
    """With a header: rule, and if wanted email, mode, min_score, delivery. Other columns are passed over."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        names = [(name or "").strip().lower() for name in reader.fieldnames or ()]
        if "rule" not in names:
            raise InputError(
                "CSV 的表头里要有 rule 一列", f"the CSV needs a header with rule (and {', '.join(COLUMNS)})"
            )
        reader.fieldnames = names
        rows = [{**row, "line": reader.line_num} for row in reader if any(row.values())]
    except csv.Error as error:
        raise InputError(
            f"第 {reader.line_num} 行不是正确的 CSV：{error}", f"line {reader.line_num} is no CSV: {error}"
        ) from error
    return [{key: value for key, value in row.items() if key in (*COLUMNS, "line")} for row in rows]


def write_csv(rules: Iterable[tuple[StoredRule, str]]) -> str:
    """Rules as CSV, every cell in quotes, so that any text comes back as it was."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, extrasaction="ignore", quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rule_to_dict(rule, email) for rule, email in rules)
    return out.getvalue()


def write_json(rules: Sequence[tuple[StoredRule, str]]) -> str:
    return json.dumps([rule_to_dict(rule, email) for rule, email in rules], ensure_ascii=False, indent=1) + "\n"
