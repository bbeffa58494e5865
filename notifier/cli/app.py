"""The commands and their options. Exit 0: done; 1: the work failed; 2: wrong use. Errors: one line on stderr."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.exceptions import TyperException

from notifier import __version__
from notifier.cli.channel_app import channel
from notifier.cli.letter_app import add_letter_commands
from notifier.cli.options import GROUP, Config, Delivery, Email, File, Json, Mode, Rules, deferred
from notifier.cli.rule_app import rules
from notifier.cli.screen import warn
from notifier.cli.suppression_app import bounces, suppressions
from notifier.errors import ConfigError, InputError, NotifierError, TopicError

if TYPE_CHECKING:
    from notifier.cli import demo as demo_command
    from notifier.cli import documents, inbox, library, parsing, people, reports, service, topic_help
else:
    demo_command = deferred("notifier.cli.demo")
    documents = deferred("notifier.cli.documents")
    inbox = deferred("notifier.cli.inbox")
    library = deferred("notifier.cli.library")
    parsing = deferred("notifier.cli.parsing")
    people = deferred("notifier.cli.people")
    reports = deferred("notifier.cli.reports")
    service = deferred("notifier.cli.service")
    topic_help = deferred("notifier.cli.topic_help")

app = typer.Typer(
    help="公文简报订阅与提醒 / Subscription and alerting for bulletins",
    add_completion=False,
    pretty_exceptions_enable=False,
    **GROUP,
)
subscribers = typer.Typer(help="订阅者 / subscribers", **GROUP)
sources = typer.Typer(help="来源 / sources", **GROUP)
topics = typer.Typer(help="话题库 / the topic library", **GROUP)
_GROUPS = {
    "subscribers": subscribers,
    "rules": rules,
    "sources": sources,
    "topics": topics,
    "suppressions": suppressions,
    "bounces": bounces,
}
for name, group in _GROUPS.items():
    app.add_typer(group, name=name)
subscribers.add_typer(channel, name="channel")

Full = Annotated[bool, typer.Option("--full", help="另列位置、质量、总期号、编辑、密级 / places, quality and more")]


def main() -> None:
    """The console script."""
    try:
        code = app(standalone_mode=False)
    except typer.Abort:
        code = 1
    except NotifierError as error:
        warn(str(error))
        code = 2 if isinstance(error, ConfigError | InputError | TopicError) else 1
    except BrokenPipeError:  # the reader of our output has gone, as `head` does
        sys.stderr.close()
        code = 1
    except OSError as error:
        warn(f"读写失败：{error} / cannot read or write: {error.strerror}")
        code = 1
    except KeyboardInterrupt:
        code = 130
    except TyperException as error:  # what typer raises for wrong use
        line = " ".join(error.format_message().split())
        warn(f"{line} — notifier --help 查看用法 / shows the usage")
        code = 2
    sys.exit(code if isinstance(code, int) else 0)


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="版本 / the version")] = False,
) -> None:
    if version:
        print(f"notifier {__version__}")
        raise typer.Exit


@app.command()
def demo(
    serve: Annotated[bool, typer.Option("--serve", help="保持网页服务 / keep the web part open")] = False,
    keep: Annotated[Path | None, typer.Option("--keep", help="放在这个新文件夹 / use this new folder")] = None,
) -> None:
    """在临时位置演示全部流程 / The whole main job in a temporary place, no service needed."""
    demo_command.demo(serve=serve, keep=keep)


@app.command()
def run(
    config: Config = None,
    roles: Annotated[str, typer.Option(help="角色，逗号分隔 / roles, joined by commas")] = "scheduler,worker,web",
) -> None:
    """运行服务，直到 SIGTERM / Run until SIGTERM."""
    service.run(config, roles)


@app.command()
def poll(config: Config = None, json: Json = False) -> None:
    """轮询来源，读取、匹配、计划 / Fetch from all sources, read, match, plan."""
    service.poll(config, as_json=json)


@app.command()
def ingest(
    paths: Annotated[list[Path], typer.Argument(help="文件或文件夹 / files or folders")],
    config: Config = None,
    source: Annotated[str, typer.Option(help="记入这个来源（决定谁能看到）/ the source to count them to")] = "",
    json: Json = False,
) -> None:
    """手工导入文件，读取、匹配、计划 / Take files by hand, read, match, plan."""
    service.ingest(config, paths, source=source, as_json=json)


@app.command()
def deliver(config: Config = None, json: Json = False) -> None:
    """计划到时的汇总并发送 / Plan due digests, then send until nothing is due now."""
    service.deliver(config, as_json=json)


@app.command()
def recover(config: Config = None, json: Json = False) -> None:
    """处理中断后遗留的状态 / Settle what an interrupted run left."""
    service.recover(config, as_json=json)


@app.command()
def restate(
    every: Annotated[bool, typer.Option("--all", help="全部文章 / all articles")] = False,
    config: Config = None,
    json: Json = False,
) -> None:
    """补全已存文章的机关、文号、日期、地区，不再提醒 / Find what stored articles state; alerts nobody."""
    service.restate(config, everything=every, as_json=json)


@app.command()
def check(config: Config = None, json: Json = False) -> None:
    """检查配置、数据库、模板、规则、账目与邮件 / Check config, database, templates, rules, accounting, mail."""
    service.check(config, as_json=json)


@app.command()
def parse(file: File, config: Config = None, json: Json = False, full: Full = False) -> None:
    """读取一个文件并显示，不保存 / Read one document, store nothing."""
    parsing.parse(config, file, as_json=json, full=full)


@app.command()
def match(
    rule: Annotated[str | None, typer.Argument(help="规则 / a rule")] = None,
    files: Annotated[list[Path] | None, typer.Argument(help="文件 / documents")] = None,
    text: Annotated[str | None, typer.Option("--text", help="直接给出的文字 / a text")] = None,
    rules: Annotated[Path | None, typer.Option("--rules", help="JSONL 规则，文章从标准输入读 / as a filter")] = None,
    mode: Mode = "standard",
    config: Config = None,
    json: Json = False,
) -> None:
    """试一条规则，不保存 / Try a rule on documents or a text, store nothing."""
    if rules is not None:
        documents.filter_articles(config, rules, mode=mode)
    else:
        documents.match(config, rule, files or [], text=text, mode=mode, as_json=json)


@app.command()
def feed(
    email: Email,
    config: Config = None,
    format: Annotated[str, typer.Option("--format", help="rss、atom 或 json")] = "rss",  # noqa: A002
) -> None:
    """打印个人订阅源 / Print the personal feed, its own address in it."""
    reports.feed(config, email, format)


@app.command()
def explain(
    subscriber: Annotated[str, typer.Option("--subscriber", help="订阅者地址 / the subscriber's address")],
    article: Annotated[str, typer.Option("--article", help="文章编号、标题或文件名 / number, title or file name")],
    config: Config = None,
    json: Json = False,
) -> None:
    """为什么收到或没收到 / Why did, or did not, this article reach them."""
    reports.explain(config, subscriber, article, as_json=json)


@app.command()
def ledger(
    config: Config = None,
    since: Annotated[str, typer.Option(help="2026-11-01 或 7d / a date or a duration")] = "",
    csv: Annotated[bool, typer.Option("--csv", help="输出 CSV / print CSV")] = False,
    json: Json = False,
) -> None:
    """发给谁、何时、结果如何 / What was sent to whom, when, and what came of it."""
    reports.ledger(config, since=since, as_csv=csv, as_json=json)


@app.command()
def articles(
    words: Annotated[str, typer.Argument(help="标题中的字 / words of the title")] = "",
    config: Config = None,
    json: Json = False,
) -> None:
    """列出文章及其编号 / List articles and their numbers."""
    reports.articles(config, words, as_json=json)


@app.command("documents")
def documents_list(
    state: Annotated[list[str] | None, typer.Option("--state", help="只看这些状态，可重复 / only these states")] = None,
    every: Annotated[bool, typer.Option("--all", help="全部文件 / all documents")] = False,
    config: Config = None,
    json: Json = False,
) -> None:
    """列出需要人工处理的文件及办法 / List documents that need a person, why, and how to go on."""
    inbox.documents(config, state or [], every=every, as_json=json)


@subscribers.command("add")
def subscribers_add(
    email: Email,
    rule: Rules = None,
    delivery: Delivery = "",
    group: Annotated[list[str] | None, typer.Option("--group", help="所属组，可重复 / a group, repeatable")] = None,
    config: Config = None,
) -> None:
    """添加订阅者（视为已确认）/ Add a subscriber, already confirmed."""
    people.add(config, email, rule or [], delivery=delivery, groups=group or [])


@subscribers.command("import")
def subscribers_import(file: File, rule: Rules = None, delivery: Delivery = "", config: Config = None) -> None:
    """导入：每行一个地址，或带表头的 CSV；全部成功或全部不做 / One address a line, or CSV; all or nothing."""
    people.import_file(config, file, rule or [], delivery=delivery)


@subscribers.command("export")
def subscribers_export(config: Config = None) -> None:
    """导出为可再导入的 CSV / Print CSV that can be imported again."""
    people.export(config)


@subscribers.command("list")
def subscribers_list(config: Config = None, json: Json = False) -> None:
    """列出订阅者 / List the subscribers."""
    people.show(config, as_json=json)


@subscribers.command("show")
def subscribers_show(email: Email, config: Config = None, json: Json = False) -> None:
    """显示一个订阅者 / Show one subscriber."""
    people.show(config, email=email, as_json=json)


@subscribers.command("remove")
def subscribers_remove(email: Email, config: Config = None) -> None:
    """退订（记录保留）/ Unsubscribe; the ledger stays."""
    people.change_state(config, email, "unsubscribed")


@subscribers.command("pause")
def subscribers_pause(email: Email, config: Config = None) -> None:
    """暂停：提醒留存，恢复后发送 / Pause: alerts wait."""
    people.change_state(config, email, "paused")


@subscribers.command("resume")
def subscribers_resume(email: Email, config: Config = None) -> None:
    """恢复 / Resume."""
    people.change_state(config, email, "active")


@subscribers.command("suppress")
def subscribers_suppress(email: Email, config: Config = None) -> None:
    """停发邮件，订阅源照常 / Stop mail; the feed goes on."""
    people.change_state(config, email, "suppressed")


@subscribers.command("groups")
def subscribers_groups(
    email: Email,
    groups: Annotated[list[str] | None, typer.Argument(help="组名 / groups")] = None,
    config: Config = None,
) -> None:
    """设定所属组 / Say which groups a subscriber is in."""
    people.set_groups(config, email, groups or [])


@sources.command("add")
def sources_add(
    name: Annotated[str, typer.Argument(help="名称 / its name")],
    kind: Annotated[str, typer.Option(help="folder 或 feed")],
    address: Annotated[str, typer.Option("--address", "--path", "--url", help="文件夹或网址 / a folder or URL")],
    every: Annotated[str, typer.Option(help="轮询间隔 / interval")] = "15m",
    first: Annotated[str, typer.Option(help="all 或 new")] = "",
    audience: Annotated[list[str] | None, typer.Option(help="public 或组名，可重复 / public, or groups")] = None,
    config: Config = None,
) -> None:
    """添加来源 / Add a source."""
    library.add_source(config, name, kind=kind, address=address, every=every, first=first, audience=audience or [])


@sources.command("list")
def sources_list(config: Config = None, json: Json = False) -> None:
    """列出来源及其状态 / List the sources and how they are."""
    library.list_sources(config, as_json=json)


@sources.command("show")
def sources_show(name: Annotated[str, typer.Argument(help="名称 / its name")], config: Config = None) -> None:
    """显示一个来源 / Show one source."""
    library.list_sources(config, name=name, as_json=True)


@sources.command("remove")
def sources_remove(name: Annotated[str, typer.Argument(help="名称 / its name")], config: Config = None) -> None:
    """不再轮询；已取到的保留 / Poll it no more; what it brought stays."""
    library.remove_source(config, name)


@sources.command("import")
def sources_import(file: File, config: Config = None) -> None:
    """导入含 [[sources]] 的 TOML / Import a TOML file of [[sources]]."""
    library.import_sources(config, file)


@sources.command("export")
def sources_export(config: Config = None) -> None:
    """导出为 [[sources]] / Print all sources as TOML."""
    library.export_sources(config)


@topics.command("list")
def topics_list(config: Config = None, json: Json = False) -> None:
    """列出话题 / List the topics."""
    library.list_topics(config, as_json=json)


@topics.command("show")
def topics_show(name: Annotated[str, typer.Argument(help="话题 / a topic")], config: Config = None) -> None:
    """显示一个话题的文件 / Print a topic's file."""
    library.show_topic(config, name)


