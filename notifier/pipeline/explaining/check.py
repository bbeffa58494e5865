"""Is all well? Every promise that can be checked while the service runs, and what waits for a person."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import text

from notifier.alerts import Calendar
from notifier.domain import PENDING_STATES, State, Transport
from notifier.errors import DeliveryError, NotifierError
from notifier.matching import failed_samples
from notifier.pipeline.matching.library import TopicLibrary
from notifier.pipeline.matching.rule_book import RuleBook
from notifier.pipeline.telling.source_health import line_of
from notifier.rendering import Renderer
from notifier.storage.alerts import accounts
from notifier.storage.bounces import list_pauses
from notifier.storage.bulletins import doubtful_bulletins
from notifier.storage.database import Database
from notifier.storage.documents import ATTENTION, documents_by_state, list_documents
from notifier.storage.rules import count_rules, rules_by_version
from notifier.storage.schema import CURRENT
from notifier.storage.source_health import StoredCondition, list_conditions
from notifier.storage.sources import list_sources
from notifier.storage.subscribers import count_by_working_days
from notifier.storage.suppressions import list_suppressions

_MOST_NAMED, _LONGEST_NAMED = 5, 40  # rules, and characters of one


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. "bad" fails the check; "warn" wants a person's eye."""

    what: str
    verdict: Literal["good", "warn", "bad"]
    zh: str
    en: str


def check_database(database: Database) -> Finding:
    with database.read() as session:
        if database.is_sqlite:
            said = session.execute(text("PRAGMA quick_check")).scalar()
            if said != "ok":
                return Finding("database", "bad", f"数据库损坏：{said}，请恢复备份", f"the database is damaged: {said}")
        return Finding("database", "good", f"可用，结构版本 {CURRENT}", f"usable, layout {CURRENT}")


def check_accounts(database: Database) -> Finding:
    """The equation: due = sent + bounced + suppressed + expired + dead + pending."""
    with database.read() as session:
        counts = accounts(session)
    due = counts.pop("due")
    known = {state: counts.get(state.value, 0) for state in State}
    ended = [state for state in State if state not in PENDING_STATES]
    pending = sum(known[state] for state in PENDING_STATES)
    right = " + ".join(f"{known[state]} {state.value}" for state in ended) + f" + {pending} pending"
    good = due == sum(known.values()) == sum(counts.values())
    zh = f"应发 {due} = {right}" if good else f"账目不平：应发 {due} ≠ {right}，请报告此错误"
    return Finding("accounts", "good" if good else "bad", zh, f"{due} due {'=' if good else '!='} {right}")


def check_templates(renderer: Renderer) -> Finding:
    try:
        renderer.check()
    except NotifierError as error:
        return Finding("templates", "bad", error.zh, error.en)
    return Finding("templates", "good", "全部模板可用", "all templates render")


def check_topics(library: TopicLibrary) -> Finding:
    """The files are right, and each topic hits and misses the sample texts that it names."""
    try:
        topics = library.load()
    except NotifierError as error:
        return Finding("topics", "bad", error.zh, error.en)
    failed = failed_samples(topics)
    if failed:
        said = "；".join(f"#{one.topic} {'应' if one.wanted else '不应'}命中 {one.text}" for one in failed[:5])
        return Finding("topics", "warn", f"{len(failed)} 个例句不对：{said}", f"{len(failed)} samples of topics fail")
    return Finding("topics", "good", f"{len(topics)} 个话题", f"{len(topics)} topics")


def check_rules(book: RuleBook) -> Finding:
    """Rules that can no longer be used are named; the others work."""
    if not book.broken:
        with book.database.read() as session:
            count = count_rules(session)
        return Finding("rules", "good", f"{count} 条规则生效", f"{count} rules in force")
    lines = "；".join(f"#{rule.rule_id} {error}" for rule, error in book.broken[:5])
    return Finding("rules", "bad", f"{len(book.broken)} 条规则不可用：{lines}", f"{len(book.broken)} rules are broken")


