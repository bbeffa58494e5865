"""A person looks at a list page, adds it, and gets its older items; the catalogue."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from sources.sites import Site, serving

from .conftest import Notifier

PAGE = (
    '<html><head><link rel="alternate" type="application/rss+xml" title="订阅" href="/feed.xml"></head><body>'
    '<ul class="menu"><li><a href="/a/">首页</a></li><li><a href="/b/">政务公开</a></li>'
    '<li><a href="/c/">服务</a></li></ul>'
    '<ul class="news">{rows}</ul><a href="page2.html">下一页</a></body></html>'
)
FEED = "<rss version='2.0'><channel><title>c</title><item><title>条目</title><link>http://e.org/1</link></item></channel></rss>"


@pytest.fixture
def site(place: Path) -> Iterator[Site]:
    (place / "config.toml").write_text('[fetch]\nallow_private = ["127.0.0.0/8"]\n', encoding="utf-8")
    with serving() as running:
        for name, numbers in (("list", range(9, 5, -1)), ("page2", range(5, 1, -1))):
            rows = "".join(
                f'<li><a href="/d{n}.html">关于公布第{n}批名单的通知</a><span>2026-10-0{n}</span></li>' for n in numbers
            )
            running.page(f"/{name}.html", PAGE.format(rows=rows).encode(), Content_Type="text/html; charset=utf-8")
        for n in range(2, 10):
            text = f"<html><body><h1>关于公布第{n}批名单的通知</h1><p>现将第{n}批名单予以公布。</p></body></html>"
            running.page(f"/d{n}.html", text.encode(), Content_Type="text/html; charset=utf-8")
        running.page("/feed.xml", FEED.encode(), Content_Type="application/rss+xml")
        yield running


def test_try_shows_a_table_and_the_settings_that_found_it(notifier: Notifier, site: Site) -> None:
    said = notifier("sources", "try", site.url("/list.html"))
    assert said.code == 0
    assert "关于公布第9批名单的通知" in said.out
    assert "2026-10-06" in said.out
    assert site.url("/feed.xml") in said.out
    found = tomllib.loads(said.out[said.out.index("[[sources]]") :])["sources"][0]
    assert found == {
        "name": f"127.0.0.1:{site.port}",
        "kind": "listing",
        "url": site.url("/list.html"),
        "item": ".news li",
        "title": "a",
        "link": "a@href",
        "date": "span",
    }


def test_try_as_json_and_of_a_feed(notifier: Notifier, site: Site) -> None:
    said = json.loads(notifier("sources", "try", site.url("/list.html"), "--json").out)
    assert [item["title"] for item in said["items"]] == [f"关于公布第{n}批名单的通知" for n in (9, 8, 7, 6)]
    assert (said["guessed"], said["next_page"]) == (True, site.url("/page2.html"))
    assert said["feeds"] == [{"title": "订阅", "url": site.url("/feed.xml")}]
    assert said["sample"]["title"] == "关于公布第9批名单的通知"
    feed = json.loads(notifier("sources", "try", site.url("/feed.xml"), "--json").out)
    assert (feed["kind"], [item["title"] for item in feed["items"]]) == ("feed", ["条目"])


def test_a_source_whose_layout_changed_is_told_and_guessed_anew(notifier: Notifier, site: Site, place: Path) -> None:
    with (place / "config.toml").open("a", encoding="utf-8") as config:
        url = site.url("/list.html")
        config.write(f'[[sources]]\nname = "旧"\nkind = "listing"\nurl = "{url}"\nitem = ".gone li"\n')
    said = json.loads(notifier("sources", "try", "旧", "--json").out)
    assert (said["guessed"], said["options"]["item"], len(said["items"])) == (True, ".news li", 4)
    assert "没有条目" in said["problems"][0]


def test_what_is_none_fails_in_one_line(notifier: Notifier, site: Site) -> None:
    site.page("/none.html", b"<html><body><p>x</p></body></html>", Content_Type="text/html")
    said = notifier("sources", "try", site.url("/none.html"))
    assert (said.code, said.out, said.err.count("\n")) == (1, "", 1)
    assert notifier("sources", "try", "乱写").code == 2


def test_add_shows_asks_and_writes_what_can_be_exported(notifier: Notifier, site: Site) -> None:
    add = ("sources", "add", "名单", "--kind", "listing", "--address", site.url("/list.html"))
    unasked = notifier(*add)
    assert unasked.code == 2
    assert "--yes" in unasked.err
    assert notifier(*add, "--yes", "--first", "all").code == 0
    assert "新文件 4" in notifier("poll").out
    exported = notifier("sources", "export").out
    assert tomllib.loads(exported)["sources"][0]["item"] == ".news li"
    Path("again.toml").write_text(exported.replace("名单", "名单二"), encoding="utf-8")
    assert notifier("sources", "import", "again.toml").code == 0
    shown = json.loads(notifier("sources", "show", "名单二").out)
    assert shown["options"] == {"item": ".news li", "title": "a", "link": "a@href", "date": "span"}
    assert "2 页，补入 4 份" in notifier("sources", "backfill", "名单", "--pages", "9").out
    assert notifier("sources", "backfill", "没有").code == 2


def test_the_catalogue_adds_what_was_seen_to_work_and_no_bare_address(notifier: Notifier, site: Site) -> None:
    listed = {entry["id"]: entry for entry in json.loads(notifier("sources", "catalogue", "--json").out)}
    assert listed["sc-kjt-notices"]["verified"]
    assert not listed["most-home"]["verified"]
    assert notifier("sources", "add", "科技厅", "--catalogue", "sc-kjt-notices").code == 0
    assert json.loads(notifier("sources", "show", "科技厅").out)["options"]["item"] == ".column-list li"
    refused = notifier("sources", "add", "科技部", "--catalogue", "most-home")
    assert (refused.code, "未核实" in refused.err) == (2, True)
    assert notifier("sources", "add", "x", "--catalogue", "nowhere").code == 2
