"""The words of the pages: web/words/LANGUAGE/PAGE.toml, one file a page and language."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from notifier.errors import RenderError
from notifier.rendering.labels import is_english

LANGUAGES = ("zh-CN", "en")
Words = Mapping[str, Mapping[str, str]]  # page -> key -> text


def load_words(folders: Sequence[Path]) -> dict[str, Words]:
    """Language -> words. A key of the first folder that has it wins. RenderError for a file that is no TOML."""
    return {language: _load(folders, language) for language in LANGUAGES}


def words_of(words: Mapping[str, Words], language: str) -> Words:
    """English for en and its kind, Chinese for all else."""
    return words["en" if is_english(language) else "zh-CN"]


def _load(folders: Sequence[Path], language: str) -> Words:
    found: dict[str, dict[str, str]] = {}
    for folder in reversed(folders):
        for path in sorted((folder / "web" / "words" / language).glob("*.toml")):
            found.setdefault(path.stem, {}).update(_read(path))
    return found


def _read(path: Path) -> dict[str, str]:
    try:
        return {key: str(text) for key, text in tomllib.loads(path.read_text(encoding="utf-8")).items()}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RenderError(f"页面文字 {path} 读不了：{error}", f"words {path} cannot be read: {error}") from error
