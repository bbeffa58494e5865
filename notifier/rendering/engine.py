"""Jinja2 behind one door: strict, escaping, bounded, and with errors that name the template and the line.

Only operators write templates. The sandbox and the bounds are against accidents: a loop or a product that
would fill the memory becomes a RenderError. They are no wall against an operator who means harm.
"""

import operator
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from notifier.errors import RenderError
from notifier.rendering import clean

if TYPE_CHECKING:
    from jinja2 import Environment

MAX_RENDERED = 8_000_000  # characters of one rendered template
MAX_REPEAT = 10_000  # steps of one range, length or factor of one repetition
_ASSET = re.compile(r"[a-z][a-z0-9_-]*\.css")


class Templates:
    """The templates of one or more folders; the first folder that has a name wins."""

    def __init__(self, folders: Sequence[Path], *, trusted: Iterable[type] = ()) -> None:
        """`trusted` types hold nothing unsafe: asking the sandbox about them takes most of a render's time."""
        self.folders = tuple(folders)
        self._trusted = frozenset(trusted)
        for folder in self.folders:
            if not folder.is_dir():
                raise RenderError(
                    f"模板目录不存在：{folder}。请检查设置。",
                    f"There is no template folder {folder}: check the settings.",
                )

    def render(self, name: str, **context: object) -> str:
        """RenderError where the template is missing, broken or too large, or asks for what it is not given."""
        try:
            pieces = self._environment.get_template(name).generate(**context)
            return "".join(_bounded(pieces))
        except Exception as error:  # a template may raise anything
            raise self._broken(name, error) from error

    def names(self) -> list[str]:
        return self._environment.list_templates(extensions=["html", "txt", "xml"])

    def compile_all(self) -> None:
        for name in self.names():
            try:
                self._environment.get_template(name)
            except Exception as error:
                raise self._broken(name, error) from error

    def asset(self, name: str) -> bytes:
        """A file of feed/ that is sent as it is. RenderError where there is none."""
        if _ASSET.fullmatch(name):
            for folder in self.folders:
                path = folder / "feed" / name
                if path.is_file():
                    return path.read_bytes()
        raise RenderError(f"没有这个文件：{name}", f"There is no such file: {name}")

    @cached_property
    def _environment(self) -> "Environment":
        # Imported late: `notifier --help` has 0.3 s for everything.
        from jinja2 import FileSystemLoader, StrictUndefined
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        trusted = self._trusted

        class Bounded(ImmutableSandboxedEnvironment):
            intercepted_binops = frozenset({"*", "**", "%"})

            def getattr(self, obj: Any, attribute: str) -> Any:
                if type(obj) in trusted and attribute[0] != "_" and hasattr(obj, attribute):
                    return getattr(obj, attribute)
                return super().getattr(obj, attribute)

        environment = Bounded(
            loader=FileSystemLoader(self.folders),
            autoescape=lambda name: name is None or not name.endswith(".txt"),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            cache_size=-1,
            auto_reload=False,
        )
        environment.globals = {"range": _range}
        environment.binop_table |= {"*": _times, "**": _power, "%": _modulo}
        return environment

    def _broken(self, name: str, error: Exception) -> RenderError:
        if isinstance(error, RenderError):
            return error
        where, line = self._place(name, error)
        said = clean.one_line(f"{type(error).__name__}: {error}", 300)
        return RenderError(
            f"模板 {where} 第 {line} 行有误：{said}。请修正模板，或删去后使用自带的。",
            f"Template {where}, line {line}: {said}. Mend it, or remove it to use the one that ships.",
        )

    def _place(self, name: str, error: Exception) -> tuple[str, int]:
        """The innermost template line. Jinja2 rewrites tracebacks so that they show the template's own lines."""
        line = getattr(error, "lineno", None)
        if line is not None and hasattr(error, "name"):
            return str(error.name or name), int(line)
        found, at = name, 0
        trace = error.__traceback__
        while trace is not None:
            path = Path(trace.tb_frame.f_code.co_filename)
            for folder in self.folders:
                if path.is_relative_to(folder):
                    found, at = path.relative_to(folder).as_posix(), trace.tb_lineno
            trace = trace.tb_next
        return found, at


def _bounded(pieces: Iterable[str]) -> Iterator[str]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > MAX_RENDERED:
            raise OverflowError(f"more than {MAX_RENDERED} characters")
        yield piece


def _range(*bounds: int) -> range:
    steps = range(*bounds)
    if len(steps) > MAX_REPEAT:
        raise OverflowError(f"a range of {len(steps)} steps")
    return steps


def _times(left: Any, right: Any) -> Any:
    for size, other in ((left, right), (right, left)):
        if isinstance(size, int) and not isinstance(other, int | float) and size * len(other) > MAX_REPEAT:
            raise OverflowError("a repetition that is too long")
    return operator.mul(left, right)


def _power(left: Any, right: Any) -> Any:
    raise OverflowError("powers are not for templates")


def _modulo(left: Any, right: Any) -> Any:
    if isinstance(left, str):
        raise OverflowError("% on text is not for templates: join it with ~")
    return left % right
