"""Files that entries of feeds bring along, from a real server: attachments of the entry, as those of a page."""

import pytest

from notifier.domain import PollResult, PollState
from notifier.sources.feed.enclosures import MAX_FETCHED, TRIES

from ..sites import Handler, Site
from .test_feed import EMPTY, item, polled, rss

PDF = "application/pdf"


def enclosure(url: str, media_type: str = PDF) -> str:
    return f'<enclosure url="{url}" type="{media_type}" length="1"/>'


def entry(name: str, *enclosures: str) -> str:
    guid = f'<guid isPermaLink="false">{name}</guid>'
    return f"<item>{guid}<title>{name}</title><description>正文</description>{''.join(enclosures)}</item>"


def after(site: Site, state: PollState, *items: str) -> PollResult:
    return polled(site.page("/feed", rss(*items)), state, first="all")


def attached(result: PollResult) -> list[tuple[str, bytes, bool]]:
    return [(one.name, one.content, bool(one.problem)) for document in result.documents for one in document.attachments]


def test_a_document_is_attached_and_a_film_is_a_link(site: Site) -> None:
    site.page("/f/%E9%99%84%E4%BB%B6.pdf", b"%PDF", Content_Type="application/pdf; x=1")
    files = enclosure("/f/%E9%99%84%E4%BB%B6.pdf"), enclosure("/a.mp4", "video/mp4")
    (document,) = after(site, EMPTY, entry("一", *files)).documents
    (one,) = document.attachments
    assert (one.name, one.media_type, one.content, one.url) == (
        "附件.pdf",
        PDF,
        b"%PDF",
        site.url("/f/%E9%99%84%E4%BB%B6.pdf"),
    )
    content = document.content.decode()
    assert "a.mp4" in content
    assert "附件.pdf" not in content
    assert [path for path, _ in site.requests] == ["/feed", "/f/%E9%99%84%E4%BB%B6.pdf"]


@pytest.mark.parametrize(
    ("url", "media_type", "fetched"),
    [
        ("/get?id=3", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", True),
        ("/get?id=3", "application/ofd", True),
        ("/get?id=3", "", False),
        ("/a.docx", "application/octet-stream", True),
        ("/a.jpg", "image/jpeg", False),
        ("/a.mp3", "audio/mpeg", False),
    ],
)
def test_what_is_a_document(site: Site, url: str, media_type: str, fetched: bool) -> None:
    site.page(url.partition("?")[0], b"x")
    assert bool(attached(after(site, EMPTY, entry("一", enclosure(url, media_type))))) is fetched


def test_an_entry_that_leads_to_a_file_has_it(site: Site) -> None:
    site.page("/a.pdf", b"%PDF")
    assert attached(after(site, EMPTY, item("一", link="/a.pdf"))) == [("a.pdf", b"%PDF", False)]


def test_one_file_that_is_missing_takes_nothing_with_it(site: Site) -> None:
    site.page("/b.pdf", b"%PDF")
    result = after(site, EMPTY, entry("一", enclosure("/a.pdf"), enclosure("/b.pdf")), entry("二"))
    assert attached(result) == [("a.pdf", b"", True), ("b.pdf", b"%PDF", False)]
    assert [key for key, _ in result.errors] == [site.url("/a.pdf")]
    assert after(site, result.state, entry("一", enclosure("/a.pdf"), enclosure("/b.pdf")), entry("二")).not_modified


def test_files_that_cannot_be_had_now_come_at_a_later_poll_and_the_entry_at_once(site: Site) -> None:
    items = entry("一", enclosure("/a.pdf")), entry("二", enclosure("/b.pdf")), entry("三")
    site.pages["/a.pdf"] = _busy
    site.page("/b.pdf", b"%PDF b")
    first = after(site, EMPTY, *items)
    assert sorted(document.key for document in first.documents) == ["一", "三", "二"]
    assert sorted(attached(first)) == [("a.pdf", b"", True), ("b.pdf", b"%PDF b", False)]
    site.page("/a.pdf", b"%PDF a")
    second = after(site, first.state, *items)
    assert attached(second) == [("a.pdf", b"%PDF a", False)]
    assert after(site, second.state, *items).not_modified


def _busy(handler: Handler) -> None:
    handler.reply(503, b"", Retry_After="60")


def test_what_never_can_be_had_is_given_up(site: Site) -> None:
    site.pages["/a.pdf"] = _busy
    state, asked = EMPTY, []
    for _ in range(TRIES + 2):
        result = after(site, state, entry("一", enclosure("/a.pdf")))
        state = result.state
        asked.append([path for path, _ in site.requests].count("/a.pdf"))
    assert asked == [1, 2, 3, 4, 4, 4]
    assert result.not_modified


def test_one_poll_fetches_so_many_and_the_next_the_rest(site: Site) -> None:
    count = MAX_FETCHED + 3
    items = [entry(f"第{n}号", enclosure(f"/{n}.pdf")) for n in range(count)]
    for n in range(count):
        site.page(f"/{n}.pdf", b"%PDF")
    first = after(site, EMPTY, *items)
    assert len(first.documents) == count
    assert sum(problem for _, _, problem in attached(first)) == 3
    second = after(site, first.state, *items)
    assert [problem for _, _, problem in attached(second)] == [False] * 3
    assert after(site, second.state, *items).not_modified


def test_what_was_there_when_the_feed_was_new_is_not_fetched(site: Site) -> None:
    url = site.page("/feed", rss(entry("一", enclosure("/a.pdf"))))
    assert attached(polled(url, first="new")) == []
    assert [path for path, _ in site.requests] == ["/feed"]


def test_a_file_inside_a_private_network_is_refused(site: Site) -> None:
    """As any address that others chose; the entry comes with the reason."""
    (document,) = after(site, EMPTY, entry("一", enclosure("http://10.0.0.1/a.pdf"))).documents
    assert "10.0.0.1" in document.attachments[0].problem
