"""The topic library: the command group `topics`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from notifier.cli.options import GROUP, Config, File, Json, deferred

if TYPE_CHECKING:
    from notifier.cli import library, topic_help
else:
    library = deferred("notifier.cli.library")
    topic_help = deferred("notifier.cli.topic_help")

topics = typer.Typer(help="话题库 / the topic library", **GROUP)


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
