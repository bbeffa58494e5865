"""Lists of feeds as other programs write them, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.errors import InputError
from notifier.sources.feed.opml import Listed, read_opml, write_opml


def opml(body: str, head: str = "") -> bytes:
    return f'{head}<opml version="2.0"><head><title>x</title></head><body>\n{body}\n</body></opml>'.encode()


def test_folders_nest_and_titles_come_from_title_or_text() -> None:
    body = """<outline text="部委"><outline title="科技/创新" text="x">
<outline type="rss" text="科技部" xmlUrl="https://a.org/rss?a=1&amp;b=2" htmlUrl="https://a.org/"/></outline>
<OUTLINE TEXT="工信部" xmlurl="http://b.org/"/></outline>
<outline type="rss" title="T" text="t" xmlUrl="feed://c.org/x"/><outline type="rss" xmlUrl="feed:https://d.org/"/>
<outline text="只是链接" type="link" url="http://e.org/"/>"""
    assert read_opml(opml(body)) == [
        Listed("科技部", "https://a.org/rss?a=1&b=2", "部委/科技／创新", 3),
        Listed("工信部", "http://b.org/", "部委", 4),
        Listed("T", "http://c.org/x", "", 5),
        Listed("https://d.org/", "https://d.org/", "", 5),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_lists_come_in_any_encoding_and_lines_keep_their_numbers(encoding: str) -> None:
    head = '<?xml version="1.0"\n  encoding="GB2312"?>\n'
    text = opml('<outline text="科技部" xmlUrl="http://a.org/"/>', head).decode()
    assert read_opml(text.encode(encoding)) == [Listed("科技部", "http://a.org/", "", 4)]


def test_every_line_that_cannot_be_used_is_named_and_none_is_taken() -> None:
    lines = [
        '<outline type="rss" text="无址"/>',
        '<outline text="好" xmlUrl="http://a.org/"/>',
        '<outline text="b" xmlUrl="file:///etc/passwd"/>',
        '<outline text="c" xmlUrl="http://u:geheim@a.org/"/>',
    ]
    with pytest.raises(InputError) as caught:
        read_opml(opml("\n".join(lines)))
    assert [word in caught.value.zh for word in ("第 2 行", "第 3 行", "第 4 行", "第 5 行")] == [
        True,
        False,
        True,
        True,
    ]
    assert "3 bad lines" in caught.value.en
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<opml><body>\n<outline text='a & b'/></body></opml>", "line 2 is no XML"),
        (b"<opml><body>", "no XML"),
        (b"<rss version='2.0'/>", "no OPML but <rss>"),
        (b"", "no XML"),
        (b"<!DOCTYPE opml [<!ENTITY a 'b'>]><opml/>", "DTD"),
        (b"<opml>" + b"<outline text='a'>" * 60, "too deep"),
    ],
)
def test_what_is_no_list_says_so_in_one_line(content: bytes, words: str) -> None:
    with pytest.raises(InputError) as caught:
        read_opml(content)
    assert words in caught.value.en
    assert "\n" not in str(caught.value)


TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=20)
NAMES = TEXT.filter(lambda text: "/" not in text and not any(char in text for char in "\u200b\ufeff\ufffe\uffff"))


@given(st.lists(st.tuples(NAMES, st.integers(0, 99), st.lists(NAMES, max_size=3)), max_size=6))
def test_what_is_written_is_read_back(rows: list[tuple[str, int, list[str]]]) -> None:
    feeds = [Listed(title, f"http://a.org/{number}?x=1&y", "/".join(folders)) for title, number, folders in rows]
    found = read_opml(write_opml(feeds, title="x < y").encode())
    assert sorted((one.title, one.url, one.category) for one in found) == sorted(
        (one.title, one.url, one.category) for one in feeds
    )
