"""A rule tried while it is typed: how long the preview takes over so many stored articles of the last 90 days.

    python benchmarks/preview.py [--articles 10000] [--url postgresql+psycopg://…] [--keep FOLDER]

Each article is about three topics of `rules/`, in their sample sentences and in filling ones: a topic's term stands in
one article of twenty, a word of every office (发展) in nearly all. Each rule is previewed as it grows under the hand,
whenever it parses. Goal: p95 at most 150 ms, also for the word that stands everywhere.
"""

import argparse
import datetime as dt
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from notifier.accounts.catch import Previewer
from notifier.accounts.rule_help import Asked
from notifier.domain import Article, Bulletin, Paragraph, Section, Source
from notifier.errors import RuleError
from notifier.matching import Topic, Topics, load_topics
from notifier.pipeline.reading.text_index import index_texts
from notifier.storage.database import Database
from notifier.storage.editions import Arrival, store_bulletin
from notifier.storage.schema import prepare
from notifier.storage.sources import list_sources, save_source

GOAL = 150.0  # milliseconds
NOW = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
TOPICS = Path(__file__).parent.parent / "rules"
TYPICAL = (
    "科技金融", "核电、核能", "标题:广元 NOT 招聘", "(人工智能 OR 大模型) 四川", "#核电", "集成电路 NEAR/20 补贴",
    "“专精特新” 申报", "栏目:动态 储能", "科技成果转化 同句 基金",
)  # fmt: skip
EVERYWHERE = ("发展", "发展 工作", "企业、发展、工作", "会议 NOT 核电", "标题:进展")
FILLING = (
    "各地结合实际抓好落实，推动经济社会高质量发展。", "会议强调，完善工作机制，加强统筹协调。",
    "有关部门负责同志介绍了情况。", "下一步将优化服务，提升企业和群众的满意度。",
    "项目单位按期报送进展，主管部门适时评估。", "这项工作涉及面广，要靠改革破解难题。",
)  # fmt: skip


def article(number: int, topics: Topics, chance: random.Random) -> Article:
    about = [topics[name] for name in chance.sample(sorted(topics), 3)]
    blocks = tuple(Paragraph("".join(sentence(chance.choice(about), chance) for _ in range(8))) for _ in range(6))
    return Article(
        title=f"{chance.choice(about[0].terms).strip('“”*')}进展（{number}）",
        body=blocks,
        section=chance.choice(("要闻", "动态", "政策")),
        published_at=NOW - dt.timedelta(days=chance.random() * 88),
    )


def sentence(topic: Topic, chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.35:
        return chance.choice(FILLING)
    if kind < 0.7 and topic.hits:
        return chance.choice(topic.hits + topic.misses)
    return f"关于{chance.choice(topic.terms).strip('“”*')}，{chance.choice(FILLING)}"


def fill(database: Database, count: int, topics: Topics) -> None:
    """`count` articles, ten a bulletin, indexed. Nothing where there are some."""
    prepare(database)
    chance = random.Random(1)
    with database.read() as session:
        if list_sources(session):
            return
    for issue in range(count // 10):
        given = tuple(article(10 * issue + at, topics, chance) for at in range(10))
        with database.write() as session:
            source = Source("要参", "folder", "inbox", dt.timedelta(minutes=1), "all")
            arrival = Arrival(save_source(session, source, origin="config", now=NOW), "x", NOW)
            bulletin = Bulletin(title="要参", issue=str(issue), sections=(Section("", given),))
            store_bulletin(session, bulletin, arrival, identity=str(issue))
    index_texts(database)


def typed(rule: str) -> Iterator[str]:
    return (rule[:end] for end in range(1, len(rule) + 1))


def times(previewer: Previewer, rules: tuple[str, ...], before: str = "") -> list[tuple[float, float]]:
    """Milliseconds of each preview, and those of the processor: on a busy machine the two are far apart.

    With what it gains and loses against the rule `before`, where there is one.
    """
    took = []
    for text in (text for rule in rules for text in typed(rule)):
        begun = time.perf_counter(), time.process_time()
        try:
            asked = Asked(text, groups=frozenset())
            previewer.catch(asked, language="zh-CN", now=NOW)
            if before:
                previewer.effect(asked, Asked(before, groups=frozenset()), language="zh-CN", now=NOW)
        except RuleError:
            continue
        took.append((1000 * (time.perf_counter() - begun[0]), 1000 * (time.process_time() - begun[1])))
    return took


def show(name: str, took: list[tuple[float, float]]) -> None:
    whole, processor = (statistics.quantiles(column, n=20) for column in zip(*took, strict=True))
    print(
        f"{name:26} {len(took):3} previews  median {whole[9]:6.1f} ms  p95 {whole[-1]:6.1f} ms  "
        f"{whole[-1] / GOAL:5.2f} x the goal  (processor: median {processor[9]:6.1f}, p95 {processor[-1]:6.1f})"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--url", default="")
    parser.add_argument("--keep", default="")
    asked = parser.parse_args()
    topics = load_topics([TOPICS])
    with tempfile.TemporaryDirectory() as folder:
        database = Database(asked.url or f"sqlite:///{asked.keep or folder}/preview.db")
        fill(database, asked.articles, topics)
        previewer = Previewer(database, lambda: topics, timezone="Asia/Shanghai")
        times(previewer, ("核电",))  # what is loaded once
        show("typical rules", times(previewer, TYPICAL))
        show("the same, as edits", times(previewer, TYPICAL, before="核电"))
        show("words that are everywhere", times(previewer, EVERYWHERE))
        database.close()


if __name__ == "__main__":
    main()
