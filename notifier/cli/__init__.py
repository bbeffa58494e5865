"""The command line. `app` declares the commands; what they do stands in the modules beside it, loaded when used."""

from notifier.cli.app import main

__all__ = ["main"]
