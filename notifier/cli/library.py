"""sources … and topics …: where bulletins come from, and the shared lists of terms."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from notifier.accounts import feed_lists
from notifier.accounts import sources as accounts
from notifier.accounts import topics as topic_accounts
from notifier.bootstrap import configured_source, open_library
from notifier.cli.opening import opened, settings_of
from notifier.cli.output import print_json, print_table
from notifier.cli.parsing import read_file
from notifier.cli.screen import warn
from notifier.cli.source_list import source_dict
from notifier.cli.toml_text import to_toml
from notifier.config import Settings, read_sources
from notifier.errors import InputError
from notifier.sources.feed.opml import read_opml, write_opml
from notifier.storage.sources import list_sources as stored_sources


def add_source(
    config: Path | None, row: Mapping[str, object], *, every: str, first: str, audience: Sequence[str]
) -> None:
    given: dict[str, object] = {"every": every, "first": first, "audience": list(audience)}
    _add(config, [{**row, **{key: value for key, value in given.items() if value}}])
    print(f"已添加来源 {row['name']}")


def _add(config: Path | None, rows: Sequence[object]) -> None:
    with opened(config) as service:
        sources = [configured_source(service.settings, source) for source in read_sources(rows)]
        accounts.add_sources(service.database, sources, now=service.clock())
    for source in sources:
        file = source.options.get("password_file")
        if file and not Path(file).is_file():
            warn(f"{source.name} 的密码文件 {file} 还不存在，请放好后再轮询 / put the password into {file}")


def remove_source(config: Path | None, name: str) -> None:
    with opened(config) as service:
        accounts.remove_source(service.database, name)
    print(f"来源 {name} 不再轮询")


def import_sources(config: Path | None, file: Path) -> None:
    content = read_file(file)
    if content.lstrip(b"\xef\xbb\xbf\0\xff\xfe \t\r\n").startswith(b"<"):
        import_feeds(config, content)
        return
    try:
        data = tomllib.loads(content.decode("utf-8-sig"))
    except ValueError as error:
        raise InputError(f"{file} 不是 TOML：{error}", f"{file} is no OPML, and no TOML of [[sources]]") from error
    rows = data.get("sources", [])
    _add(config, rows)
    print(f"导入 {len(rows)} 个来源")


def import_feeds(config: Path | None, content: bytes) -> None:
    """An OPML list, all or nothing; what is a source already is passed over."""
    feeds = read_opml(content)
    with opened(config) as service, service.database.read() as session:
        existing = {one.source.name: one.source.address for one in stored_sources(session)}
    chosen = feed_lists.choose(feeds, existing)
    _add(config, chosen.rows)
    print(f"导入 {len(chosen.rows)} 个来源" + (f"，{len(chosen.known)} 个已有" if chosen.known else ""))
    for title, name in chosen.renamed:
        print(f"  “{title}”重名，记为“{name}”")


def export_sources(config: Path | None, *, opml: bool = False) -> None:
    with opened(config) as service, service.database.read() as session:
        found = [one for one in stored_sources(session) if one.source.kind != "manual"]
    if opml:
        print(write_opml(feed_lists.listed([one.source for one in found]), title="notifier"), end="")
        return
    for one in found:
        row = source_dict(one)
        key = "path" if one.source.kind == "folder" else "url"
        kept = {name: row[name] for name in ("name", "kind", "every", "first", "audience", "timezone", "display")}
        print(f"{to_toml('sources', {key: one.source.address} | kept | one.source.options)}\n")


def list_topics(config: Path | None, *, as_json: bool) -> None:
    topics = open_library(settings_of(config)).topics
    if as_json:
        print_json([topic_accounts.topic_to_dict(topic) for topic in topics.values()])
        return
    rows = [
        (f"#{topic.name}", topic.zh, "、".join(topic.terms), "、".join(topic.excluded)) for topic in topics.values()
    ]
    print_table(("话题 topic", "说明", "词 terms", "排除 excluded"), rows)


def show_topic(config: Path | None, name: str) -> None:
    topics = open_library(settings_of(config)).topics
    topic = topics.find(name.removeprefix("#"))
    if topic is None:
        raise InputError(f"没有话题 {name}，可用 topics list 查看", f"there is no topic {name}: see topics list")
    print(f"# {topics.origins[topic.name]}")
    print(topics.origins[topic.name].read_text(encoding="utf-8"), end="")


def add_topic(
    config: Path | None, name: str, *, terms: Sequence[str], excluded: Sequence[str], description: str
) -> None:
    folder, shipped = topic_folders(settings_of(config))
    file = topic_accounts.write_topic(
        folder, name, terms=terms, excluded=excluded, description=description, shipped=shipped
    )
    print(f"已写入 {file}")


def import_topic(config: Path | None, file: Path) -> None:
    folder, shipped = topic_folders(settings_of(config))
    written = topic_accounts.import_topic(folder, file.name, read_file(file), shipped=shipped)
    print(f"已写入 {written}")


def export_topics(config: Path | None, folder: Path) -> None:
    topics = open_library(settings_of(config)).topics
    folder.mkdir(parents=True, exist_ok=True)
    for path in topics.origins.values():
        (folder / path.name).write_bytes(path.read_bytes())
    print(f"{len(topics.origins)} 个话题写入 {folder}")


def remove_topic(config: Path | None, name: str) -> None:
    folder, shipped = topic_folders(settings_of(config))
    print(f"已删除 {topic_accounts.remove_topic(folder, name, shipped=shipped)}")


def topic_folders(settings: Settings) -> tuple[Path, tuple[Path, ...]]:
    """The operator's own folder, and those that ship."""
    if settings.topics.folder is None:
        raise InputError(
            '请先在配置里写 [topics] folder = "topics"，指定自己的话题文件夹',
            'set [topics] folder = "topics" in the config first',
        )
    return settings.resolve(settings.topics.folder), open_library(settings).folders[:-1]
