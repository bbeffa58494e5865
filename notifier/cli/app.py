"""The commands and their options. Exit 0: done; 1: the work failed; 2: wrong use. Errors: one line on stderr."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.exceptions import TyperException

from notifier import __version__
from notifier.cli.invitation_app import invitations
from notifier.cli.letter_app import add_letter_commands
from notifier.cli.options import GROUP, Config, Email, File, Json, Mode, deferred
from notifier.cli.rule_app import rules
from notifier.cli.screen import warn
from notifier.cli.source_app import sources
from notifier.cli.subscriber_app import subscribers
from notifier.cli.suppression_app import bounces, suppressions
from notifier.cli.topic_app import topics
from notifier.errors import ConfigError, InputError, NotifierError, TopicError

if TYPE_CHECKING:
    from notifier.cli import demo as demo_command
    from notifier.cli import documents, inbox, parsing, reports, service
else:
    demo_command = deferred("notifier.cli.demo")
    documents = deferred("notifier.cli.documents")
    inbox = deferred("notifier.cli.inbox")
    parsing = deferred("notifier.cli.parsing")
    reports = deferred("notifier.cli.reports")
    service = deferred("notifier.cli.service")

app = typer.Typer(
    help="公文简报订阅与提醒 / Subscription and alerting for bulletins",
    add_completion=False,
    pretty_exceptions_enable=False,
    **GROUP,
)
_GROUPS = {
    "subscribers": subscribers,
    "rules": rules,
    "sources": sources,
    "topics": topics,
    "suppressions": suppressions,
    "bounces": bounces,
    "invitations": invitations,
}
for name, group in _GROUPS.items():
    app.add_typer(group, name=name)

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
def history(
    article: Annotated[str, typer.Option("--article", help="文章编号或标题 / number or title")],
    config: Config = None,
    json: Json = False,
) -> None:
    """一篇文章的更新、撤稿、废止 / What changed in an article since it was stored."""
    reports.history(config, article, as_json=json)


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


add_letter_commands(app, subscribers)