@topics.command("add")
def topics_add(
    name: Annotated[str, typer.Argument(help="话题名 / its name")],
    term: Annotated[list[str], typer.Option("--term", help="词，可重复 / a term, repeatable")],
    exclude: Annotated[list[str] | None, typer.Option("--exclude", help="排除词 / an excluded term")] = None,
    description: Annotated[str, typer.Option(help="说明 / what it is about")] = "",
    config: Config = None,
) -> None:
    """在自己的话题文件夹里新建话题 / Write a new topic into your own folder."""
    library.add_topic(config, name, terms=term, excluded=exclude or [], description=description)


@topics.command("suggest")
def topics_suggest(
    name: Annotated[str, typer.Argument(help="话题或词 / a topic or a term")],
    accept: Annotated[list[str] | None, typer.Option("--accept", help="收下的词，可重复 / a term to take")] = None,
    most: Annotated[int, typer.Option("--most", help="最多几个 / at most so many")] = 20,
    config: Config = None,
    json: Json = False,
) -> None:
    """从已有文章里给话题找词；--accept 写进自己的话题文件 / Propose terms from the stored articles, or take some."""
    topic_help.suggest(config, name, accept=accept or [], most=most, as_json=json)


@topics.command("import")
def topics_import(file: File, config: Config = None) -> None:
    """把一个话题文件放进自己的文件夹 / Put a topic's file into your own folder, checked."""
    library.import_topic(config, file)


@topics.command("export")
def topics_export(folder: Annotated[Path, typer.Argument(help="文件夹 / a folder")], config: Config = None) -> None:
    """把全部话题文件写进文件夹 / Write the files of all topics into a folder."""
    library.export_topics(config, folder)


@topics.command("remove")
def topics_remove(name: Annotated[str, typer.Argument(help="话题 / a topic")], config: Config = None) -> None:
    """删除自己文件夹里的话题 / Remove a topic of your own folder."""
    library.remove_topic(config, name)


add_letter_commands(app, subscribers)
