"""Invented articles for golden files. `python -m rendering.fiction`, in tests/, writes those files anew."""

import datetime as dt
from pathlib import Path

from notifier.domain import (
    Article,
    Certainty,
    Entry,
    Feed,
    Hit,
    Letter,
    MessageKind,
    Paragraph,
    Point,
    Reason,
    Recipient,
)
from notifier.rendering import Renderer, assemble
from notifier.resources import resource

DATA = Path(__file__).resolve().parents[1] / "data" / "rendering"
SENDER = "云岭要参速递 <alerts@example.org>"
LIST_ID = "alerts.example.org"
EAST8 = dt.timezone(dt.timedelta(hours=8))
NOW = dt.datetime(2031, 5, 6, 9, 30, tzinfo=EAST8)
FORMATS = ("rss", "atom", "json")

FIRST = Article(
    title="云岭市出台“星桥计划”支持低空物流",
    body=(
        Paragraph("近日，云岭市印发《“星桥计划”实施方案（2031—2033 年）》，支持低空物流发展。"),
        Point(1, "建设低空物流网络", "到 2033 年建成起降点 120 个；每个区县不少于 4 个。"),
        Point(2, "强化金融支持", "设立规模 5 亿元的专项基金，引导银行开发科技保险等产品。"),
        Point(3, "完善保障", "组建专家委员会。"),
    ),
    section="省内要情",
    bulletin="云岭创新要参",
    source="云岭",
    byline="云岭市科技局",
)
SECOND = Article(
    title="两部门发布深海装备标准 <试行> & 解读",
    body="近日，两部门发布标准。\n\n标准含 <b>12</b> 项指标，\n涉及深海装备全过程。",
    section="部委动态",
    bulletin="云岭创新要参",
    source="云岭",
    url="https://example.org/a?id=7&part=深海",
)
THIRD = Article(
    title="青屿港启用无人堆场",
    body="青屿港启用无人堆场。吞吐量预计提高四成。",
    source="青屿港务",
    url="javascript:alert(1)",
    published_at=NOW - dt.timedelta(days=1),
)


def hits(field: str, text: str, term: str, certainty: Certainty = "certain") -> tuple[Hit, ...]:
    """Every place where the term stands."""
    places = (at for at in range(len(text)) if text.startswith(term, at))
    return tuple(Hit(field, at, at + len(term), term, term, certainty) for at in places)


def entry(article: Article, *terms: str, position: int = 0, **facts: object) -> Entry:
    """One reason a term, with its hits in body and title."""
    reasons = tuple(
        Reason(term, hits("body", article.text, term) + hits("title", article.title, term), 0.5) for term in terms
    )
    known = {"id": f"urn:uuid:00000000-0000-4000-8000-{position:012d}", "alerted_at": NOW, **facts}
    return Entry(article=article, reasons=reasons, position=position, **known)  # type: ignore[arg-type]


ISSUE = {"issue": "12", "date": dt.date(2031, 5, 5), "original": "12.txt", "bulletin_id": 3}
DOUBTFUL = Reason("保险", hits("body", FIRST.text, "保险", "likely"), 0.2)
ENTRIES = (
    entry(THIRD, "青屿港", position=9, bulletin_id=4, alerted_at=NOW - dt.timedelta(hours=1)),
    Entry(
        id="urn:uuid:00000000-0000-4000-8000-000000000002",
        article=FIRST,
        reasons=(DOUBTFUL, *entry(FIRST, "低空物流").reasons),
        position=2,
        alerted_at=NOW,
        **ISSUE,  # type: ignore[arg-type]
    ),
    entry(SECOND, "深海装备", position=1, **ISSUE),
)
ALERT = Letter(MessageKind.ALERT, ENTRIES[1:2], service="云岭要参速递")
DIGEST = Letter(MessageKind.DIGEST, ENTRIES, service="云岭要参速递", local_date=dt.date(2031, 5, 6))
FEED = Feed(
    id="urn:uuid:00000000-0000-4000-8000-00000000000f",
    title="我的云岭要参",
    self_url="https://example.org/feeds/token?x=1&y=2",
    home_url="https://example.org/",
    updated=NOW,
    entries=ENTRIES,
)
RECIPIENT = Recipient(
    address="reader@example.org",
    message_id="20310506.1.7f3a@example.org",
    date=NOW,
    unsubscribe_url="https://example.org/u/" + "t0ken-" * 20 + "?a=1&b=2",
    feed_url="https://example.org/feeds/token.rss?a=1&b=2",
)


def golden() -> dict[str, bytes]:
    """File name -> what it is to hold."""
    renderer = Renderer(resource("templates"))
    files: dict[str, bytes] = {}
    for name, letter in (("alert", ALERT), ("digest", DIGEST)):
        frozen = renderer.letter(letter)
        files |= {f"{name}.html": frozen.html.encode(), f"{name}.txt": f"{frozen.subject}\n\n{frozen.text}".encode()}
    files["alert.eml"] = assemble(renderer.letter(ALERT), RECIPIENT, sender=SENDER, list_id=LIST_ID)
    return files | {f"feed.{format}": renderer.feed(FEED, format) for format in FORMATS}  # noqa: A001


if __name__ == "__main__":
    for name, content in golden().items():
        (DATA / name).write_bytes(content)
