"""Terms that a person takes: into the operator's own file, with all else as it was written there."""

from pathlib import Path

import pytest

from notifier.accounts.topic_help import accept_terms, add_terms
from notifier.accounts.topics import write_topic
from notifier.errors import InputError, TopicError
from notifier.matching import Topic, Topics, load_topics
from notifier.resources import resource

SHIPPED = (resource("rules"),)


def library(folder: Path) -> Topics:
    return load_topics([*SHIPPED, folder])


def test_a_shipped_topic_is_copied_first_and_stays_as_it_ships(tmp_path: Path) -> None:
    before = library(tmp_path)["科技金融"]
    file = accept_terms(tmp_path, "#科技金融", ["创投母基金", "“科技 贷”"], topics=library(tmp_path), shipped=SHIPPED)
    assert file.parent == tmp_path
    after = library(tmp_path)["科技金融"]
    assert after.terms == (*before.terms, "创投母基金", "“科技 贷”")
    assert (after.excluded, after.parents, after.related, after.hits) == (
        before.excluded, before.parents, before.related, before.hits
    )  # fmt: skip
    assert load_topics(SHIPPED)["科技金融"] == before
    accept_terms(tmp_path, "科技金融", ["创投母基金", "科创母基金"], topics=library(tmp_path), shipped=SHIPPED)
    assert library(tmp_path)["科技金融"].terms == (*after.terms, "科创母基金")
    assert [one.name for one in tmp_path.iterdir()] == [file.name]


def test_every_shipped_topic_takes_a_term(tmp_path: Path) -> None:
    topics = library(tmp_path)
    for name in topics:
        accept_terms(tmp_path, name, ["无此词语"], topics=topics, shipped=SHIPPED)
    assert all(topic.terms[-1] == "无此词语" for topic in library(tmp_path).values())


def test_a_word_that_is_no_topic_becomes_one(tmp_path: Path) -> None:
    accept_terms(tmp_path, "绿电直连", ["绿电园区"], topics=library(tmp_path), shipped=SHIPPED)
    assert library(tmp_path)["绿电直连"].terms == ("绿电直连", "绿电园区")


@pytest.mark.parametrize("term", ["核电 四川", "核", "核电 AND", "", "#核电", "“核电"])
def test_what_is_no_term_is_not_written(tmp_path: Path, term: str) -> None:
    with pytest.raises(InputError):
        accept_terms(tmp_path, "核电", ["核能", term], topics=library(tmp_path), shipped=SHIPPED)
    assert list(tmp_path.iterdir()) == []


def test_another_topic_s_file_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "nuclear-power.toml").write_text('name = "别的"\nterms = ["别的"]\n', encoding="utf-8")
    with pytest.raises(InputError, match="another topic"):
        accept_terms(tmp_path, "核电", ["核能站"], topics=library(tmp_path), shipped=SHIPPED)


def test_a_broken_neighbour_stops_it(tmp_path: Path) -> None:
    write_topic(tmp_path, "氢能源", terms=["氢能源"])
    topics = library(tmp_path)
    (tmp_path / "broken.toml").write_text("name = ", encoding="utf-8")
    with pytest.raises(TopicError, match="broken"):
        accept_terms(tmp_path, "氢能源", ["绿氢"], topics=topics, shipped=SHIPPED)
    assert "绿氢" not in (tmp_path / "氢能源.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ('terms = ["核电"]\n', 'terms = ["核电", "核能"]\n'),
        ('terms = ["核电",]\nname = "x"\n', 'terms = ["核电", "核能"]\nname = "x"\n'),
        (
            'name = "x" # ]\nterms=[\n  "核电", # 一 ]\n]\n',
            'name = "x" # ]\nterms=[\n  "核电", # 一 ]\n    "核能",\n]\n',
        ),
        ("terms = [\n  '核电' # 一, 二\n]", "terms = [\n  '核电', # 一, 二\n    \"核能\",\n]"),
    ],
)
def test_only_the_list_of_terms_is_changed(text: str, changed: str) -> None:
    assert add_terms(text, Topic("x", ("核电",)), ["核能"]) == changed


@pytest.mark.parametrize("text", ['"terms" = ["核电"]\n', "", 'name = "terms = ["\n'])
def test_a_file_that_is_hard_to_change_is_left_to_a_person(text: str) -> None:
    with pytest.raises(InputError, match="edit its terms"):
        add_terms(text, Topic("x", ("核电",)), ["核能"])
