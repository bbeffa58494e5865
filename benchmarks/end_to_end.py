"""End to end: N subscribers x 1 bulletin of 40 articles to a local SMTP sink, for growing N.

    python benchmarks/end_to_end.py [100 1000 10000]

Prints, for each N: articles read and matched a second, messages a second (from the first to the last at the sink), and
the seconds from the bulletin's arrival until the last message is in; and how the time grew against the N before it.
Everything runs on this machine: SQLite on disk with synchronous=FULL, a sink of asyncio in a process of its own.
"""

import asyncio
import multiprocessing
import multiprocessing.connection
import os
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from notifier.accounts.subscribers import NewSubscriber, add_subscribers
from notifier.bootstrap import Service, open_service
from notifier.cli.opening import set_up_log
from notifier.config import load_settings

ARTICLES = 40
WORDS = (
    "科技金融 人工智能 量子通信 生物医药 新能源汽车 核电装备 清洁能源 成果转化 专精特新 概念验证 中试平台 知识产权 "
    "集成电路 低空经济 商业航天 氢能 储能 智能制造 工业互联网 大模型 数据要素 创业投资 科技特派员 技术合同 重点实验室"
).split()
FILL = "有关部门负责同志介绍了工作进展情况并就下一步安排提出要求各地各单位要结合实际抓好落实"


@dataclass(frozen=True)
class Figures:
    """What one run came to. Seconds are from the bulletin's arrival."""

    subscribers: int
    alerts: int
    messages: int
    processed: float
    last: float

    @property
    def sending(self) -> float:
        return max(self.last - self.processed, 1e-9)


def sink(pipe: "multiprocessing.connection.Connection[int, int]") -> None:
    """An SMTP server that takes everything, counts it, and says on the pipe how many there are when asked."""
    taken = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal taken
        writer.write(b"220 sink\r\n")
        try:
            while line := await reader.readline():
                verb = line[:4].upper()
                if verb == b"DATA":
                    writer.write(b"354 go on\r\n")
                    while await reader.readline() != b".\r\n":
                        pass
                    taken += 1
                writer.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")
                if verb == b"QUIT":
                    break
        finally:
            writer.close()

    async def main() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=1 << 20)
        pipe.send(server.sockets[0].getsockname()[1])
        async with server:
            while await asyncio.to_thread(pipe.recv):
                pipe.send(taken)

    asyncio.run(main())


def bulletin(rng: random.Random) -> str:
    """An issue of ARTICLES articles, each about two or three of WORDS."""
    articles = []
    for number in range(ARTICLES):
        about = rng.sample(WORDS, 3)
        text = "".join(rng.choice(FILL) for _ in range(300))
        articles.append(
            f"{about[0]}工作第{number}次推进会召开\n\n近日，{about[0]}和{about[1]}工作推进。{text}。{about[2]}也在其中。"
        )
    return "要情通报\n\n第 9 期\n\n2026年3月16日\n\n【要闻】\n\n" + "\n\n".join(articles) + "\n"


def prepare(place: Path, port: int, count: int) -> Service:
    (place / "inbox").mkdir()
    (place / "config.toml").write_text(
        f'[mail]\ntransport = "smtp"\nhost = "127.0.0.1"\nport = {port}\nconnections = 10\n'
        '[[sources]]\nname = "s"\nkind = "folder"\npath = "inbox"\n'
    )
    service = open_service(load_settings(place / "config.toml"))
    rng = random.Random(1)
    people = [NewSubscriber(f"p{number}@example.org", (rng.choice(WORDS),)) for number in range(count)]
    add_subscribers(service.database, people, service.defaults, now=service.clock())
    return service


def run(count: int, place: Path) -> Figures:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=sink, args=(theirs,), daemon=True)
    process.start()
    service = prepare(place, ours.recv(), count)
    try:
        issue = place / "inbox" / "9.txt"
        issue.write_text(bulletin(random.Random(2)))
        os.utime(issue, (1, 1))
        start = time.perf_counter()
        asyncio.run(service.poll(everything=True))
        processed = service.process()
        middle = time.perf_counter()
        asyncio.run(service.deliver())
        end = time.perf_counter()
        ours.send(1)
        taken = ours.recv()
        if taken != processed.messages:
            raise SystemExit(f"the sink has {taken} of {processed.messages} messages")
        alerts = sum(matched.alerts for matched in processed.matched)
        return Figures(count, alerts, taken, middle - start, end - start)
    finally:
        service.database.close()
        ours.send(0)
        process.join(5)


def main(counts: Sequence[int]) -> None:
    set_up_log("error", as_json=False)
    print(f"{ARTICLES} articles a bulletin")
    print(f"{'N':>8} {'alerts':>8} {'articles/s':>11} {'messages':>9} {'messages/s':>11} {'last, s':>8}  growth")
    before: Figures | None = None
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            figures = run(count, Path(folder))
        growth = f"x{figures.last / before.last:.1f} for x{count / before.subscribers:.0f}" if before else ""
        print(
            f"{count:>8} {figures.alerts:>8} {ARTICLES / figures.processed:>11.1f} {figures.messages:>9} "
            f"{figures.messages / figures.sending:>11.0f} {figures.last:>8.2f}  {growth}"
        )
        before = figures


if __name__ == "__main__":
    main([int(argument) for argument in sys.argv[1:]] or [100, 1_000, 10_000])
