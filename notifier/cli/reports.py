"""feed, explain, ledger, articles: what was done, and why."""

import csv
import datetime as dt
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import typer

from notifier.accounts.addresses import parse_address
from notifier.cli.opening import opened
from notifier.cli.output import print_json, print_table
from notifier.cli.screen import shown
from notifier.config import parse_duration
from notifier.errors import InputError
from notifier.pipeline.explaining import explain as explaining
from notifier.pipeline.explaining.chain import chain_to_dicts
from notifier.pipeline.explaining.explain import find_article
from notifier.pipeline.reading.changes import changes_of
from notifier.pipeline.reading.changes import told as explain_change
from notifier.storage.bulletins import find_articles
from notifier.storage.ledger import LedgerLine
from notifier.storage.ledger import ledger as read_ledger


def feed(config: Path | None, email: str, kind: str) -> None:
    with opened(config) as service:
        content = service.renderer.feed(service.feeds.by_email(parse_address(email), kind), kind)
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.write(b"" if content.endswith(b"\n") else b"\n")


def explain(config: Path | None, subscriber: str, article: str, *, as_json: bool) -> None:
    with opened(config) as service:
        told = explaining.explain(service.database, parse_address(subscriber), article)
        zone = ZoneInfo(service.settings.service.timezone)
    reached = told.article is not None and told.parted is None
    if as_json:
        found = {"id": told.article.id, "title": told.article.article.title} if told.article else None
        parted = told.parted.step if told.parted else ""
        chain = chain_to_dicts(told.links)
        print_json({"subscriber": subscriber, "article": found, "reached": reached, "parted": parted, "chain": chain})
        return
    marks = {"yes": "✓", "no": "✗", "wait": "…", "note": "·"}
    if told.article:
        print(shown(f"#{told.article.id} {told.article.article.title} → {subscriber}（{zone}）"))
    for link in told.links:
        when = f"{link.at.astimezone(zone):%Y-%m-%d %H:%M:%S}" if link.at else ""
        print(shown(f"  {marks[link.verdict]} {link.step:<10} {when:<19}  {link.zh}"))
    if told.parted:
        print(shown(f"结论：停在 {told.parted.step}：{told.parted.zh}"))
        print(shown(f"In short: {told.parted.en}."))
    elif reached:
        print("结论：已送达 / it reached them.")


def history(config: Path | None, article: str, *, as_json: bool) -> None:
    with opened(config) as service, service.database.read() as session:
        found = find_article(session, article)
        if found is None:
            raise InputError(f"没有文章 {article}，可用 articles 查看", f"there is no article {article}: see articles")
        changes = changes_of(session, found)
        zone = ZoneInfo(service.settings.service.timezone)
    if as_json:
        told = [{"at": one.at.isoformat(), "name": one.name, **one.data} for one in changes]
        print_json({"id": found.id, "title": found.article.title, "ended": found.ended, "changes": told})
        return
    print(shown(f"#{found.id} {found.article.title}"))
    for one in changes:
        print(shown(f"  {one.at.astimezone(zone):%Y-%m-%d %H:%M} {explain_change(one)[0]}"))
        for sign, sentences in (("+", one.data.get("added", ())), ("-", one.data.get("removed", ()))):
            for sentence in sentences:
                print(shown(f"    {sign} {sentence}"))
    if not changes:
        print("  没有变化 / nothing has changed")


def ledger(config: Path | None, *, since: str, as_csv: bool, as_json: bool) -> None:
    with opened(config) as service:
        zone = ZoneInfo(service.settings.service.timezone)
        start = parse_since(since, now=service.clock(), zone=zone)
        with service.database.read() as session:
            lines = read_ledger(session, since=start)
            if as_json:
                _print_json_list(lines)
            elif as_csv:
                _print_csv(lines)
            else:
                _print_lines(lines, zone)


def parse_since(text: str, *, now: dt.datetime, zone: ZoneInfo) -> dt.datetime | None:
    """A local date or time, or a duration back from now; None for "". InputError otherwise."""
    if not text:
        return None
    try:
        return now - parse_duration(text)
    except ValueError:
        pass
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise InputError(
            f"--since {text!r} 不对，写 2026-11-01 或 7d", "write a date or a duration such as 7d"
        ) from error
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _print_json_list(lines: Iterator[LedgerLine]) -> None:
    """One JSON list, written line by line: a ledger may be long."""
    print("[", end="")
    for number, line in enumerate(lines):
        print(",\n " if number else "\n ", json.dumps(line.to_dict(), ensure_ascii=False), sep="", end="")
    print("\n]")


def _print_csv(lines: Iterator[LedgerLine]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(
        ("planned_at", "subscriber", "channel", "kind", "state", "articles", "attempts", "last_reply", "reason")
    )
    for line in lines:
        last = line.attempts[-1] if line.attempts else None
        cells = (
            line.planned_at.isoformat(), line.subscriber, line.channel, line.kind, line.state,
            "；".join(line.articles), len(line.attempts), f"{last.code} {last.reply}" if last else "", line.reason,
        )  # fmt: skip
        writer.writerow([_harmless(str(cell)) for cell in cells])


def _harmless(cell: str) -> str:
    """A spreadsheet takes a cell that begins so for a formula."""
    return "'" + cell if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def _print_lines(lines: Iterator[LedgerLine], zone: ZoneInfo) -> None:
    rows = [
        (
            f"{line.planned_at.astimezone(zone):%m-%d %H:%M:%S}",
            line.subscriber,
            line.kind,
            "\n".join(line.articles),
            line.state,
            _last(line),
        )
        for line in lines
    ]
    print_table(("时间", "订阅者 subscriber", "类 kind", "文章 articles", "状态 state", "结果 last reply"), rows)


def _last(line: LedgerLine) -> str:
    if not line.attempts:
        return line.reason
    last = line.attempts[-1]
    return f"{len(line.attempts)}× {last.reply or line.reason}"


def articles(config: Path | None, words: str, *, as_json: bool) -> None:
    with opened(config) as service, service.database.read() as session:
        found = find_articles(session, words, limit=100)
    if as_json:
        print_json([{"id": number, "title": title} for number, title in found])
        return
    if not found:
        print("没有文章 / no articles", file=sys.stderr)
        raise typer.Exit(0)
    print_table(("编号", "文章 article"), found)
