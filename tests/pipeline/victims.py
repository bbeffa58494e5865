"""Processes that run a command of ours and can be killed: started from a server that has everything imported."""

import contextlib
import multiprocessing
import os
import sys
from multiprocessing.context import ForkServerProcess
from pathlib import Path

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["notifier.cli.service", "notifier.bootstrap", "pipeline.victims"])


def _main(arguments: list[str]) -> None:
    from notifier.cli import main  # here: the preloading process must not declare the commands twice

    sys.argv = ["notifier", *arguments]
    with (
        Path(os.devnull).open("w") as nowhere,
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
    ):
        main()


def start(config: Path, command: str, *options: str) -> ForkServerProcess:
    """`notifier COMMAND -c config`, in a process of its own."""
    process = _CONTEXT.Process(target=_main, args=([command, "-c", str(config), *options],))
    process.start()
    return process
