"""Options that several commands share, and how a module that is slow to load waits until it is needed."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import typer

Config = Annotated[Path | None, typer.Option("-c", "--config", help="配置文件；默认 ./config.toml / the config file")]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")]
Rules = Annotated[list[str] | None, typer.Option("--rule", help="规则，可重复 / a rule, may be repeated")]
Delivery = Annotated[str, typer.Option(help="immediate、daily、weekly、monthly；默认 immediate / default immediate")]
Mode = Annotated[str, typer.Option(help="匹配方式 精确、标准、宽松 / strict, standard, loose")]
Email = Annotated[str, typer.Argument(metavar="EMAIL", help="订阅者地址 / the subscriber's address")]
File = Annotated[Path, typer.Argument(help="文件 / a file")]
GROUP: dict[str, Any] = {"no_args_is_help": True, "context_settings": {"help_option_names": ["-h", "--help"]}}


def deferred(name: str) -> ModuleType:
    """A module of ours that is loaded at its first use: `notifier --help` needs none of them."""
    if name in sys.modules:  # another group uses it too; to look for its spec would load it
        return sys.modules[name]
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.loader is not None
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
