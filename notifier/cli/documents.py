"""match: try a rule on documents and texts, store nothing."""

import datetime as dt
import json
import re
import sys
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from notifier.accounts.rules import parse_min_score, parse_mode
from notifier.bootstrap import open_library, open_reader
from notifier.cli.logs import set_up_log
from notifier.cli.opening import settings_of
from notifier.cli.options import deferred
from notifier.cli.output import console, print_json
from notifier.cli.parsing import read_bulletins, read_file
from notifier.cli.screen import warn
from notifier.config import Settings
from notifier.domain import Article, Hit, Match, body_from_list, sentence_span
from notifier.errors import InputError
from notifier.matching import Matcher, Rule, looks_at_facts, parse_rule

_SIGN_OF_FACTS = re.compile("[:：<>=≥≤≧≦＜＞＝]")

if TYPE_CHECKING:
    from notifier import bulletins
else:
    bulletins = deferred("notifier.bulletins")  # only for rules that look at facts


def match(
    config: Path | None, rule: str | None, files: Sequence[Path], *, text: str | None, mode: str, as_json: bool
) -> None:
    if rule is None:
        raise InputError("缺少规则：notifier match 规则 [文件…]", "a rule is missing: notifier match RULE [FILE...]")
    settings = settings_of(config)
    set_up_log()
    matcher = Matcher(topics=open_library(settings).topics)
    asks = looks_at_facts(matcher.add("rule", rule, mode=parse_mode(mode)))
    articles = ((name, with_facts(article) if asks else article) for name, article in _articles(settings, files, text))
    results = [_result(matcher, name, article, rule) for name, article in articles]
    if as_json:
        print_json([result for result, _ in results])
        return
    for result, article in results:
        _show(result, article)


def with_facts(article: Article) -> Article:
    """The article with what its text states, where a bare text was given."""
    day = article.published_at.date() if article.published_at else None
    return article if article.facts else replace(article, facts=bulletins.article_facts(article, published=day))


def _articles(settings: Settings, files: Sequence[Path], text: str | None) -> Iterator[tuple[str, Article]]:
    if text is None and not files:
        if sys.stdin.isatty():
            raise InputError("请给出文件或 --text 文字", "give a file, or a text with --text")
        text = sys.stdin.read()
    if text is not None:
        yield "text", Article(title="", body=text)
    reader = open_reader(settings)
    for file in files:
        articles = (article for bulletin in read_bulletins(reader, file) for article in bulletin.articles)
        for number, article in enumerate(articles, 1):
            yield f"{file.name}#{number}", article


def _result(matcher: Matcher, name: str, article: Article, rule: str) -> tuple[dict[str, Any], Article]:
    found: Match | None = next(iter(matcher.match(article)), None)
    return match_to_dict(name, article, rule, found), article


def match_to_dict(name: object, article: Article, rule: object, found: Match | None) -> dict[str, Any]:
    """One article x rule as JSON."""
    return {
        "id": name,
        "title": article.title,
        "rule": rule,
        "matched": found is not None,
        "score": round(found.score, 4) if found else 0.0,
        "hits": [_hit_to_dict(hit) for hit in found.hits] if found else [],
    }


def _hit_to_dict(hit: Hit) -> dict[str, object]:
    return {
        "field": hit.field,
        "start": hit.start,
        "end": hit.end,
        "text": hit.text,
        "term": hit.term,
        "certainty": hit.certainty,
    }


def _show(result: dict[str, Any], article: Article) -> None:
    mark = f"✓ {result['score']:.2f}" if result["matched"] else "✗     "
    print(f"{mark}  {article.title or result['id']}")
    seen: set[tuple[str, int]] = set()
    for hit in result["hits"]:
        text = article.text if hit["field"] == "body" else getattr(article, hit["field"])
        start, end = sentence_span(text, hit["start"], hit["end"])
        if hit["field"] != "title" and (hit["field"], start) not in seen and len(seen) < 3:
            seen.add((hit["field"], start))
            line = f"        {text[start : hit['start']]}[[{hit['text']}]]{text[hit['end'] : end]}"
            console().print(" ".join(line.split()), markup=False, soft_wrap=True)


def filter_articles(config: Path | None, rules: Path, *, mode: str) -> None:
    """The engine as a filter: rules of a JSONL file, articles on standard input, one JSON line a match."""
    matcher = Matcher(topics=open_library(settings_of(config)).topics)
    failed, asks = _load_rules(matcher, rules, mode=mode)
    for number, row in _json_lines(sys.stdin, "stdin"):
        try:
            name, article = row["id"], _article(row)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            warn(f"stdin:{number}: {error!r}")
            failed = True
            continue
        for found in matcher.match(with_facts(article) if asks else article):
            print(json.dumps(match_to_dict(name, article, found.key, found), ensure_ascii=False), flush=False)
    if failed:
        raise typer.Exit(1)


def _load_rules(matcher: Matcher, path: Path, *, mode: str) -> tuple[bool, bool]:
    """Did a rule fail, and does one look at facts? One broken rule never stops the others."""
    failed = False
    lines: dict[Hashable, int] = {}
    rules: list[Rule] = []
    for number, row in _json_lines(read_file(path).decode("utf-8-sig").splitlines(), str(path)):
        try:
            rule = _rule(row, mode)
            lines[rule.key] = number
            rules.append(rule)
        except (KeyError, TypeError) as error:
            raise InputError(
                f"{path}:{number} 缺少或错误的键：{error}", 'each line is {"id": …, "rule": "…"}'
            ) from error
        except InputError as error:
            warn(f"{path}:{number} {row['id']}: {error}")
            failed = True
    for key, refused in matcher.load(rules):
        warn(f"{path}:{lines[key]} {key}: {refused}")
        failed = True
    matcher.rebuild()
    return failed, any(_asks(rule.text) for rule in rules)


def _rule(row: Mapping[str, Any], mode: str) -> Rule:
    mode_of_row = parse_mode(row.get("mode", mode))
    return Rule(row["id"], str(row["rule"]), mode_of_row, parse_min_score(row.get("min_score", 0.0)))


def _asks(text: str) -> bool:
    """Does the rule look at facts? Most cannot: these need a sign."""
    if not _SIGN_OF_FACTS.search(text):
        return False
    try:
        return looks_at_facts(parse_rule(text))
    except InputError:  # it was refused
        return False


def _json_lines(lines: Sequence[str] | Any, where: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                row = json.loads(line)
            except ValueError as error:
                raise InputError(f"{where}:{number} 不是 JSON：{error}", f"{where}:{number} is no JSON") from error
            if not isinstance(row, dict):
                raise InputError(f"{where}:{number} 不是 JSON 对象", f"{where}:{number} is no JSON object")
            yield number, row


def _instant(value: object) -> dt.datetime | None:
    """ISO 8601, as a date or a time; a time without zone is taken as UTC. ValueError where it is neither."""
    instant = dt.datetime.fromisoformat(str(value)) if value else None
    return instant.replace(tzinfo=dt.UTC) if instant and instant.tzinfo is None else instant


def _article(row: Mapping[str, Any]) -> Article:
    body = row.get("body", "")
    return Article(
        title=str(row.get("title", "")),
        body=body if isinstance(body, str) else body_from_list(body),
        section=str(row.get("section", "")),
        source=str(row.get("source", "")),
        bulletin=str(row.get("bulletin", "")),
        url=str(row.get("url", "")),
        byline=str(row.get("byline", "")),
        published_at=_instant(row.get("published_at")),
    )
