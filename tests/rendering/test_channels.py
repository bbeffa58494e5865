"""What channels other than mail carry: the same inputs, the same bytes; nobody's address in it."""

import datetime as dt
import json

from notifier.domain import Article, Entry, Hit, Letter, MessageKind, Reason, Recipient
from notifier.rendering import ChannelLetters, pack, sample_letter, unpack_text

WHEN = dt.datetime(2026, 3, 16, 4, 0, tzinfo=dt.UTC)
TO = Recipient("li@example.org", "abc@example.org", WHEN, "https://x.org/u/1", "https://x.org/feeds/tok.rss")


def _entry(number: int = 1, body: str = "核电项目今日开工。", url: str = "https://x.org/a") -> Entry:
    article = Article(title=f"核电项目{number}期开工", body=body, source="科技厅", url=url)
    return Entry(f"id-{number}", article, (Reason("核电", (Hit("body", 0, 2, "核电", "核电", "certain"),), 0.8),))


def _letter(*entries: Entry) -> Letter:
    return Letter(MessageKind.ALERT, entries or (_entry(),))


def test_a_webhook_gets_data_with_the_reasons_of_each_article() -> None:
    frozen = ChannelLetters("webhook").letter(_letter(_entry(), _entry(2, body="文" * 20_000, url="javascript:x")))
    content = pack("webhook", MessageKind.ALERT, frozen, TO)
    said = json.loads(content)
    assert (said["type"], said["timestamp"]) == ("message.alert", WHEN.isoformat())
    first, second = said["data"]["articles"]
    assert first["reasons"] == [{"rule": "核电", "hits": ["核电"]}]
    assert (first["url"], second["url"]) == ("https://x.org/a", "")
    assert (len(second["text"]), second["partial"]) == (8_000, True)
    assert b"li@example.org" not in content
    assert b"/u/1" not in content
    assert pack("webhook", MessageKind.ALERT, frozen, TO) == content


def test_a_chat_gets_title_place_reason_and_link_and_no_link_to_unsubscribe_its_owner() -> None:
    frozen = ChannelLetters("dingtalk").letter(_letter(_entry(), _entry(2)))
    title, text = unpack_text(pack("dingtalk", MessageKind.ALERT, frozen, TO))
    assert title == "核电项目1期开工 等 2 篇"
    assert text.split("\n\n")[0].split("\n") == [
        "【核电】核电项目1期开工", "科技厅", "核电项目今日开工。", "https://x.org/a"
    ]  # fmt: skip
    assert "/u/1" not in text
    assert "tok" not in text


def test_a_hub_gets_the_addresses_of_the_feed_and_nothing_of_the_news() -> None:
    frozen = ChannelLetters("websub").letter(_letter())
    content = pack("websub", MessageKind.ALERT, frozen, TO).decode()
    assert content.startswith("hub.mode=publish&hub.url=https%3A%2F%2Fx.org%2Ffeeds%2Ftok.rss&")
    assert "tok.atom" in content
    assert "tok.json" in content


def test_notices_are_of_one_line_each_whatever_they_quote() -> None:
    frozen = ChannelLetters("wecombot").notice("渠道\r\n坏了", ["webhook：410\nX: y"])
    assert unpack_text(pack("wecombot", MessageKind.NOTICE, frozen, TO)) == ("渠道 坏了", "webhook：410 X: y")
    data = json.loads(ChannelLetters("webhook").notice("a", ["b", "c"]).text)
    assert data == {"kind": "notice", "subject": "a", "text": "b\nc"}


def test_a_chat_is_told_how_long_there_is_until_when_and_of_what() -> None:
    said = ChannelLetters("dingtalk").letter(sample_letter(MessageKind.REMINDER, "zh-CN", "样例"))
    assert said.subject.startswith("【提醒】还有 3 天申报截止：")
    assert "2026年3月5日（星期四）" in said.text
    assert "https://example.org/a?b=1&c=2" in said.text
