"""The commands about when letters come to a subscriber and how they look, and their options."""

from typing import TYPE_CHECKING, Annotated

import typer

from notifier.cli.options import Config, Email, Json, deferred

if TYPE_CHECKING:
    from notifier.cli import letters as commands
else:
    commands = deferred("notifier.cli.letters")

Hours = Annotated[str | None, typer.Option("--quiet", help="免打扰 22:00-07:00，或 none / quiet hours, or none")]


def add_letter_commands(app: typer.Typer, subscribers: typer.Typer) -> None:
    subscribers.command("when")(_when)


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
