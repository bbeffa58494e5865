"""What is shown to a person on a terminal: foreign words cannot move its cursor, turn its text or add a line."""

import sys


def shown(text: str) -> str:
    """Without controls, escape sequences and direction overrides; line feeds stay."""
    return "".join(char if char.isprintable() or char in "\n\u3000\xa0" else " " for char in text)


def warn(line: str) -> None:
    """One line on stderr."""
    print(f"notifier: {shown(line).replace(chr(10), ' ')}", file=sys.stderr)
