"""An operator's own topics: nothing gets into their folder that would break the library."""

from pathlib import Path

import pytest

from notifier.accounts.topics import import_topic, remove_topic, write_topic
from notifier.domain import Article
from notifier.errors import InputError, TopicError
from notifier.matching import Matcher, load_topics
from notifier.resources import resource

SHIPPED = (resource("rules"),)


def test_a_written_topic_can_be_used_at_once(tmp_path: Path) -> None:
    file = write_topic(
        tmp_path / "own", "#星桥", terms=["星桥", "燃料电池"], excluded=["星桥车展"], description='说明"x"'
    )
    assert file.name == "星桥.toml"
    topics = load_topics([*SHIPPED, tmp_path / "own"])
    matcher = Matcher(topics=topics)
    matcher.add("r", "#星桥")
    assert list(matcher.match(Article("星桥示范城市群", "正文")))
    assert not list(matcher.match(Article("星桥车展", "燃料电池")))


@pytest.mark.parametrize(
    ("name", "terms"), [("", ["核电"]), ("有 空格", ["核电"]), ("a/b", []), ("好", ["核电 AND 广元"])]
)
def test_a_topic_that_would_be_wrong_is_not_written(tmp_path: Path, name: str, terms: list[str]) -> None:
    with pytest.raises((InputError, TopicError)) as caught:
        write_topic(tmp_path, name, terms=terms)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_topic_file_does_not_leave_its_folder(tmp_path: Path) -> None:
    file = write_topic(tmp_path / "own", "../../evil", terms=["核电"])
    assert file.parent == tmp_path / "own"


def test_no_file_is_written_over(tmp_path: Path) -> None:
    write_topic(tmp_path, "星桥", terms=["星桥"])
    with pytest.raises(InputError, match="edit it"):
        write_topic(tmp_path, "星桥", terms=["别的"])


def test_a_name_that_another_file_has_is_refused(tmp_path: Path) -> None:
    """Two files of one name in one folder would stop every command."""
    write_topic(tmp_path, "星桥", terms=["星桥"])
    with pytest.raises(TopicError, match="星桥"):
        import_topic(tmp_path, "other.toml", 'name = "星桥"\nterms = ["燃料电池"]\n'.encode(), shipped=SHIPPED)
    load_topics([*SHIPPED, tmp_path])


def test_a_topic_may_stand_below_one_that_ships(tmp_path: Path) -> None:
    content = 'name = "小型堆"\nterms = ["小型堆"]\nparents = ["核电"]\n'.encode()
    import_topic(tmp_path, "smr.toml", content, shipped=SHIPPED)
    assert load_topics([*SHIPPED, tmp_path])["小型堆"].parents == ("核电",)
    with pytest.raises(TopicError, match="没有的"):
        import_topic(tmp_path, "x.toml", 'name = "x"\nterms = ["xx"]\nparents = ["没有的"]\n'.encode(), shipped=SHIPPED)


def test_every_shipped_topic_can_be_copied_into_the_own_folder(tmp_path: Path) -> None:
    for file in sorted(SHIPPED[0].glob("*.toml")):
        import_topic(tmp_path, file.name, file.read_bytes(), shipped=SHIPPED)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"name = ", b"", b'name = "x"\nterms = [""]\n'])
def test_a_broken_file_is_named_with_its_line(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(TopicError, match=r"x\.toml:\d+"):
        import_topic(tmp_path, "x.toml", content)
    assert list(tmp_path.iterdir()) == []


def test_only_a_toml_file_is_imported(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="toml"):
        import_topic(tmp_path, "x.txt", b'name = "x"')


def test_own_topics_are_removed_and_shipped_ones_are_not(tmp_path: Path) -> None:
    write_topic(tmp_path, "星桥", terms=["星桥"])
    remove_topic(tmp_path, "#星桥", shipped=SHIPPED)
    assert list(tmp_path.iterdir()) == []
    for name in ("星桥", "核电"):
        with pytest.raises(InputError, match=name):
            remove_topic(tmp_path, name, shipped=SHIPPED)


def test_a_topic_that_others_stand_below_is_not_removed(tmp_path: Path) -> None:
    write_topic(tmp_path, "能源", terms=["能源"])
    import_topic(tmp_path, "h.toml", 'name = "星桥"\nterms = ["星桥"]\nparents = ["能源"]\n'.encode())
    with pytest.raises(TopicError, match="能源"):
        remove_topic(tmp_path, "能源")
    load_topics([tmp_path])
