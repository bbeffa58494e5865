"""run, poll, ingest, deliver, recover, check: the steps of the pipeline, by hand or by the timer."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from notifier.accounts.sources import source_id
from notifier.bootstrap import Processed, Service, open_transport
from notifier.cli.opening import opened, settings_of
from notifier.cli.options import deferred
from notifier.cli.output import print_json, print_table
from notifier.cli.parsing import read_document
from notifier.cli.screen import warn
from notifier.delivery.records import txt_records
from notifier.domain import Document
from notifier.errors import InputError
from notifier.pipeline.explaining import check as checks
from notifier.pipeline.explaining.alignment import check_sender
from notifier.pipeline.polling.poll import Polled, take_documents
from notifier.pipeline.reading.facts import restate_articles

if TYPE_CHECKING:
    from notifier.bootstrap import running
else:
    running = deferred("notifier.bootstrap.running")


def run(config: Path | None, roles: str) -> None:
    chosen = [role.strip() for role in roles.split(",") if role.strip()]
    unknown = [role for role in chosen if role not in running.ROLES]
    if unknown or not chosen:
        known = ", ".join(running.ROLES)
        raise InputError(
            f"没有角色 {'、'.join(unknown)}，可用：{known}", f"no such role {', '.join(unknown)}: use {known}"
        )
    log = settings_of(config).log
    with opened(config, level=log.level, as_json=log.format == "json") as service:
        asyncio.run(running.run(service, chosen))


def poll(config: Path | None, *, as_json: bool) -> None:
    with opened(config) as service:
        polled = asyncio.run(service.poll(everything=True))
        processed = service.process()
        service.judge_sources()
        _show(polled, processed, as_json=as_json)
    if not polled and not as_json:
        warn("没有来源，请在配置的 [[sources]] 或用 sources add 添加 / there are no sources: add one")
    if polled and all(any(key == "" for key, _ in one.errors) for one in polled):
        raise typer.Exit(1)


def ingest(config: Path | None, paths: Sequence[Path], *, source: str, as_json: bool) -> None:
    files = list(_files(paths))
    with opened(config) as service:
        documents = [_document(file) for file in files]
        now = service.clock()
        new = take_documents(service.database, source_id(service.database, source, now=now), documents, now=now)
        processed = service.process()
        _show([Polled(source or "手工", len(new))], processed, as_json=as_json)
    if any(read.state in ("failed", "needs_person") for read in processed.read):
        raise typer.Exit(1)


def _files(paths: Sequence[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files.extend(sorted(file for file in path.rglob("*") if file.is_file() and not file.name.startswith(".")))
        elif path.is_file():
            files.append(path)
        else:
            raise InputError(f"没有文件 {path}", f"there is no file {path}")
    return files


def _document(file: Path) -> Document:
    return Document(key=str(file.resolve()), name=file.name, media_type="", content=read_document(file))


def _show(polled: Sequence[Polled], processed: Processed, *, as_json: bool) -> None:
    for one in polled:
        for key, line in one.errors:
            warn(f"{one.source}：{line}" if key in line else f"{one.source} {key}：{line}")
    for read in processed.read:
        if read.error:
            warn(f"{read.name}：{read.error}")
        if read.state == "held":
            warn(f"{read.name}：有密级标记，已扣留，不发送 / marked restricted: held, sent to nobody")
    if as_json:
        print_json(_as_dict(polled, processed))
        return
    alerts = sum(one.alerts for one in processed.matched)
    states = Counter(read.state for read in processed.read)
    done = "，".join(f"{_STATES.get(state, state)} {count}" for state, count in states.items()) or "无"
    new = sum(one.new for one in polled)
    print(
        f"新文件 {new}；读取：{done}；文章 {len(processed.matched)} 篇，提醒 {alerts} 条，消息 {processed.messages} 封"
    )


_STATES = {
    "read": "新",
    "known": "重复",
    "old": "旧",
    "unpacked": "解开",
    "held": "扣留",
    "needs_person": "待人工",
    "failed": "失败",
}


def _as_dict(polled: Sequence[Polled], processed: Processed) -> dict[str, object]:
    return {
        "sources": [
            {"source": one.source, "new": one.new, "errors": [list(pair) for pair in one.errors]} for one in polled
        ],
        "documents": [{"name": read.name, "state": read.state, "error": read.error} for read in processed.read],
        "articles": [
            {"id": one.article_id, "title": one.title, "rules": one.rules, "alerts": one.alerts}
            for one in processed.matched
        ],
        "messages": processed.messages,
    }


def deliver(config: Path | None, *, as_json: bool) -> None:
    with opened(config) as service:
        outcome = asyncio.run(service.deliver())
    if as_json:
        print_json(dict(outcome))
    else:
        print(
            "；".join(f"{state} {count}" for state, count in sorted(outcome.items()))
            or "没有到时的消息 / nothing was due"
        )


def recover(config: Path | None, *, as_json: bool) -> None:
    with opened(config) as service:
        outcome = asyncio.run(service.recover())
        service.plan()
    if as_json:
        print_json(dict(outcome))
    else:
        print(
            "；".join(f"{state} {count}" for state, count in sorted(outcome.items())) or "没有遗留 / nothing was left"
        )


def restate(config: Path | None, *, everything: bool, as_json: bool) -> None:
    with opened(config) as service:
        done = restate_articles(service.database, everything=everything)
    for article_id, error in done.errors:
        warn(f"#{article_id}：{error}")
    if as_json:
        errors = [{"article": article_id, "error": error} for article_id, error in done.errors]
        print_json({"articles": done.articles, "changed": done.changed, "errors": errors})
    else:
        print(f"查看 {done.articles} 篇，更新 {done.changed} 篇 / {done.articles} articles, {done.changed} changed")
    if done.errors:
        raise typer.Exit(1)


def check(config: Path | None, *, as_json: bool) -> None:
    with opened(config) as service:
        findings = asyncio.run(_findings(service))
    if as_json:
        print_json([{"what": one.what, "verdict": one.verdict, "zh": one.zh, "en": one.en} for one in findings])
    else:
        marks = {"good": "✓", "warn": "!", "bad": "✗"}
        print_table(("", "项目 what", "结果 finding"), [(marks[one.verdict], one.what, one.zh) for one in findings])
    if any(one.verdict == "bad" for one in findings):
        raise typer.Exit(1)


async def _findings(service: Service) -> list[checks.Finding]:
    config = "配置无误" if service.settings.sources else "配置无误，没有 [[sources]]"
    service.book.refresh(now=service.clock())
    transport = open_transport(service.settings)
    try:
        return [
            checks.Finding("config", "good", config, "the config is right"),
            checks.check_database(service.database),
            checks.check_accounts(service.database),
            checks.check_templates(service.renderer),
            checks.check_topics(service.library),
            checks.check_rules(service.book),
            checks.check_index(service.book),
            *checks.check_sources(service.database),
            checks.check_documents(service.database),
            checks.check_readings(service.database),
            checks.check_calendar(service.database, service.calendar, now=service.clock()),
            checks.check_bounces(service.database, now=service.clock()),
            await checks.check_transport(transport),
            *await asyncio.to_thread(_sender_findings, service),
        ]
    finally:
        await transport.close()


def _sender_findings(service: Service) -> list[checks.Finding]:
    """Mail that stays here needs no records."""
    if service.settings.mail.transport == "maildir":
        return []
    returns = service.settings.bounces.address.rpartition("@")[2]
    return list(check_sender(service.mail.domain, service.signer, txt_records, returns=returns))
