"""Whatever moment a process dies at: nothing is lost, nothing goes out twice, and the accounts balance."""

import asyncio
import collections
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from notifier.bootstrap import Service, utc_now
from notifier.pipeline.explaining.check import check_accounts, check_database
from pipeline.job import lines, mails, note, put, subscribe
from pipeline.victims import start
from sources.sites import serving

PEOPLE, KILLS, SEED = 40, 10, 52  # two processes are killed for each of KILLS
COMMANDS = ("poll", "deliver", "deliver", "recover")
Open = Callable[..., Service]


def _title(number: int) -> str:
    return f"核电项目第{number:02}号开工"


def _received(service: Service) -> collections.Counter[tuple[str, str]]:
    """(address, title) -> how many mails show it."""
    counts: collections.Counter[tuple[str, str]] = collections.Counter()
    for mail in mails(service):
        body = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        for number in range(KILLS):
            if _title(number) in body:
                counts[str(mail["To"]), _title(number)] += 1
    return counts


def test_killed_at_any_moment_everybody_still_gets_everything_once(on_sqlite: Open) -> None:
    service = on_sqlite(clock=utc_now)
    config, rng = service.settings.folder / "config.toml", random.Random(SEED)
    for number in range(PEOPLE):
        subscribe(service, f"p{number:02}@example.org", "核电")
    killed = 0
    for number in range(KILLS):
        put(service, f"{number}.txt", note(_title(number)))
        for command in ("poll", rng.choice(COMMANDS)):
            process = start(config, command)
            process.join(rng.uniform(0.0, 0.5))
            killed += process.is_alive()
            process.kill()
            process.join()
    assert killed > KILLS / 2
    asyncio.run(service.recover())
    asyncio.run(service.poll(everything=True))
    service.process()
    asyncio.run(service.deliver())
    expected = {(f"p{person:02}@example.org", _title(number)) for person in range(PEOPLE) for number in range(KILLS)}
    received = _received(service)
    assert received.keys() == expected
    assert set(received.values()) == {1}
    assert {line.state for line in lines(service)} == {"sent"}
    assert check_accounts(service.database).verdict == "good"
    assert check_database(service.database).verdict == "good"
    with service.database.read() as session:
        assert session.execute(text("SELECT count(*) FROM document WHERE state <> 'read'")).scalar() == 0
        assert session.execute(text("SELECT count(*) FROM article")).scalar() == KILLS
        assert session.execute(text("SELECT count(*) FROM alert")).scalar() == KILLS * PEOPLE


@pytest.mark.parametrize("way", ["evidence", "none", "term"])
def test_fifty_ends_at_random_points_of_a_dialogue_keep_their_promise(way: str) -> None:
    """The short form of benchmarks/kill.py: over SMTP, with the relay's log, without it, and by SIGTERM."""
    script = Path(__file__).resolve().parents[2] / "benchmarks" / "kill.py"
    command = [sys.executable, str(script), "--messages", "1500", "--kills", "50", "--way", way]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "lost 0" in done.stdout


def test_two_that_deliver_at_once_send_nothing_twice(on_sqlite: Open) -> None:
    service = on_sqlite(clock=utc_now)
    for number in range(PEOPLE):
        subscribe(service, f"p{number:02}@example.org", "核电")
    put(service, "a.txt", note(_title(0)))
    asyncio.run(service.poll(everything=True))
    service.process()
    processes = [start(service.settings.folder / "config.toml", "deliver") for _ in range(3)]
    for process in processes:
        process.join(30)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert len(mails(service)) == PEOPLE
    assert [(line.state, len(line.attempts)) for line in lines(service)] == [("sent", 1)] * PEOPLE


RUN = [sys.executable, "-c", "from notifier.cli import main; main()", "run"]


@pytest.fixture
def running() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts `notifier run`; what is still there after the test is killed."""
    started: list[subprocess.Popen[str]] = []

    def start_one(config: Path, *options: str) -> subprocess.Popen[str]:
        command = [*RUN, "-c", str(config), *options]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
        return started[-1]

    yield start_one
    for process in started:
        process.kill()
        process.communicate()


def _until(true: Callable[[], object], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to pass in time"
        time.sleep(0.05)


def _end(process: subprocess.Popen[str], seconds: float) -> str:
    """SIGTERM; it must end well within these seconds. What it said."""
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=seconds)
    assert process.returncode == 0, said
    assert "Traceback" not in said
    return said


Running = Callable[..., subprocess.Popen[str]]
ANY_PORT = '[web]\nlisten = "127.0.0.1:0"'


def test_run_begins_with_one_pass_goes_on_with_what_comes_and_drains_at_sigterm(
    on_sqlite: Open, running: Running
) -> None:
    service = on_sqlite(ANY_PORT, clock=utc_now)
    config = service.settings.folder / "config.toml"
    config.write_text(config.read_text(encoding="utf-8").replace('"1m"', '"1s"'), encoding="utf-8")
    subscribe(service, "a@example.org", "核电")
    put(service, "a.txt", note(_title(0)))
    process = running(config)
    _until(lambda: len(mails(service)) == 1)
    put(service, "b.txt", note(_title(1)))
    _until(lambda: len(mails(service)) == 2)
    said = _end(process, 5)
    assert "source.polled" in said
    assert "message.attempted" in said
    assert [line.state for line in lines(service)] == ["sent", "sent"]


def test_run_on_a_port_that_is_taken_is_one_line_and_nothing_is_done(on_sqlite: Open, running: Running) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        service = on_sqlite(f'[web]\nlisten = "127.0.0.1:{number}"', clock=utc_now)
        subscribe(service, "a@example.org", "核电")
        put(service, "a.txt", note(_title(0)))
        process = running(service.settings.folder / "config.toml")
        _, said = process.communicate(timeout=20)
    assert process.returncode == 2
    assert said.count("\n") == 1
    assert str(number) in said
    assert lines(service) == []


def test_run_with_a_part_that_cannot_be_made_is_one_line_and_the_others_do_not_go_on_alone(
    on_sqlite: Open, running: Running
) -> None:
    service = on_sqlite(ANY_PORT, '[fetch]\nallow_private = ["nonsense"]', clock=utc_now)
    process = running(service.settings.folder / "config.toml")
    _, said = process.communicate(timeout=20)
    assert process.returncode == 2
    assert said.count("\n") == 1
    assert "nonsense" in said


def test_sigterm_does_not_wait_for_a_source_that_hangs(on_sqlite: Open, running: Running) -> None:
    with serving() as site:
        site.hang("/rss.xml", 8)
        source = f'[[sources]]\nname = "慢"\nkind = "feed"\nurl = "{site.url("/rss.xml")}"'
        service = on_sqlite('[fetch]\nallow_private = ["127.0.0.0/8"]', ANY_PORT, source, clock=utc_now)
        process = running(service.settings.folder / "config.toml")
        _until(lambda: site.requests)
        assert "source.failed" not in _end(process, 3)  # it was left, not waited for
