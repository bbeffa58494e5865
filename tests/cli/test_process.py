"""What only a real process shows: what is imported, and what happens to a pipe or a full disk."""

import subprocess
import sys
from pathlib import Path

MAIN = "from notifier.cli import main; main()"
HEAVY = (
    "sqlmodel",
    "sqlalchemy",
    "fastapi",
    "uvicorn",
    "feedparser",
    "apscheduler",
    "jinja2",
    "httpx2",
    "aiosmtplib",
    "re2",
)


def _python(program: str, *arguments: str, place: Path, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, cwd=place, text=True, timeout=30, **({"capture_output": True} | options))  # type: ignore[call-overload,no-any-return]


def test_the_help_loads_nothing_heavy(tmp_path: Path) -> None:
    program = f"import sys, notifier.cli; print([name for name in {HEAVY} if name in sys.modules])"
    assert _python(program, place=tmp_path).stdout == "[]\n"


def test_a_reader_that_goes_away_is_no_traceback(tmp_path: Path) -> None:
    command = f"{sys.executable} -c '{MAIN}' topics list --json | head -c 10"
    done = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, timeout=30)
    assert "Traceback" not in done.stderr


def test_output_that_cannot_be_written_is_one_line_and_1(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = _python(
            MAIN, "topics", "list", "--json", place=tmp_path, capture_output=False, stdout=full, stderr=subprocess.PIPE
        )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1
