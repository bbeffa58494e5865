"""suppressions and bounces, as an operator types them."""

import json
from pathlib import Path

from cli.conftest import Notifier
from delivery.returned import dsn


def test_the_list_is_kept_from_the_command_line(notifier: Notifier, place: Path) -> None:
    assert notifier("suppressions", "add", "Li@example.org", "--reason", "asked").code == 0
    listed = json.loads(notifier("suppressions", "list", "--json").out)
    assert [(one["address"], one["reason"]) for one in listed] == [("li@example.org", "asked")]
    exported = notifier("suppressions", "export").out
    (place / "list.csv").write_text(exported, encoding="utf-8")
    assert notifier("suppressions", "remove", "li@example.org").code == 0
    assert "1" in notifier("suppressions", "import", "list.csv").out
    assert notifier("suppressions", "remove", "wang@example.org").code == 2


def test_a_bounce_comes_by_a_pipe(notifier: Notifier, place: Path) -> None:
    (place / "config.toml").write_text('[bounces]\naddress = "bounces@example.org"\n', encoding="utf-8")
    said = notifier("bounces", "pipe", "--recipient", "bounces+1-x@example.org", stdin=dsn("a@x.org").decode())
    assert (said.code, said.out) == (0, "无法证实，未作改动\n")
    assert json.loads(notifier("bounces", "paused", "--json").out) == []
    assert notifier("bounces", "resume", "qq.com").code == 2


def test_without_an_address_or_a_mailbox_the_setting_is_named(notifier: Notifier) -> None:
    assert "bounces.address" in notifier("bounces", "pipe", stdin="x").err
    said = notifier("bounces", "read")
    assert (said.code, "bounces.mailbox" in said.err) == (2, True)


def test_an_operator_who_cannot_be_mailed_is_named(notifier: Notifier, place: Path) -> None:
    (place / "config.toml").write_text('[service]\noperator = "somebody"\n', encoding="utf-8")
    said = notifier("check")
    assert (said.code, "service.operator" in said.err, said.err.count("\n")) == (2, True, 1)
