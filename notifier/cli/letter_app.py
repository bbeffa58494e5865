"""The commands about when letters come to a subscriber and how they look, and their options."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from notifier.cli.options import Config, Email, Json, deferred

if TYPE_CHECKING:
    from notifier.cli import letters as commands
else:
    commands = deferred("notifier.cli.letters")

Subscriber = Annotated[str, typer.Option("--subscriber", help="订阅者地址 / the subscriber's address")]
_PAGE = Path("preview.html")
Kind = Annotated[str, typer.Option(help="alert、digest 或 reminder；默认看有什么在等 / default: what waits")]
Hours = Annotated[str | None, typer.Option("--quiet", help="免打扰 22:00-07:00，或 none / quiet hours, or none")]


def add_letter_commands(app: typer.Typer, subscribers: typer.Typer) -> None:
    subscribers.command("when")(_when)
    app.command("preview")(_preview)
    app.command("send-test")(_send_test)


def _when(
    email: Email,
    delivery: Annotated[str | None, typer.Option(help="immediate、daily、weekly、monthly")] = None,
    hour: Annotated[int | None, typer.Option(help="汇总的当地钟点 / local hour of digests, 0–23")] = None,
    weekday: Annotated[int | None, typer.Option(help="周报在星期几，0 是星期一 / weekly: 0 is Monday")] = None,
    monthday: Annotated[int | None, typer.Option(help="月报在几号 / monthly: the day, 1–31")] = None,
    quiet: Hours = None,
    working_days: Annotated[
        bool | None,
        typer.Option("--working-days/--all-days", help="休息日只发紧急的 / on days off only what is urgent"),
    ] = None,
    remind: Annotated[
        int | None, typer.Option(help="截止前几天提醒，0 不提醒 / days before a deadline; 0: never")
    ] = None,
    timezone: Annotated[str | None, typer.Option(help="时区 / time zone, Asia/Shanghai")] = None,
    config: Config = None,
    json: Json = False,
) -> None:
    """何时发送：方式、钟点、免打扰、工作日、截止提醒；无选项则只显示 / When things come."""
    commands.when(
        config,
        email,
        delivery=delivery,
        timezone=timezone,
        digest_hour=hour,
        digest_weekday=weekday,
        digest_monthday=monthday,
        quiet=quiet,
        working_days=working_days,
        remind_days=remind,
        as_json=json,
    )


def _preview(
    subscriber: Subscriber,
    kind: Kind = "",
    output: Annotated[Path, typer.Option("--output", "-o", help="写到这个文件 / the HTML file to write")] = _PAGE,
    config: Config = None,
    json: Json = False,
) -> None:
    """预览现在会发出的消息，写成 HTML 文件 / A message as it would go out now, to an HTML file."""
    commands.preview(config, subscriber, kind=kind, output=output, as_json=json)


def _send_test(
    subscriber: Subscriber,
    to: Annotated[str, typer.Option("--to", help="发到哪里；默认管理员 / where to; default: the operator")] = "",
    kind: Kind = "",
    config: Config = None,
) -> None:
    """把预览作为测试邮件发出 / Send such a message as a test."""
    commands.send_test(config, subscriber, to=to, kind=kind)
