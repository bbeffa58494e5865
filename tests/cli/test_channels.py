"""subscribers channel, as an operator types it."""

import json

from cli.conftest import Notifier


def test_channels_are_set_up_from_the_command_line_and_their_keys_are_not_shown_again(notifier: Notifier) -> None:
    notifier("subscribers", "add", "li@example.org", "--rule", "核电")
    added = notifier("subscribers", "channel", "add", "li@example.org", "https://hooks.example.org/T0/key")
    assert (added.code, "whsec_" in added.out) == (0, True)
    assert notifier("subscribers", "channel", "add", "li@example.org", "dingtalk://abcdefghijkl").code == 0
    listed = notifier("subscribers", "channel", "list", "li@example.org", "--json").out
    assert [(one["name"], one["address"], one["state"]) for one in json.loads(listed)] == [
        ("webhook", "https://hooks.example.org/…", "active"),
        ("dingtalk", "dingtalk://…", "active"),
    ]
    assert "whsec_" not in listed
    assert notifier("subscribers", "channel", "enable", "li@example.org", "webhook").code == 0
    assert notifier("subscribers", "channel", "remove", "li@example.org", "webhook").code == 0
    said = notifier("subscribers", "channel", "remove", "li@example.org", "webhook")
    assert (said.code, said.err.count("\n")) == (2, 1)


def test_a_scheme_that_would_run_a_program_is_refused_in_one_line(notifier: Notifier) -> None:
    notifier("subscribers", "add", "li@example.org")
    said = notifier("subscribers", "channel", "add", "li@example.org", "syslog://localhost")
    assert (said.code, said.err.count("\n")) == (2, 1)
