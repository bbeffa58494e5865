"""What is declared is checked where it is written: selectors with their column, keys with the nearest known one."""

from pathlib import Path

import pytest

from notifier.config import load_settings, read_sources
from notifier.errors import ConfigError
from notifier.sources.catalogue import Entry, catalogue
from notifier.sources.listing.selectors import Selector, parse_selector
from notifier.sources.listing.spec import read_listing

HEAD = '[[sources]]\nname = "a"\nkind = "listing"\nurl = "http://example.org/"\n'


def refused(tmp_path: Path, text: str) -> str:
    path = tmp_path / "config.toml"
    path.write_text(HEAD + text, encoding="utf-8")
    with pytest.raises(ConfigError) as found:
        load_settings(path)
    assert "\n" not in str(found.value)
    return str(found.value)


@pytest.mark.parametrize(
    ("selector", "column"),
    [
        (".l li[", 6),
        (".l > > li", 4),
        (".l li:foo", 6),
        ("li,,a", 3),
        (".a > ", 4),
        ("a)", 2),
        (".x a[title='y]@href", 12),
        ("..x", 1),
        ("  ..x", 3),
        ("a@", 2),
        ("a::first", 2),
    ],
)
def test_a_wrong_selector_is_one_line_with_its_column(tmp_path: Path, selector: str, column: int) -> None:
    line = refused(tmp_path, f'title = "{selector}"\n')
    assert f"column {column} " in line


@pytest.mark.parametrize(
    ("selector", "parts"),
    [
        ("a@href", ("a", "href")),
        ("@onclick", ("", "onclick")),
        (".x > a:nth-child(2)", (".x > a:nth-child(2)", "")),
        ("meta[name='a@b']@content", ("meta[name='a@b']", "content")),
        ("a[href*='@x.org']", ("a[href*='@x.org']", "")),
        ("li:has(a), dd", ("li:has(a), dd", "")),
    ],
)
def test_selectors_and_their_attributes(selector: str, parts: tuple[str, str]) -> None:
    assert parse_selector(selector) == Selector(*parts)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('titel = "a"', "title"),
        ('[[sources.detail]]\nwen = ".x"', "when"),
        ('pages = { ul = "x" }', "url"),
        ('unwrap = { kind = "iframe", i = "x" }', "in"),
        ('unwrap = { kind = "frame" }', "iframe"),
        ('link_regex = "(a"', "missing"),
        ('encoding = "gbx"', "gb18030"),
        ('[[sources.detail]]\ncontent = ".x"\ndrop = [".y", "..z"]', "drop"),
    ],
)
def test_other_mistakes_are_named(tmp_path: Path, text: str, named: str) -> None:
    assert named in refused(tmp_path, f"{text}\n")


def test_settings_of_lists_are_for_lists() -> None:
    with pytest.raises(ConfigError, match="item"):
        read_sources([{"name": "a", "kind": "feed", "url": "http://example.org/", "item": "li"}])


def test_options_are_kept_as_plain_json_and_come_back() -> None:
    (source,) = read_sources(
        [
            {
                "name": "a",
                "kind": "listing",
                "url": "http://example.org/",
                "item": "li",
                "unwrap": {"kind": "comment", "in": ".x"},
                "pinned": False,
                "detail": [{"content": ".c", "drop": [".d"]}],
            }
        ]
    )
    options = source.options()
    assert options == {
        "item": "li",
        "unwrap": [{"kind": "comment", "in": ".x"}],
        "pinned": False,
        "detail": [{"content": ".c", "drop": [".d"]}],
    }
    assert read_listing(options).options() == options


@pytest.mark.parametrize("entry", catalogue(), ids=lambda entry: entry.id)
def test_every_entry_of_the_catalogue_is_a_source_with_its_evidence_or_only_an_address(entry: Entry) -> None:
    (source,) = read_sources([{**entry.source, "name": entry.name}])
    assert source.url.startswith("http")
    if entry.verified:
        assert entry.seen
        assert entry.evidence
        assert source.item
    else:
        assert set(entry.source) == {"kind", "url"}
        assert source.url.count("/") == 3  # a home page, no path that somebody made up


def test_an_operators_own_catalogue_adds_and_replaces(tmp_path: Path) -> None:
    (tmp_path / "miit-wjfb.toml").write_text('name = "自己的"\n[source]\nkind = "listing"\nurl = "http://a.org/"\n')
    (tmp_path / "ours.toml").write_text('[source]\nkind = "feed"\nurl = "http://b.org/"\n')
    entries = {entry.id: entry for entry in catalogue(tmp_path)}
    assert (entries["miit-wjfb"].name, entries["ours"].address) == ("自己的", "http://b.org/")
    assert "sc-kjt-notices" in entries
    (tmp_path / "ours.toml").write_text("naem = 1\n[source]\n")
    with pytest.raises(ConfigError, match=r"ours\.toml.*naem"):
        catalogue(tmp_path)
