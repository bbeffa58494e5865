"""The words of the pages: both languages say the same things."""

import re
from pathlib import Path

import pytest

from notifier.rendering import LANGUAGES, Renderer
from notifier.rendering.words import load_words
from notifier.resources import resource

WORDS = load_words((resource("templates"),))
PAGES = sorted({page for words in WORDS.values() for page in words})


@pytest.mark.parametrize("page", PAGES)
def test_both_languages_have_the_same_keys_with_the_same_places_to_fill(page: str) -> None:
    chinese, english = (
        {key: re.findall(r"{\w*}", text) for key, text in WORDS[language][page].items()} for language in LANGUAGES
    )
    assert chinese == english


def test_no_key_is_hidden_by_a_method_of_a_dictionary() -> None:
    assert not {key for words in WORDS.values() for page in words.values() for key in page} & set(dir(dict))


def test_an_operator_replaces_single_words(tmp_path: Path) -> None:
    own = tmp_path / "web" / "words" / "zh-CN"
    own.mkdir(parents=True)
    (own / "home.toml").write_text('title = "本所"\n', encoding="utf-8")
    words = Renderer(resource("templates"), override=tmp_path).words("zh-CN")
    assert (words["home"]["title"], words["home"]["subscribe"]) == ("本所", "订阅")
