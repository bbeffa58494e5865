"""Files of rules: our own come back as they went, others all or not at all."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notifier.accounts.rule_files import format_of, read_rule_file, write_csv, write_json
from notifier.accounts.rules import check_rule, import_rules, list_rules, remove_rule, rule_to_dict
from notifier.accounts.subscribers import add_subscribers, new_subscriber
from notifier.bootstrap import Service
from notifier.domain import MODES
from notifier.errors import InputError, RuleError

EMAILS = ("a@example.org", "b@example.org")


@pytest.fixture
def people(service: Service) -> Service:
    for email in EMAILS:
        person = new_subscriber(email, [], topics=service.library.topics)
        add_subscribers(service.database, [person], service.defaults, now=service.clock())
    return service


def held(service: Service) -> list[dict[str, object]]:
    """The rules in force, without their numbers."""
    rows = [rule_to_dict(rule, owner) for rule, owner in list_rules(service.database)]
    return sorted(({key: row[key] for key in row if key != "id"} for row in rows), key=repr)


def take(service: Service, text: str, kind: str, **options: object) -> int:
    rows = read_rule_file(text, kind, **options).rows  # type: ignore[arg-type]
    return import_rules(service.database, rows, topics=service.library.topics, now=service.clock())


TEXTS = st.one_of(
    st.sampled_from(
        [
            "核电",
            '「a,b;"c」',
            "核电\n或 风电",
            "/第.{1,3}批次/",
            "=核电",
            "+核电 -'a\rb'",
            "「“引”」",
            "#科技金融",
            "😀核电",
        ]
    ),
    st.text("核电风水 ，“”\n\r\"',;|-=+", max_size=12).map(lambda text: f"「{text}」核电"),
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "email": st.sampled_from(EMAILS),
            "rule": TEXTS,
            "mode": st.sampled_from(MODES),
            "min_score": st.floats(0, 1),
            "delivery": st.sampled_from(["", "urgent", "immediate", "daily", "weekly", "monthly"]),
        }
    ),
    max_size=6,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, kind=st.sampled_from(["csv", "json"]))
def test_what_is_exported_comes_back_without_loss(people: Service, rows: list[dict[str, object]], kind: str) -> None:
    """Also rules that differ in their least score or delivery alone, and one that stands there twice."""
    for rule, _ in list_rules(people.database):
        remove_rule(people.database, rule.rule_id)
    good = [row for row in rows if _is_rule(people, str(row["rule"]))]
    import_rules(people.database, good, topics=people.library.topics, now=people.clock())
    before, found = held(people), list_rules(people.database)
    assert len(before) == len(good)
    text = write_csv(found) if kind == "csv" else write_json(found)
    assert take(people, text, kind) == 0  # all of them are in force
    for rule, _ in found:
        remove_rule(people.database, rule.rule_id)
    assert take(people, text, kind) == len(good)
    assert held(people) == before


def _is_rule(service: Service, text: str) -> bool:
    try:
        check_rule(text, service.library.topics)
    except RuleError:
        return False
    return True


def test_a_csv_of_rules_alone_needs_whose_they_are(people: Service) -> None:
    with pytest.raises(InputError, match="--email"):
        take(people, "rule\n核电\n", "csv")
    assert take(people, '\ufeffRule,note\r\n核电,x\r\n\r\n"风电 或\r\n水电",y\r\n', "csv", email="a@example.org") == 2
    assert [row["rule"] for row in held(people)] == ["核电", "风电 或\r\n水电"]


@pytest.mark.parametrize(
    ("text", "kind", "says"),
    [
        ("rule\n核电\n核电 (\n\n水电 (\n", "csv", r"第 3 行 \(line 3\).*第 5 行"),
        ("email,rule\nx,核电\n", "csv", "第 2 行"),
        ("a,b\n1,2\n", "csv", "rule"),
        ('rule\n"核电\n', "csv", "CSV"),
        ("", "csv", "rule"),
        ("{}", "json", "列表"),
        ("[1]", "json", "列表"),
        ("[", "json", "JSON"),
        ("[" * 100_000, "json", "JSON"),
        ('[{"rule": "核电", "mode": "x"}]', "json", "第 1 条"),
        ('[{"rule": "核电"}, {"rule": "核电", "min_score": 7}]', "json", "第 2 条"),
        ("核电\n\n/核电(?=站)/\n", "trendradar", "第 3 行"),
        ("核电\n\n#无此话题\n\n科技 AND\n", "lucene", "第 5 行"),
    ],
)
def test_nothing_is_half_imported(people: Service, text: str, kind: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        take(people, text, kind, email="a@example.org")
    assert held(people) == []


def test_rules_of_another_program_are_somebody_s(people: Service) -> None:
    with pytest.raises(InputError, match="--email"):
        read_rule_file("核电\n", "trendradar")
    assert take(people, "核电\n+四川\n\n风电 => 风\n", "trendradar", email="b@example.org") == 2
    assert [(row["email"], row["rule"]) for row in held(people)] == [
        ("b@example.org", "核电 AND 四川"), ("b@example.org", "风电")
    ]  # fmt: skip
    assert take(people, "核电\n+四川\n", "trendradar", email="b@example.org") == 0


@pytest.mark.parametrize(
    ("name", "asked", "kind"),
    [
        ("x.json", "", "json"),
        ("x.CSV", "", "csv"),
        ("frequency_words.txt", "", "trendradar"),
        ("x.txt", "lucene", "lucene"),
    ],
)
def test_a_format_is_asked_for_or_seen_from_the_name(name: str, asked: str, kind: str) -> None:
    assert format_of(name, asked) == kind


@pytest.mark.parametrize(("name", "asked"), [("x.txt", ""), ("x", ""), ("x.json", "xml")])
def test_an_unknown_format_is_asked_for(name: str, asked: str) -> None:
    with pytest.raises(InputError, match="--format"):
        format_of(name, asked)


def test_the_json_is_a_list_of_plain_rows(people: Service) -> None:
    take(people, "rule\n核电\n", "csv", email="a@example.org")
    (row,) = json.loads(write_json(list_rules(people.database)))
    assert set(row) >= {"email", "rule", "mode", "min_score", "delivery"}
