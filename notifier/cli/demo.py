"""The whole main job in a temporary place: a bulletin comes in, three people get what they asked for."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from notifier.accounts.subscribers import add_subscribers, new_subscriber
from notifier.bootstrap import Service, open_service
from notifier.cli.logs import set_up_log
from notifier.cli.options import deferred
from notifier.cli.output import console, print_table
from notifier.config import Settings, load_settings
from notifier.domain import FEED_FORMATS, Entry, Hit, sentence_span
from notifier.errors import InputError
from notifier.pipeline.planning.entries import load_entries
from notifier.storage.alerts import alerts_of
from notifier.storage.ledger import ledger
from notifier.storage.subscribers import list_subscribers

if TYPE_CHECKING:
    from notifier.bootstrap import running
else:
    running = deferred("notifier.bootstrap.running")

SAMPLE = Path(__file__).with_name("demo.txt")
PEOPLE = (("li@example.org", "科技金融"), ("wang@example.org", "广元"), ("chen@example.org", "核电"))
CONFIG = """# made by `notifier demo`
[service]
name = "要参速递"
[[sources]]
name = "演示"
kind = "folder"
path = "inbox"
every = "1m"
first = "all"
"""


def demo(*, serve: bool, keep: Path | None) -> None:
    """Make a place, do everything once, show it, and say where to look. The place is left for that."""
    place = _place(keep)
    set_up_log("warning", as_json=False)
    service = open_service(_settings(place))
    try:
        people = [new_subscriber(email, [rule], topics=service.library.topics) for email, rule in PEOPLE]
        add_subscribers(service.database, people, service.defaults, now=service.clock())
        asyncio.run(service.poll(everything=True))
        processed = service.process()
        asyncio.run(service.deliver())
        _show_reading(processed.read[0].bulletin.articles if processed.read and processed.read[0].bulletin else ())
        _show_alerts(service)
        _show_ledger(service)
        _show_places(service, place)
        if serve:
            print("网页已开启，Ctrl-C 结束 / the web part is open; Ctrl-C ends it")
            asyncio.run(running.run(service, ("scheduler", "worker", "web")))
    finally:
        service.database.close()


def _place(keep: Path | None) -> Path:
    if keep is None:
        return Path(tempfile.mkdtemp(prefix="notifier-demo-"))
    if keep.exists() and any(keep.iterdir()):
        raise InputError(f"{keep} 不是空文件夹，请换一个", f"{keep} is not empty: choose another folder")
    keep.mkdir(parents=True, exist_ok=True)
    return keep.resolve()


def _settings(place: Path) -> Settings:
    (place / "config.toml").write_text(CONFIG, encoding="utf-8")
    inbox = place / "inbox"
    inbox.mkdir()
    sample = inbox / "蓉城科创动态7.txt"
    shutil.copyfile(SAMPLE, sample)
    os.utime(sample, (1_773_600_000, 1_773_600_000))  # long finished: nobody is still writing it
    return load_settings(place / "config.toml")


def _show_reading(articles: Sequence[object]) -> None:
    rows = [
        (number, getattr(article, "section", ""), getattr(article, "title", ""))
        for number, article in enumerate(articles, 1)
    ]
    print_table(("", "栏目 section", "文章 article"), rows, title="1. 读到了什么 / What was read: 蓉城科创动态 第7期")


def _show_alerts(service: Service) -> None:
    rows = []
    with service.database.read() as session:
        for subscriber in list_subscribers(session):
            alerts = [row for row in alerts_of(session, subscriber.id, 100) if row.id is not None]
            entries = load_entries(session, {row.id: row.article_id for row in alerts if row.id is not None})
            for entry in sorted(entries.values(), key=lambda entry: entry.position):
                for reason in entry.reasons:
                    rows.append((subscriber.email, reason.rule, entry.article.title, _sentence(entry, reason.hits)))
    print_table(
        ("谁 who", "规则 rule", "文章 article", "因为 because"),
        rows,
        title="2. 谁收到什么，为什么 / Who got what, and why",
    )


def _sentence(entry: Entry, hits: Sequence[Hit]) -> Text:
    """The sentence of the first hit in the body (else the title), the hit marked."""
    hit = next((one for one in hits if one.field == "body"), hits[0])
    text = entry.article.text if hit.field == "body" else entry.article.title
    start, end = sentence_span(text, hit.start, hit.end)
    shown = Text(text[start:end])
    shown.stylize("bold reverse", hit.start - start, hit.end - start)
    return shown


def _show_ledger(service: Service) -> None:
    with service.database.read() as session:
        rows = [
            (line.subscriber, line.channel, line.kind, len(line.articles), line.state, line.attempts[-1].reply)
            for line in ledger(session)
            if line.attempts
        ]
    print_table(("订阅者", "渠道", "类", "篇", "状态 state", "结果 reply"), rows, title="3. 台账 / The ledger")


def _show_places(service: Service, place: Path) -> None:
    feeds = place / "feeds"
    feeds.mkdir()
    for email, _ in PEOPLE:
        for kind in FEED_FORMATS:
            content = service.renderer.feed(service.feeds.by_email(email, kind), kind)
            (feeds / f"{email.partition('@')[0]}.{kind}").write_bytes(content)
    out = console()
    for line in (
        "4. 在哪里看 / Where to look",
        f"邮件 mails  {place / 'mail' / 'new'}  （Maildir，任何邮件程序都能打开 / any mail reader opens it）",
        f"订阅 feeds  {feeds}",
        *(f"网址 {email}: {service.feeds.by_email(email, 'rss').self_url}" for email, _ in PEOPLE),
        f"再看 try    notifier ledger -c {place / 'config.toml'}",
        f"            notifier explain --subscriber wang@example.org --article 核电 -c {place / 'config.toml'}",
    ):
        out.print(line, markup=False, soft_wrap=True)
