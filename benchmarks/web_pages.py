"""The pages of somebody with very many alerts, where a million are stored: how long each takes over real HTTP.

    python benchmarks/web_pages.py [--alerts 1000000] [--articles 10000] [--times 40]

A thousand subscribers have as many alerts each as make the number; the one who looks has one of every article. The
service runs in a process of its own, on SQLite; each page is asked for one after the other. Goal: p95 at most 100 ms.
"""

import argparse
import asyncio
import http.client
import multiprocessing
import multiprocessing.connection
import statistics
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

from preview import NOW, TOPICS, fill
from sqlalchemy import text

from notifier.accounts.sessions import begin_session
from notifier.accounts.subscribers import add_subscribers, new_subscriber
from notifier.bootstrap import Service, open_service
from notifier.bootstrap.running import web_parts
from notifier.cli.opening import set_up_log
from notifier.config import load_settings
from notifier.matching import load_topics
from notifier.web.app import make_app
from notifier.web.server import open_port, serve

GOAL = 100.0  # milliseconds
PEOPLE = 1_000
PAGES = {
    "home": "/",
    "alerts": "/alerts",
    "alerts, far back": "/alerts?before={middle}",
    "alerts, unread": "/alerts?show=unread",
    "alerts, saved": "/alerts?show=saved",
    "alerts of one rule": "/alerts?rule=1",
    "alerts, sought": "/alerts?q=人工智能 进展",
    "alerts, sought in vain": "/alerts?q=查无此事",
    "deadlines": "/deadlines",
    "article": "/articles/{article}",
    "bulletin": "/bulletins/1",
    "不相关": "/alerts/{middle}/narrow",
    "rules": "/rules",
    "feeds": "/feeds",
    "settings": "/settings",
}
_HITS = '[["title", 0, 2, "", "进展", "certain"]]'
_FACTS = (
    '[{"kind": "deadline", "text": "x", "value": "2030-01-01", "field": "body", "start": 0, "end": 1, '
    '"label": "application", "inferred": false, "sentence": "x"}]'
)
_FILL = (
    "INSERT INTO match (article_id, expression, score, hits) SELECT id, 'x', 0.5, '{hits}' FROM article",
    "INSERT INTO alert (subscriber_id, article_id, schedule, created_at) SELECT s.id, a.id, 'immediate', :now"
    " FROM subscriber s JOIN article a ON s.id = 1 OR (a.id + s.id * 7919) % :articles < :each",
    "INSERT INTO alert_rule (alert_id, rule_version_id, match_id) SELECT l.id, l.subscriber_id, m.id"
    " FROM alert l JOIN match m ON m.article_id = l.article_id",
    "INSERT INTO delivery (alert_id, subscriber_id, channel, schedule, due_at, state, reason)"
    " SELECT id, subscriber_id, 'email', 'immediate', :now, 'expired', '' FROM alert",
    "INSERT INTO alert_mark (alert_id, saved_at) SELECT id, :now FROM alert WHERE id % 50 = 0",
    'UPDATE article SET facts = \'[{{"kind": "deadline", "text": "x", "value": "2030-01-01", "field": "body",'
    ' "start": 0, "end": 1, "label": "application"}}]\' WHERE id % 20 = 0',
    "ANALYZE",
)


def store(service: Service, alerts: int, articles: int) -> None:
    """Articles, people with a rule each, and their alerts."""
    fill(service.database, articles, load_topics([TOPICS]))
    people = [new_subscriber(f"p{at}@example.org", ["进展"], topics=service.library.topics) for at in range(PEOPLE)]
    add_subscribers(service.database, people, service.defaults, now=NOW)
    values = {"now": NOW.strftime("%Y-%m-%d %H:%M:%S.%f"), "articles": articles, "each": alerts // PEOPLE}
    for statement in _FILL:
        with service.database.write() as session:
            session.connection().exec_driver_sql(statement.format(hits=_HITS, facts=_FACTS), values)


def server(
    folder: Path, alerts: int, articles: int, pipe: "multiprocessing.connection.Connection[object, object]"
) -> None:
    """Sends its port, a session's key, and the ids that the pages need."""
    service = open_service(load_settings(folder / "config.toml"), clock=lambda: NOW)
    store(service, alerts, articles)

    async def main() -> None:
        port = open_port("127.0.0.1:0")
        with service.database.write() as session:
            key = begin_session(session, 1, old_key="", now=NOW)
            mine = list(session.execute(text("SELECT id FROM alert WHERE subscriber_id = 1 ORDER BY id")).scalars())
            count = session.execute(text("SELECT count(*) FROM alert")).scalar_one()
        pipe.send((port.getsockname()[1], key, {"middle": mine[len(mine) // 2], "article": articles // 2}, count))
        await serve(make_app(web_parts(service)), port, asyncio.Event())

    asyncio.run(main())


def times(port: int, path: str, key: str, count: int) -> list[float]:
    """Milliseconds of each request, over one kept connection; the first is not counted."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    took = []
    for _ in range(count + 1):
        begun = time.perf_counter()
        connection.request(
            "GET", quote(path, safe="/?=&"), headers={"Cookie": f"notifier={key}", "Accept-Encoding": "gzip"}
        )
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, (path, answer.status)
        took.append((time.perf_counter() - begun) * 1000)
    return took[1:]


def main(alerts: int, articles: int, count: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "config.toml").touch()
        ours, theirs = multiprocessing.Pipe()
        process = multiprocessing.Process(target=server, args=(folder, alerts, articles, theirs))
        process.start()
        while not ours.poll(1.0):
            assert process.is_alive(), "the server has ended"
        port, key, ids, stored = ours.recv()
        print(f"{stored:,} alerts of {articles:,} articles; milliseconds over {count} requests")
        for page, path in PAGES.items():
            took = times(port, path.format(**ids), key, count)
            p95 = statistics.quantiles(took, n=20)[-1]
            late = "" if p95 <= GOAL else f"  over {GOAL:.0f}"
            print(f"{page:24} median {statistics.median(took):7.1f}  p95 {p95:7.1f}{late}")
        process.terminate()
        process.join()


if __name__ == "__main__":
    set_up_log()
    parser = argparse.ArgumentParser()
    parser.add_argument("--alerts", type=int, default=1_000_000)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=40)
    given = parser.parse_args()
    main(given.alerts, given.articles, given.times)
