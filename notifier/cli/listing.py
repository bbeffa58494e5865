"""sources try, catalogue, backfill and the adding of lists: what a person sees before a list becomes a source."""

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer

from notifier.bootstrap import Service, configured_source
from notifier.cli.opening import opened, settings_of
from notifier.cli.output import print_json, print_table
from notifier.cli.screen import warn
from notifier.cli.toml_text import to_toml
from notifier.config import Settings, read_sources
from notifier.domain import Source
from notifier.errors import InputError
from notifier.pipeline.polling.backfill import Backfilled, backfill_source
from notifier.sources.catalogue import Entry, catalogue
from notifier.sources.listing import Look, look
from notifier.storage.sources import source_named

_SHOWN = 30  # items of a list


def try_source(config: Path | None, target: str, *, entry: str, as_json: bool) -> None:
    """Show what would be found at an address, by a source of that name, or by an entry of the catalogue."""
    with opened(config) as service:
        found = _look(service, _wanted(service, target, entry))
    if as_json:
        print_json(_look_to_dict(found))
    else:
        _show(found)
    if not found.items and not found.feeds:
        raise typer.Exit(1)


def _wanted(service: Service, target: str, entry: str) -> Source:
    if entry:
        row = {**_entry(service.settings, entry).source, "name": target or entry}
        return configured_source(service.settings, *read_sources([row]))
    with service.database.read() as session:
        stored = source_named(session, target)
    if stored is not None and stored.source.kind in ("feed", "listing"):
        return stored.source
    if not target.startswith(("http://", "https://")):
        raise InputError(
            f"{target or '（空）'} 不是网址，也不是列表来源的名称",
            "give an http(s) address, or the name of a list or feed",
        )
    return Source(target, "listing", target, timezone=service.settings.service.timezone)


def _look(service: Service, source: Source) -> Look:
    async def scene() -> Look:
        async with service.fetcher() as fetcher:
            return await look(source, now=service.clock(), fetcher=fetcher)

    return asyncio.run(scene())


def _row(found: Look, name: str) -> dict[str, Any]:
    """The [[sources]] entry that finds this."""
    return {"name": name, "kind": found.kind, "url": found.url, **found.options}


def _look_to_dict(found: Look) -> dict[str, Any]:
    sample = found.sample
    return {
        "url": found.url,
        "kind": found.kind,
        "guessed": found.guessed,
        "items": [
            {"title": item.title, "url": item.url, "published_at": _instant(item.published_at)} for item in found.items
        ],
        "options": found.options,
        "config": to_toml("sources", _row(found, _a_name(found.url))) if found.items else "",
        "feeds": [{"title": title, "url": url} for title, url in found.feeds],
        "next_page": found.older,
        "sample": {
            "title": sample.title,
            "url": sample.url,
            "published_at": _instant(sample.published_at),
            "byline": sample.byline,
            "attachments": [{"name": one.name, "url": one.url, "problem": one.problem} for one in sample.attachments],
        }
        if sample
        else None,
        "problems": list(found.problems),
    }


def _instant(at: Any) -> str:
    return at.isoformat() if at else ""


def _a_name(url: str) -> str:
    return url.split("/")[2]


def _show(found: Look, name: str = "") -> None:
    rows = [
        (item.published_at.strftime("%Y-%m-%d") if item.published_at else "", item.title, item.url)
        for item in found.items[:_SHOWN]
    ]
    if rows:
        print_table(("日期 date", "标题 title", "链接 link"), rows, title=f"{found.kind}：{len(found.items)} 条")
    if found.sample is not None:
        sample = found.sample
        names = "、".join(one.name for one in sample.attachments) or "无"
        print(f"例：{sample.title}（{_instant(sample.published_at) or '无日期'}），附件：{names}")
    if found.older:
        print(f"下一页：{found.older}")
    for title, url in found.feeds:
        print(f'网页另提供 RSS/Atom：{title} {url}  (kind = "feed")')
    for problem in found.problems:
        warn(problem)
    if rows:
        print(f"\n# {'猜测的设置，请核对' if found.guessed else '设置'} / {'a guess' if found.guessed else 'settings'}")
        print(to_toml("sources", _row(found, name or _a_name(found.url))))


def guessed_row(config: Path | None, row: Mapping[str, Any], *, yes: bool) -> dict[str, Any]:
    """The settings of a list, guessed where `row` leaves them open, shown, and confirmed by a person (or `yes`)."""
    with opened(config) as service:
        wanted = configured_source(service.settings, *read_sources([row]))
        found = _look(service, wanted)
    _show(found, wanted.name)
    if not found.items:
        raise InputError(f"{wanted.address} 里没有找到列表", f"no list was found at {wanted.address}")
    if not yes and not sys.stdin.isatty():
        raise InputError("请核对后加 --yes 确认", "look at this, and confirm it with --yes")
    if not yes and not typer.confirm("按此添加吗？ / add it so?"):
        raise typer.Exit(1)
    return {**_row(found, wanted.name), **{key: value for key, value in row.items() if key not in ("kind", "url")}}


# --- the catalogue ------------------------------------------------------------------------------------------------


def _entries(settings: Settings) -> Mapping[str, Entry]:
    own = settings.resolve(settings.catalogue.folder) if settings.catalogue.folder else None
    return {entry.id: entry for entry in catalogue(own)}


def _entry(settings: Settings, name: str) -> Entry:
    entry = _entries(settings).get(name)
    if entry is None:
        raise InputError(f"目录里没有 {name}，可用 sources catalogue 查看", f"no entry {name}: see sources catalogue")
    return entry


def show_catalogue(config: Path | None, *, as_json: bool) -> None:
    entries = sorted(_entries(settings_of(config)).values(), key=lambda entry: not entry.verified)
    if as_json:
        print_json(
            [
                {
                    "id": entry.id,
                    "name": entry.name,
                    "url": entry.address,
                    "verified": entry.verified,
                    "seen": entry.seen,
                    "evidence": entry.evidence,
                }
                for entry in entries
            ]
        )
        return
    rows = [(entry.id, entry.name, entry.address, entry.seen if entry.verified else "未核实") for entry in entries]
    print_table(("id", "名称 name", "地址 address", "见于 seen"), rows)


def catalogue_row(config: Path | None, name: str, entry_id: str) -> dict[str, Any]:
    """An entry as a row of [[sources]]. InputError for one that is only an address."""
    entry = _entry(settings_of(config), entry_id)
    if not entry.verified and "item" not in entry.source:
        raise InputError(
            f"{entry_id} 只是未核实的网址 {entry.address}；请找到列表页，用 sources try 核对后再添加",
            f"{entry_id} is only an address that nobody checked ({entry.address}): find its list, and see sources try",
        )
    return {**entry.source, "name": name}


# --- backfill -----------------------------------------------------------------------------------------------------


def backfill(config: Path | None, name: str, *, pages: int) -> None:
    with opened(config) as service:

        async def scene() -> Backfilled:
            async with service.fetcher() as fetcher:
                return await backfill_source(service.database, fetcher, name, pages=pages, clock=service.clock)

        done = asyncio.run(scene())
    for key, line in done.errors:
        warn(f"{key}: {line}")
    print(f"{done.pages} 页，补入 {done.documents} 份旧文件（不提醒）")
