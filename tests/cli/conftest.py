"""The command line in this process: what a person types, and what they see."""

import io
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog

from notifier.cli import main


@dataclass(frozen=True, slots=True)
class Said:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str


Notifier = Callable[..., Said]


@pytest.fixture
def notifier(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., Said]]:
    """`notifier(*arguments, stdin="")`, in a folder with an inbox and nothing else."""
    monkeypatch.chdir(place)
    monkeypatch.delenv("NOTIFIER_CONFIG", raising=False)

    def call(*arguments: str, stdin: str = "") -> Said:
        monkeypatch.setattr("sys.argv", ["notifier", *arguments])
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8"))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return Said(int(ended.value.code or 0), out, err)

    yield call
    structlog.reset_defaults()


@pytest.fixture
def config(place: Path) -> Path:
    """A config with the inbox as its source."""
    path = place / "config.toml"
    path.write_text(
        '[topics]\nfolder = "topics"\n[[sources]]\nname = "要参"\nkind = "folder"\npath = "inbox"\n', encoding="utf-8"
    )
    return path


@pytest.fixture
def inbox(place: Path) -> Callable[[str, str], Path]:
    """Puts a finished file into the inbox."""

    def put(name: str, content: str) -> Path:
        path = place / "inbox" / name
        path.write_text(content, encoding="utf-8")
        os.utime(path, (1_700_000_000, 1_700_000_000))
        return path

    return put
