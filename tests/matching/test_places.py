"""The topics of Sichuan's prefectures name its counties, also those of before, as the table of divisions does."""

from notifier.domain import division_names, divisions
from notifier.matching import load_topics
from notifier.resources import resource

SICHUAN = "51"


def test_every_county_of_sichuan_stands_in_the_topic_of_its_prefecture() -> None:
    topics = load_topics([resource("rules")])
    for city in (one for one in divisions().values() if one.code.startswith(SICHUAN) and one.level == 2):
        terms = {term.strip("“”") for term in topics[city.short].terms}
        counties = [one for one in divisions().values() if one.code.startswith(city.code[:4]) and one.level == 3]
        assert city.name in terms
        said = {one.name: {one.name, city.name + one.name, f"四川{one.name}"} for one in counties}
        assert [name for name, written in said.items() if not written & terms] == []


def test_no_short_name_of_another_place_stands_in_a_prefecture_s_topic() -> None:
    """宁南 alone may be in Ningxia, 东兴 in Guangxi: such counties stand there by their full names."""
    topics = load_topics([resource("rules")])
    for city in (one for one in divisions().values() if one.code.startswith(SICHUAN) and one.level == 2):
        for term in (one for one in topics[city.short].terms if one != city.short):
            places = division_names().get(term, ())
            assert [one.code for one in places if not one.code.startswith(city.code[:4])] == [], term
