"""Where bulletins come from: the command group `sources`."""

from typing import TYPE_CHECKING, Annotated

import typer

from notifier.cli.options import GROUP, Config, File, Json, deferred

if TYPE_CHECKING:
    from notifier.cli import library, listing, source_health, source_list, source_rows
else:
    listing = deferred("notifier.cli.listing")
    library = deferred("notifier.cli.library")
    source_health = deferred("notifier.cli.source_health")
    source_list = deferred("notifier.cli.source_list")
    source_rows = deferred("notifier.cli.source_rows")

sources = typer.Typer(help="来源 / sources", **GROUP)


@sources.command("add")
def sources_add(
    name: Annotated[str, typer.Argument(help="名称 / its name")],
    kind: Annotated[str, typer.Option(help="folder、feed、listing 或 mailbox")] = "",
    address: Annotated[str, typer.Option("--address", "--path", "--url", help="文件夹或网址 / a folder or URL")] = "",
    catalogue: Annotated[str, typer.Option(help="目录中的来源 / an entry of the catalogue")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="不询问 / do not ask")] = False,
    every: Annotated[str, typer.Option(help="轮询间隔，默认 15m / interval")] = "",
    first: Annotated[str, typer.Option(help="all 或 new")] = "",
    audience: Annotated[list[str] | None, typer.Option(help="public 或组名，可重复 / public, or groups")] = None,
    password_file: Annotated[str, typer.Option(help="邮箱密码所在的文件 / mailbox: the file with its password")] = "",
    ignore_robots: Annotated[str, typer.Option(help="不理会 robots.txt 的理由 / why robots.txt is not heeded")] = "",
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="[[sources]] 的其他设置，可重复 / any other setting of it"),
    ] = None,
    config: Config = None,
) -> None:
    """添加来源 / Add a source."""
    given = source_rows.given_settings(settings or [], password_file=password_file, ignore_robots=ignore_robots)
    row = source_rows.new_row(config, name, kind=kind, address=address, catalogue=catalogue, yes=yes, given=given)
    library.add_source(config, row, every=every, first=first, audience=audience or [])


@sources.command("try")
def sources_try(
    target: Annotated[str, typer.Argument(metavar="URL|NAME", help="网址或来源名称 / an address, or a source")] = "",
    catalogue: Annotated[str, typer.Option(help="目录中的来源 / an entry of the catalogue")] = "",
    config: Config = None,
    json: Json = False,
) -> None:
    """看看会找到什么，不保存 / Show what would be found, and the settings that find it."""
    listing.try_source(config, target, entry=catalogue, as_json=json)


@sources.command("catalogue")
def sources_catalogue(config: Config = None, json: Json = False) -> None:
    """列出现成的来源 / List the ready sources."""
    listing.show_catalogue(config, as_json=json)


@sources.command("backfill")
def sources_backfill(
    name: Annotated[str, typer.Argument(help="名称 / its name")],
    pages: Annotated[int, typer.Option(min=1, max=500, help="页数 / pages")] = 5,
    config: Config = None,
) -> None:
    """补入列表的旧条目，不提醒 / Take older items of a list; nobody is alerted of them."""
    listing.backfill(config, name, pages=pages)


@sources.command("list")
def sources_list(config: Config = None, json: Json = False) -> None:
    """列出来源及其状态 / List the sources and how they are."""
    source_list.list_sources(config, as_json=json)


@sources.command("show")
def sources_show(name: Annotated[str, typer.Argument(help="名称 / its name")], config: Config = None) -> None:
    """显示一个来源 / Show one source."""
    source_list.list_sources(config, name=name, as_json=True)


@sources.command("health")
def sources_health(
    name: Annotated[str, typer.Argument(help="只看这个来源 / only this source")] = "",
    every: Annotated[bool, typer.Option("--all", help="也列已恢复的 / those that are over, too")] = False,
    config: Config = None,
    json: Json = False,
) -> None:
    """哪里不对、自何时、凭什么 / What is wrong with sources, since when, and what shows it."""
    source_health.source_health(config, name, every=every, as_json=json)


@sources.command("remove")
def sources_remove(name: Annotated[str, typer.Argument(help="名称 / its name")], config: Config = None) -> None:
    """不再轮询；已取到的保留 / Poll it no more; what it brought stays."""
    library.remove_source(config, name)


@sources.command("import")
def sources_import(file: File, config: Config = None) -> None:
    """导入 OPML，或含 [[sources]] 的 TOML / Import an OPML list, or a TOML file of [[sources]]."""
    library.import_sources(config, file)


@sources.command("export")
def sources_export(
    opml: Annotated[bool, typer.Option("--opml", help="只含 feed 的 OPML / an OPML list of the feeds")] = False,
    config: Config = None,
) -> None:
    """导出为 [[sources]] / Print all sources as TOML."""
    library.export_sources(config, opml=opml)
