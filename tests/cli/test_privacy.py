"""A person's data and invitations, from the command line."""

import json
import zipfile
from pathlib import Path

from cli.conftest import Notifier

LI = "li@example.org"


def test_a_persons_data_is_exported_and_then_forgotten_with_a_receipt(notifier: Notifier, place: Path) -> None:
    notifier("subscribers", "add", LI, "--rule", "核电")
    assert notifier("subscribers", "export-data", LI).code == 0
    assert "data.json" in zipfile.ZipFile(place / f"{LI}.zip").namelist()
    said = notifier("subscribers", "export-data", LI, "--output", str(place / "no" / "such" / "folder.zip"))
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert notifier("subscribers", "forget", LI, stdin="n\n").code != 0  # asked, and thought better of it
    assert LI in notifier("subscribers", "list").out
    receipt = json.loads(notifier("subscribers", "forget", LI, "--yes", "--json").out)
    assert receipt["removed"]["rule"] == 1
    assert receipt["receipt"].startswith("E-")
    assert LI not in notifier("subscribers", "list").out
    assert notifier("check").code == 0
    assert notifier("subscribers", "forget", LI, "--yes").code == 2
    assert notifier("subscribers", "export-data", LI).code == 2


def test_forgetting_says_what_went_in_words(notifier: Notifier) -> None:
    notifier("subscribers", "add", LI, "--rule", "核电")
    said = notifier("subscribers", "forget", LI, "--yes").out
    assert "回执 E-" in said
    assert "rule 1" in said


def test_an_invitation_is_shown_once_listed_without_its_code_and_removed(notifier: Notifier) -> None:
    code = notifier("invitations", "add", "--uses", "3", "--note", "三所").out.strip()
    (listed,) = json.loads(notifier("invitations", "list", "--json").out)
    assert (listed["note"], listed["uses"], listed["used"]) == ("三所", 3, 0)
    assert code not in notifier("invitations", "list").out
    assert notifier("invitations", "remove", str(listed["id"])).code == 0
    assert notifier("invitations", "remove", str(listed["id"])).code == 2
    assert notifier("invitations", "add", "--uses", "0").code == 2
