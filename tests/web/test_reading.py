"""Articles and bulletins to read: everybody what is public, members what their groups may see, nobody what is held."""

from pathlib import Path

import httpx2
import pytest

from notifier.accounts.sources import add_sources
from notifier.bootstrap import Service
from notifier.domain import Source
from pipeline.job import note, put, subscribe, work
from web.conftest import sign_in

HELD = note("机密★1年", "核电机组选址方案", "选址方案的正文。")


@pytest.fixture
def stored(service: Service) -> Service:
    """Article 1 is public, 2 for the group 内部, 3 is held, of 4 only the title is given out."""
    folder = service.settings.folder / "inner"
    folder.mkdir()
    source = Source("内部简报", "folder", str(folder), first="all", display="title")
    add_sources(service.database, [source], now=service.clock())
    for name, text, where in (
        ("a.txt", note("公开的核电文章", "公开正文。"), "inbox"),
        ("b.txt", note("内部的核电文章", "内部正文。"), "restricted"),
        ("c.txt", HELD, "inbox"),
        ("d.txt", note("只给标题的核电文章", "不外传的正文。"), "inner"),
    ):
        put(service, name, text, folder=where)
        work(service)
    return service


def _articles(client: httpx2.Client) -> dict[int, int]:
    return {number: client.get(f"/articles/{number}").status_code for number in range(1, 6)}


def test_a_guest_reads_what_is_public_and_cannot_tell_the_rest_from_nothing(
    client: httpx2.Client, stored: Service
) -> None:
    public = client.get("/articles/1")
    assert "公开正文" in public.text
    assert "http://127.0.0.1:8000/articles/1" in public.text
    withheld = client.get("/articles/4").text
    assert "只给标题的核电文章" in withheld
    assert "不外传" not in withheld
    assert 'id="f-share"' not in withheld
    assert _articles(client) == {1: 200, 2: 303, 3: 303, 4: 200, 5: 303}
    for number in (2, 3, 5):
        assert client.get(f"/articles/{number}").headers["location"] == f"/login?next=/articles/{number}"


def test_a_subscriber_reads_by_their_groups(client: httpx2.Client, stored: Service) -> None:
    sign_in(client, stored, subscribe(stored, "out@example.org"))
    assert _articles(client) == {1: 200, 2: 404, 3: 404, 4: 200, 5: 404}
    sign_in(client, stored, subscribe(stored, "in@example.org", groups=["内部"]))
    assert _articles(client) == {1: 200, 2: 200, 3: 404, 4: 200, 5: 404}
    inner = client.get("/articles/2").text
    assert "内部正文" in inner
    assert 'id="f-share"' not in inner


def test_a_bulletin_lists_its_articles_to_who_may_see_it(client: httpx2.Client, stored: Service) -> None:
    alone = client.get("/bulletins/1")
    assert (alone.status_code, alone.headers["location"]) == (303, "/articles/1")
    assert [client.get(f"/bulletins/{number}").status_code for number in (2, 3, 99)] == [303, 303, 303]


def test_the_real_issue_is_read_with_its_contents_and_pages(
    client: httpx2.Client, service: Service, shared: Path
) -> None:
    put(service, "52.pdf", (shared / "bulletins" / "52.pdf").read_bytes())
    work(service)
    page = client.get("/articles/1").text
    assert page.count('<li><a href="/articles/') == 4
    assert "第 3 页" in page
    issue = client.get("/bulletins/1").text
    assert "创新驱动要参" in issue
    assert issue.count('<li><a href="/articles/') == 5
    assert "主送" in issue
