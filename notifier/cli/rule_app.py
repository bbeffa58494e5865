"""The commands `notifier rules …` and their options."""

from typing import TYPE_CHECKING, Annotated

import typer

from notifier.cli.options import GROUP, Config, Email, File, Json, Mode, deferred

if TYPE_CHECKING:
    from notifier.cli import rules as commands
else:
    commands = deferred("notifier.cli.rules")

rules = typer.Typer(help="规则 / rules", **GROUP)
Rule = Annotated[str, typer.Argument(help="规则或其编号 / a rule or its number")]


@rules.command("add")
def rules_add(
    email: Email,
    rule: Annotated[str, typer.Argument(help="规则 / a rule")],
    mode: Mode = "standard",
    min_score: Annotated[float, typer.Option(help="最低分 0–1 / least score")] = 0.0,
    delivery: Annotated[
        str, typer.Option(help="immediate、daily、weekly、monthly；默认同订阅者 / default: theirs")
    ] = "",
    urgent: Annotated[
        bool, typer.Option("--urgent", help="紧急：立即发送，不受免打扰时段和休息日限制 / at once, whatever the hour")
    ] = False,
    config: Config = None,
) -> None:
    """添加规则，从下一篇文章起生效 / Add a rule; it counts from the next article."""
    commands.add(config, email, rule, mode=mode, min_score=min_score, delivery=delivery, urgent=urgent)


@rules.command("list")
def rules_list(
    email: Annotated[str, typer.Argument(help="只看这个订阅者 / of this subscriber only")] = "",
    config: Config = None,
    json: Json = False,
) -> None:
    """列出生效的规则 / List the rules in force."""
    commands.list_rules(config, email, as_json=json)


@rules.command("show")
def rules_show(rule: Rule, mode: Mode = "standard", config: Config = None, json: Json = False) -> None:
    """说明一条规则如何被理解、有什么问题、会命中多少 / How a rule is understood, what may be wrong, what it brings."""
    commands.show(config, rule, mode=mode, as_json=json)


@rules.command("replay")
def rules_replay(
    rule: Rule,
    against: Annotated[str, typer.Option("--against", help="另一条规则或其编号 / another rule or its number")],
    days: Annotated[int, typer.Option(help="最近几天 / the last days")] = 90,
    config: Config = None,
    json: Json = False,
) -> None:
    """用已有的文章比较两条规则：多出哪些，少了哪些 / What a rule gains and loses against another."""
    commands.replay_rule(config, rule, against=against, days=days, as_json=json)


@rules.command("remove")
def rules_remove(number: Annotated[int, typer.Argument(help="规则编号 / its number")], config: Config = None) -> None:
    """移除规则 / Take a rule out of force."""
    commands.remove(config, number)


@rules.command("import")
def rules_import(
    file: File,
    kind: Annotated[
        str,
        typer.Option(
            "--format", help="json、csv、trendradar、miniflux、freshrss、lucene；默认看文件名 / default: by its name"
        ),
    ] = "",
    email: Annotated[str, typer.Option(help="规则归谁 / whose they are, where the file does not say")] = "",
    exclude: Annotated[str, typer.Option(help="TrendRadar 的 !：group 或 global / what ! excludes from")] = "",
    title_only: Annotated[bool, typer.Option("--title-only", help="TrendRadar：只找标题 / titles only")] = False,
    config: Config = None,
) -> None:
    """导入规则文件；全部成功或全部不做 / Import a file of rules; all or nothing."""
    commands.import_file(config, file, kind=kind, email=email, exclude=exclude, title_only=title_only)


@rules.command("export")
def rules_export(
    kind: Annotated[str, typer.Option("--format", help="json 或 csv")] = "json", config: Config = None
) -> None:
    """导出全部规则 / Print all rules as import takes them."""
    commands.export(config, kind=kind)
