"""What SpamAssassin says of every kind of mail that we send, in both languages.

python benchmarks/spam.py [--rules]     needs Debian's spamassassin; it looks nothing up (-L); at most 0.5 each
"""

import datetime as dt
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator

from notifier.domain import Article, Entry, Frozen, Hit, Letter, MessageKind, Paragraph, Point, Reason, Recipient
from notifier.rendering import Renderer, assemble
from notifier.rendering.samples import LETTERS, NOTICES
from notifier.resources import resource

GOAL = 0.5  # points; a mail is called spam from 5 on
LANGUAGES = ("zh-CN", "en")
SENDER = "要参速递 <alerts@bulletins.test>"
RECEIVED = (
    "Return-Path: <bounces+0123abcd-proof@bulletins.test>\n"
    "Received: from mail.bulletins.test (mail.bulletins.test [93.184.216.34])\n"
    "\tby mx.reader.test (Postfix) with ESMTPS id 4XyZ\n"
    "\tfor <li@reader.test>; {}\n"
)


def full_of_hits(number: int) -> Entry:
    """An article in which a term stands in every sentence: many marks, as wide rules make them."""
    said = "云岭市低空物流试点进展顺利，有关单位加强低空物流协调。" * 5
    body = (Paragraph(said), *(Point(at, "完善低空物流网络", said) for at in range(1, 5)))
    article = Article(title="低空物流试点进展", body=body, section="要情", bulletin="样例要参", source="样例")
    found = re.finditer("低空物流", article.text)
    hits = tuple(Hit("body", one.start(), one.end(), one[0], one[0]) for one in found)
    return Entry(id=str(number), article=article, reasons=(Reason("低空物流", hits, 0.9),), position=number)


def mails() -> Iterator[tuple[str, bytes]]:
    """(kind, bytes) of one mail of each kind."""
    renderer = Renderer(resource("templates"))
    dense = (Letter(MessageKind.ALERT, tuple(map(full_of_hits, range(count)))) for count in (1, 4, 20))
    for letter in (*LETTERS, *dense):
        yield _name(letter), _mail(renderer.letter(letter), personal=True)
    for language in LANGUAGES:
        for name, values in NOTICES.items():
            yield f"{name} {language}", _mail(renderer.notice(name, language, **values), personal=False)


def _name(letter: Letter) -> str:
    return f"{letter.kind.value} of {len(letter.entries)} {letter.language}"


def _mail(frozen: Frozen, *, personal: bool) -> bytes:
    """As a reader's server gets it, just now."""
    now = dt.datetime.now(dt.UTC)
    recipient = Recipient(
        address="li@reader.test",
        message_id="0123456789abcdef0123456789abcdef@bulletins.test",
        date=now,
        unsubscribe_url="https://bulletins.test/unsubscribe/u.1.1.abcdefghijklmnopqrstuv" if personal else "",
        feed_url="https://bulletins.test/feeds/f.1.1.abcdefghijklmnopqrstuv.rss" if personal else "",
    )
    content = assemble(frozen, recipient, sender=SENDER, list_id="要参速递 <alerts.bulletins.test>")
    return RECEIVED.format(f"{now:%a, %d %b %Y %H:%M:%S} +0000").encode() + content.replace(b"\r\n", b"\n")


def judged(mail: bytes) -> tuple[float, list[str]]:
    """The score, and the rules that count for something with their points."""
    done = subprocess.run(["spamassassin", "-L", "-t"], input=mail, capture_output=True, check=True)
    said = done.stdout.decode("utf-8", "replace")
    score = re.search(r"^X-Spam-Status: .*?score=(-?[\d.]+)", said, re.MULTILINE)
    assert score is not None, said[:2000]
    rules = re.findall(r"^\s*(-?\d+\.\d+)\s+([A-Z][A-Z0-9_]+)\s", said.rpartition("Content analysis details")[2], re.M)
    return float(score[1]), [f"{name} {points}" for points, name in rules if float(points)]


def main() -> int:
    if not shutil.which("spamassassin"):
        print("spamassassin is not installed (Debian: apt-get install spamassassin): nothing was measured")
        return 0
    worst = 0.0
    for name, mail in mails():
        score, rules = judged(mail)
        worst = max(worst, score)
        print(f"{name:<22} {len(mail):>7} bytes {score:>6.1f}  {', '.join(rules)}", flush=True)
    print(f"worst {worst:.1f}, goal {GOAL}")
    return 0 if worst <= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
