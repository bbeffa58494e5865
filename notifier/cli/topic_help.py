"""topics suggest: terms proposed from the stored articles, for a person to take."""

from collections.abc import Sequence
from pathlib import Path

from notifier.accounts import topic_help as accounts
from notifier.accounts.rule_help import Shelf
from notifier.cli.library import topic_folders
from notifier.cli.opening import opened, settings_of
from notifier.cli.output import print_json, print_table
from notifier.errors import InputError


def suggest(config: Path | None, name: str, *, accept: Sequence[str], most: int, as_json: bool) -> None:
    if accept:
        _accept(config, name, accept)
        return
    if most < 1:
        raise InputError("--most 至少是 1", "--most must be 1 or more")
    with opened(config) as service:
        zone = service.settings.service.timezone
        shelf = Shelf(service.database, now=service.clock(), timezone=zone, days=365_000)
        found = accounts.suggest_terms(name, shelf, topics=service.library.topics, most=most)
    if as_json:
        print_json(_to_dict(found))
        return
    inside, outside = f"话题内 {found.inside} 篇", f"其余 {found.outside} 篇"
    rows = [(one.term, one.inside, one.outside, f"{one.score:.1f}", one.sentence) for one in found.terms]
    print_table(("词 term", inside, outside, "分 score", "例句 example"), rows)
    if not rows:
        print(f"{inside}，{outside}：还没有可提议的词")


def _to_dict(found: accounts.Suggestions) -> dict[str, object]:
    return {
        "topic": found.name,
        "articles": found.inside,
        "others": found.outside,
        "terms": [
            {
                "term": one.term,
                "articles": one.inside,
                "others": one.outside,
                "score": one.score,
                "example": one.sentence,
            }
            for one in found.terms
        ],
    }


def _accept(config: Path | None, name: str, terms: Sequence[str]) -> None:
    folder, shipped = topic_folders(settings_of(config))
    with opened(config) as service:
        topics = service.library.topics
        file = accounts.accept_terms(folder, name, terms, topics=topics, shipped=shipped)
        service.library.refresh(service.database)
    print(f"已写入 {file}：{'、'.join(terms)}")