def check_index(book: RuleBook) -> Finding:
    """What the rules are matched with: its size, how long it took to load, and rules that are dear to look for."""
    stats, age = book.matcher.stats, book.age
    size, took = f"{stats.bytes / 1e6:.1f} MB", f"{age.load_took:.1f}"
    zh = f"{stats.rules} 条规则，{stats.forms} 种写法，{size}，载入用时 {took} 秒，{stats.fresh} 项待并入"
    en = f"{stats.rules} rules in {stats.forms} forms, {size}, loaded in {took} s, {stats.fresh} new entries"
    wide = [key for key in book.matcher.wide() if isinstance(key, int)]
    if not wide:
        return Finding("index", "good", zh, en)
    with book.database.read() as session:
        named = rules_by_version(session, wide[:_MOST_NAMED])
    rules = "；".join(f"#{rule.rule_id} {rule.text[:_LONGEST_NAMED]}" for rule in named)
    return Finding("index", "warn", f"{zh}；{len(wide)} 条写得很宽：{rules}", f"{en}; {len(wide)} are wide: {rules}")


def check_sources(database: Database) -> Iterator[Finding]:
    with database.read() as session:
        stored, conditions = list_sources(session), list_conditions(session)
    failing = [one for one in stored if one.failures]
    for one in failing:
        name = one.source.name
        zh = f"来源 {name} 连续失败 {one.failures} 次：{one.error}"
        yield Finding("sources", "warn", zh, f"source {name} has failed {one.failures} times")
    yield from (_condition(one) for one in conditions if one.condition.kind != "failing")
    if not failing and not conditions:
        yield Finding("sources", "good", f"{len(stored)} 个来源", f"{len(stored)} sources")


def _condition(one: StoredCondition) -> Finding:
    zh, en = (line_of(one, chinese=chinese) for chinese in (True, False))
    return Finding("sources", "warn", zh, en)


def check_documents(database: Database) -> Finding:
    """Documents that a person should look at."""
    with database.read() as session:
        counts, rows = documents_by_state(session), list_documents(session, ATTENTION, limit=5)
    if not rows:
        return Finding("documents", "good", f"{sum(counts.values())} 份文件", f"{sum(counts.values())} documents")
    names = "、".join(f"{row.name}（{row.state}）" for row in rows)
    number = sum(counts.get(state, 0) for state in ATTENTION)
    zh = f"{number} 份需要人工处理（notifier documents）：{names}"
    return Finding("documents", "warn", zh, f"{number} need a person: see notifier documents")


def check_readings(database: Database) -> Finding:
    """Bulletins that were read with doubts: their articles went out, marked."""
    with database.read() as session:
        rows = doubtful_bulletins(session, limit=5)
    if not rows:
        return Finding("readings", "good", "没有存疑的", "none in doubt")
    zh = "；".join(f"{row.original}（{row.quality:.2f}：{_first_problem(row.problems, 0)}）" for row in rows)
    en = "; ".join(f"{row.original} ({row.quality:.2f}: {_first_problem(row.problems, 1)})" for row in rows)
    return Finding("readings", "warn", f"读取存疑，请人工核对：{zh}", f"read with doubts, look at them: {en}")


def _first_problem(problems: Sequence[Sequence[str]] | None, language: int) -> str:
    return problems[0][language] if problems else ""


def check_calendar(database: Database, calendar: Calendar, *, now: dt.datetime) -> Finding:
    """Are the days off known that subscribers count on?"""
    with database.read() as session:
        counting = count_by_working_days(session)
    year = calendar.unknown_year(now.date())
    if not counting or year is None:
        zh = f"{counting} 人只在工作日接收" if counting else "无人按工作日接收"
        return Finding("calendar", "good", zh, f"{counting} subscribers count on working days")
    zh = f"{year} 年的放假安排还不知道，{counting} 人的工作日只按周末推算，请升级 chinesecalendar"
    return Finding("calendar", "warn", zh, f"the holidays of {year} are not known: only weekends count")


def check_bounces(database: Database, *, now: dt.datetime) -> Finding:
    """Domains that refuse us for policy or spam, and how many addresses get no mail."""
    with database.read() as session:
        paused, count = list_pauses(session, now=now), len(list_suppressions(session))
    if paused:
        said = "；".join(f"{row.domain}（{row.reply[:80]}）" for row in paused)
        zh = f"已暂停，邮件保留：{said}。处理后用 notifier bounces resume 恢复"
        return Finding("bounces", "warn", zh, f"{len(paused)} domains refuse us: see notifier bounces paused")
    return Finding("bounces", "good", f"没有暂停的域名，停发 {count} 个地址", f"none paused, {count} suppressed")


async def check_transport(transport: Transport) -> Finding:
    """Connects and logs in; sends nothing."""
    try:
        said = await transport.check()
    except DeliveryError as error:
        return Finding("mail", "bad", error.zh, error.en)
    return Finding("mail", "good", said, said)
