"""Sending, beside rss2email: mails of 17.8 KB a second to the same sink, as a ratio of Postfix's smtp-source.

    python benchmarks/sending_rss2email.py [--messages 300] [--postfix FOLDER]

rss2email is installed into a temporary virtual environment (the network is needed for that); where it cannot be, that
is said and nothing is measured. It reads a feed of as many entries as there are messages and sends each as a mail.
"""

import argparse
import multiprocessing
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

from sending import HOST, LINE, SIZE, Postfix, free_port, own_sink, running

NAME = "rss2email"
CONFIG = """\
[DEFAULT]
from = alerts@example.org
to = b@example.org
force-from = True
email-protocol = smtp
smtp-server = {host}:{port}
smtp-auth = False
smtp-ssl = False
html-mail = False
verbose = error

[feed.news]
url = {feed}
"""


def installed(folder: Path) -> Path | None:
    """Its command, in an environment of its own. None where it cannot be installed."""
    venv.create(folder, with_pip=True)
    done = subprocess.run([folder / "bin/pip", "install", "-q", NAME], capture_output=True, text=True)
    if done.returncode:
        print(f"{NAME}: skipped, it cannot be installed ({(done.stderr.strip().splitlines() or ['?'])[-1][:100]})")
        return None
    return folder / "bin" / "r2e"


def feed_of(messages: int) -> str:
    text = LINE * (SIZE // len(LINE.encode()))
    items = "".join(
        f"<item><guid>urn:{n}</guid><title>第{n}篇</title><link>https://example.org/{n}</link>"
        f"<description>{text}</description></item>"
        for n in range(messages)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>要参</title>{items}</channel></rss>'


def seconds_of(command: Path, place: Path, port: int, messages: int) -> float:
    feed, config, data = (place / name for name in ("feed.xml", "config.cfg", "data.json"))
    feed.write_text(feed_of(messages), encoding="utf-8")
    config.write_text(CONFIG.format(host=HOST, port=port, feed=feed), encoding="utf-8")
    start = time.perf_counter()
    subprocess.run([command, "-c", config, "-d", data, "run"], check=True)
    seconds = time.perf_counter() - start
    sent = data.read_text(encoding="utf-8").count('"urn:')
    if sent < messages:
        raise SystemExit(f"{NAME} has sent {sent} of {messages} messages")
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=300)
    parser.add_argument("--postfix", type=Path, help="folder that Debian's postfix was unpacked into")
    options = parser.parse_args()
    postfix, port = Postfix(options.postfix), free_port()
    sink = postfix.sink(port) if postfix.sbin else multiprocessing.Process(target=own_sink, args=(port,))
    if isinstance(sink, multiprocessing.Process):
        sink.start()
    with tempfile.TemporaryDirectory() as folder, running(sink, port):
        command = installed(Path(folder) / "venv")
        if command is None:
            return
        rate = options.messages / seconds_of(command, Path(folder), port, options.messages)
        print(f"{NAME:<14} {rate:8.0f} messages/s")
        if postfix.sbin is None:
            print("smtp-source: skipped, Postfix is not installed (--postfix FOLDER)")
            return
        start = time.perf_counter()
        postfix.source(port, 20 * options.messages, 10)
        base = 20 * options.messages / (time.perf_counter() - start)
        print(f"{'smtp-source':<14} {base:8.0f} messages/s\n{NAME} is {rate / base:.4f} of it")


if __name__ == "__main__":
    sys.exit(main())
