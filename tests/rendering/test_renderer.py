"""The door to the templates: overrides, errors that name the place, bounds, pages and notices."""

from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from notifier.errors import RenderError
from notifier.rendering import Renderer, sample_pages
from notifier.resources import resource

from .fiction import ALERT, FEED

BOMBS = [
    "{{ 'a' * 10**8 }}",
    "{{ 10**8 * 'a' }}",
    "{{ 'a' * 100000000 }}",
    "{% for a in range(100000000) %}{% endfor %}",
    "{% for a in range(9999) %}{% for b in range(9999) %}bomb{% endfor %}{% endfor %}",
    "{{ '%100000000d' % 1 }}",
    "{{ ().__class__.__base__.__subclasses__() }}",
    "{{ letter.__class__.__mro__ }}",
]


def overridden(folder: Path, **files: str) -> Renderer:
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return Renderer(resource("templates"), override=folder)


def test_the_templates_that_ship_are_sound(renderer: Renderer) -> None:
    renderer.check()


def test_an_operators_template_wins_and_the_others_stay(tmp_path: Path) -> None:
    frozen = overridden(tmp_path, email__letter_dot_txt="{{ letter.service }}!").letter(ALERT)
    assert frozen.text == "云岭要参速递!"
    assert "<h1" in frozen.html


@pytest.mark.parametrize(
    ("content", "line"),
    [("\n\n{{ nobody }}", 3), ("\n{% if %}", 2), ("{{ letter.nothing }}", 1), ("\n{{ 1/0 }}", 2)],
)
def test_a_broken_template_is_named_with_its_line(tmp_path: Path, content: str, line: int) -> None:
    renderer = overridden(tmp_path, email__letter_dot_txt=content)
    for attempt in (lambda: renderer.letter(ALERT), renderer.check):
        with pytest.raises(RenderError) as caught:
            attempt()
        assert f"email/letter.txt 第 {line} 行" in caught.value.zh
        assert f"email/letter.txt, line {line}" in caught.value.en


def test_check_finds_a_template_that_nothing_uses_yet(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match=r"web/new\.html"):
        overridden(tmp_path, web__new_dot_html="{% block %}").check()


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_template_cannot_fill_the_memory_or_leave_its_sandbox(tmp_path: Path, bomb: str) -> None:
    with pytest.raises(RenderError, match=r"email/letter.txt"):
        overridden(tmp_path, email__letter_dot_txt=bomb).letter(ALERT)


def test_a_folder_that_is_missing_is_said(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match="nowhere"):
        Renderer(tmp_path / "nowhere")


def _page(renderer: Renderer, name: str, **context: object) -> str:
    return renderer.page(name, **(sample_pages.EVERY_PAGE | context))


def test_a_get_of_the_unsubscribe_page_only_shows_a_button(renderer: Renderer) -> None:
    """RFC 8058: the POST unsubscribes; a mail scanner that follows the link changes nothing."""
    page = LexborHTMLParser(_page(renderer, "unsubscribe", state="ask", action='/u/"x"'))
    form = page.css_first("form")
    assert (form.attributes["method"], form.attributes["action"]) == ("post", '/u/"x"')
    assert page.css_first("button").attributes == {"name": "List-Unsubscribe", "value": "One-Click"}
    for state in ("done", "unknown"):
        assert not LexborHTMLParser(_page(renderer, "unsubscribe", state=state)).css("form")


def test_pages_escape_what_they_are_given(renderer: Renderer) -> None:
    page = _page(renderer, "error", code=404, message="<script>", language="en")
    assert "&lt;script&gt;" in page
    assert '<html lang="en">' in page


@pytest.mark.parametrize("name", ["../email/letter", "/etc/passwd", "a.b", "", "nobody"])
def test_only_pages_can_be_asked_for(renderer: Renderer, name: str) -> None:
    with pytest.raises(RenderError):
        renderer.page(name)


@pytest.mark.parametrize("name", ["../email/style.css", "rss.xml", "/etc/passwd", "none.css", "style.css\n"])
def test_only_assets_of_feeds_can_be_asked_for(renderer: Renderer, name: str) -> None:
    with pytest.raises(RenderError):
        renderer.asset(name)


def test_a_notice_shows_its_link_in_both_parts(renderer: Renderer) -> None:
    link = "https://example.org/c?token=a&b=c"
    for language, subject in (("zh-CN", "登录云岭"), ("en", "Sign in to 云岭")):
        notice = renderer.notice("login", language, service="云岭", link=link)
        assert notice.subject == subject
        assert f"\n{link}\n" in notice.text
        assert LexborHTMLParser(notice.html).css_first("a.button").attributes["href"] == link


def test_an_operators_notice_is_text(renderer: Renderer) -> None:
    notice = renderer.notice("operator", "zh-CN", service="云岭", subject="磁盘\r\nBcc: x", lines=["<b>", "二\x00"])
    assert notice.subject == "磁盘 Bcc: x"
    assert "&lt;b&gt;" in notice.html
    assert "二\n" in notice.text


def test_a_notice_needs_its_values_and_a_web_link(renderer: Renderer) -> None:
    with pytest.raises(RenderError):
        renderer.notice("login", "zh-CN", service="云岭")
    with pytest.raises(RenderError):
        renderer.notice("login", "zh-CN", service="云岭", link="javascript:alert(1)")


def test_rendering_twice_gives_the_same(renderer: Renderer) -> None:
    other = Renderer(resource("templates"))
    assert renderer.letter(ALERT) == other.letter(ALERT)
    assert renderer.feed(FEED, "atom") == other.feed(FEED, "atom")


def test_of_very_many_lines_a_notice_says_the_first_and_how_many_there_are(renderer: Renderer) -> None:
    frozen = renderer.notice("rule", "zh-CN", service="要参", lines=[f"规则{n}" + "长" * 700 for n in range(1000)])
    assert "规则24长" in frozen.text
    assert "规则25长" not in frozen.text
    assert "另有 975 条。" in frozen.text
    few = renderer.notice("rule", "en", service="S", lines=["one", "two"])
    assert "more" not in few.text
