"""All settings, and how they are found and read: errors in one line that say what to do."""

import difflib
import os
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, Field, ValidationError

from notifier.config.sections import (
    BouncesSettings,
    CatalogueSettings,
    DatabaseSettings,
    FetchSettings,
    LogSettings,
    MailSettings,
    ReadingSettings,
    ServiceSettings,
    TemplatesSettings,
    TopicsSettings,
    WebSettings,
)
from notifier.config.sources import MAILBOX, SourceSettings
from notifier.config.values import Part
from notifier.errors import ConfigError


class Settings(Part):
    """All settings. `folder` is what relative paths are relative to."""

    service: ServiceSettings = ServiceSettings()
    database: DatabaseSettings = DatabaseSettings()
    mail: MailSettings = MailSettings()
    bounces: BouncesSettings = BouncesSettings()
    web: WebSettings = WebSettings()
    fetch: FetchSettings = FetchSettings()
    topics: TopicsSettings = TopicsSettings()
    catalogue: CatalogueSettings = CatalogueSettings()
    templates: TemplatesSettings = TemplatesSettings()
    reading: ReadingSettings = ReadingSettings()
    log: LogSettings = LogSettings()
    sources: list[SourceSettings] = Field(default_factory=list)
    folder: Path = Field(Path(), exclude=True)

    def resolve(self, path: Path | str) -> Path:
        return self.folder / Path(path).expanduser()

    @property
    def database_url(self) -> str:
        """The URL with an SQLite file's path made absolute."""
        prefix = "sqlite:///"
        if not self.database.url.startswith(prefix):
            return self.database.url
        return prefix + str(self.resolve(self.database.url[len(prefix) :]))


def find_config(explicit: Path | None) -> Path | None:
    """-c FILE, then NOTIFIER_CONFIG, then ./config.toml; None where there is none of them."""
    named = explicit or (Path(os.environ["NOTIFIER_CONFIG"]) if os.environ.get("NOTIFIER_CONFIG") else None)
    if named is not None and not named.is_file():
        raise ConfigError(
            f"找不到配置文件 {named}，请检查 -c 或 NOTIFIER_CONFIG",
            f"no config file {named}: check -c or NOTIFIER_CONFIG",
        )
    here = Path("config.toml")
    return named or (here if here.is_file() else None)


def load_settings(path: Path | None) -> Settings:
    """Settings of that file, or the defaults. ConfigError in one line: what, where, and the nearest known key."""
    if path is None:
        return Settings(folder=Path.cwd())
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path} 读不了：{error}", "fix the file, or compare it with config.example.toml") from error
    try:
        settings = Settings(**(data | {"folder": path.resolve().parent}))
    except ValidationError as error:
        raise ConfigError(f"{path}：{_first_line(error)}", "fix it, or compare with config.example.toml") from error
    _check_sources(settings)
    return settings


def read_sources(rows: Sequence[object]) -> list[SourceSettings]:
    """Sources as [[sources]] of a config has them. ConfigError in one line."""
    try:
        settings = Settings.model_validate({"sources": rows})
    except ValidationError as error:
        raise ConfigError(_first_line(error), "compare with config.example.toml") from error
    _check_sources(settings)
    return settings.sources


def _first_line(error: ValidationError) -> str:
    problem = error.errors()[0]
    place = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        key = str(problem["loc"][-1])
        near = difflib.get_close_matches(key, _known_keys(problem["loc"][:-1]), n=1, cutoff=0.5)
        hint = (
            f"，是不是 {near[0]}？(did you mean {near[0]}?)"
            if near
            else f"，可用 (known)：{', '.join(_known_keys(problem['loc'][:-1]))}"
        )
        return f"未知配置项 {place} (unknown key){hint}"
    if problem["type"] == "literal_error":
        return f"{place} 应为以下之一 (must be one of)：{problem['ctx']['expected'].replace(' or ', ', ')}"
    if problem["type"] == "missing":
        return f"缺少 {place} (it is missing)"
    return f"{place}: {problem['msg'].removeprefix('Value error, ')}"


def _known_keys(place: tuple[Any, ...]) -> list[str]:
    if not place:
        return [name for name in Settings.model_fields if name != "folder"]
    part: Any = SourceSettings if place[0] == "sources" else Settings.model_fields[str(place[0])].annotation
    for key in place[1:]:
        if isinstance(key, str) and _is_model(part):
            part = next(filter(_is_model, (inner := part.model_fields[key].annotation, *get_args(inner))), None)
    return [field.alias or name for name, field in part.model_fields.items()] if _is_model(part) else []


def _is_model(part: object) -> bool:
    return isinstance(part, type) and issubclass(part, BaseModel)


def _check_sources(settings: Settings) -> None:
    names = [source.name for source in settings.sources]
    for name in names:
        if names.count(name) > 1:
            raise ConfigError(f"来源 {name} 重名，请改名", f"two sources are named {name}: rename one")
    for source in settings.sources:
        key = "path" if source.kind == "folder" else "url"
        if not getattr(source, key):
            raise ConfigError(f"来源 {source.name} 缺少 {key}", f"source {source.name} ({source.kind}) needs {key} = …")
        if source.kind != "listing" and (foreign := ", ".join(source.options())):
            raise ConfigError(f"来源 {source.name}：{foreign} 只用于 listing", f"{foreign}: only for kind = listing")
        mailbox = [key for key in MAILBOX if getattr(source, key)]
        if source.kind != "mailbox" and mailbox:
            foreign = ", ".join(mailbox)
            raise ConfigError(f"来源 {source.name}：{foreign} 只用于 mailbox", f"{foreign}: only for kind = mailbox")
