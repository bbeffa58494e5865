"""An operator's own topics: files in their folder, checked before they are put there."""

import json
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from notifier.errors import InputError
from notifier.matching import Topic, load_topics
from notifier.pipeline.library import topic_to_dict as _to_dict


def topic_to_dict(topic: Topic) -> dict[str, Any]:
    return _to_dict(topic)


def write_topic(
    folder: Path, name: str, *, terms: Sequence[str], excluded: Sequence[str] = (), description: str = ""
) -> Path:
    """Write a new topic as a file of the folder. InputError where there is one; TopicError where it would be wrong."""
    rows = {"name": name.removeprefix("#"), "terms": list(terms), "excluded": list(excluded)}
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in rows.items() if value]
    described = json.dumps(description or name, ensure_ascii=False)
    lines.insert(1, f"description = {{ zh = {described}, en = {described} }}")
    return import_topic(folder, _file_name(name), ("\n".join(lines) + "\n").encode())


def import_topic(folder: Path, file_name: str, content: bytes) -> Path:
    """Put a topic's file into the folder if it is right, beside the others that are there."""
    target = folder / file_name
    if target.suffix != ".toml":
        raise InputError(f"话题文件名应以 .toml 结尾：{file_name}", "a topic's file ends in .toml")
    if target.exists():
        raise InputError(f"{target} 已存在，请直接编辑它", f"{target} exists: edit it")
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / file_name).write_bytes(content)
        load_topics([Path(place)])
    folder.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return target


def _file_name(name: str) -> str:
    return re.sub(r"[^\w-]+", "-", name.removeprefix("#")).strip("-") + ".toml"
