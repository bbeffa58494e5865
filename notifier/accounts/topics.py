"""An operator's own topics: files in their folder, checked before they are put there."""

import contextlib
import json
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from notifier.errors import InputError
from notifier.matching import Topic, load_topics
from notifier.pipeline.matching.library import topic_to_dict as _to_dict


def topic_to_dict(topic: Topic) -> dict[str, Any]:
    return _to_dict(topic)


def write_topic(
    folder: Path,
    name: str,
    *,
    terms: Sequence[str],
    excluded: Sequence[str] = (),
    description: str = "",
    shipped: Sequence[Path] = (),
) -> Path:
    """Write a new topic as a file of the folder. InputError where there is one; TopicError where it would be wrong."""
    rows = {"name": name.removeprefix("#"), "terms": list(terms), "excluded": list(excluded)}
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in rows.items() if value]
    described = json.dumps(description or name, ensure_ascii=False)
    lines.insert(1, f"description = {{ zh = {described}, en = {described} }}")
    return import_topic(folder, _file_name(name), ("\n".join(lines) + "\n").encode(), shipped=shipped)


def import_topic(folder: Path, file_name: str, content: bytes, *, shipped: Sequence[Path] = ()) -> Path:
    """Put a topic's file into the folder if it is right, beside the others there and those of `shipped`."""
    target = folder / file_name
    if target.suffix != ".toml":
        raise InputError(f"话题文件名应以 .toml 结尾：{file_name}", "a topic's file ends in .toml")
    if target.exists():
        raise InputError(f"{target} 已存在，请直接编辑它", f"{target} exists: edit it")
    with _tried(folder, shipped) as place:
        (place / file_name).write_bytes(content)
    folder.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return target


def change_topic(folder: Path, file_name: str, content: bytes, *, shipped: Sequence[Path] = ()) -> Path:
    """Put a topic's file into the folder, over the one of that name, if the library is right with it; at once."""
    with _tried(folder, shipped) as place:
        (place / file_name).write_bytes(content)
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f".{file_name}.new"  # no reader of the folder meets half a file
    fresh.write_bytes(content)
    return fresh.replace(folder / file_name)


def remove_topic(folder: Path, name: str, *, shipped: Sequence[Path] = ()) -> Path:
    """Remove the file of a topic of the folder. TopicError where another one is below it."""
    topics = load_topics([*shipped, folder])
    topic = topics.find(name.removeprefix("#"))
    if topic is None:
        raise InputError(f"没有话题 {name}，可用 topics list 查看", f"there is no topic {name}: see topics list")
    path = topics.origins[topic.name]
    if path.parent != folder:
        raise InputError(
            f"话题 {name} 随程序提供，不能删除；可在自己的文件夹里用同名话题替换",
            f"topic {name} ships with the program",
        )
    with _tried(folder, shipped) as place:
        (place / path.name).unlink()
    path.unlink()
    return path


@contextlib.contextmanager
def _tried(folder: Path, shipped: Sequence[Path]) -> Iterator[Path]:
    """A copy of the folder to change first. TopicError where the library would be wrong with it."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        for file in folder.glob("*.toml"):
            shutil.copyfile(file, place / file.name)
        yield place
        load_topics([*shipped, place])


def _file_name(name: str) -> str:
    return re.sub(r"[^\w-]+", "-", name.removeprefix("#")).strip("-") + ".toml"
