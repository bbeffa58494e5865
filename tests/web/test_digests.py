"""The link to the rest of a digest leads to all of that digest, and to nothing of anybody else's."""

import asyncio
import datetime as dt
import re

import httpx2
import pytest

from conftest import Clock
from notifier.accounts.subscribers import set_groups
from notifier.bootstrap import Service
from notifier.bootstrap.running import web_parts
from notifier.config import ServiceSettings, Settings
from notifier.web.app import make_app
from pipeline.job import mails, note, put, subscribe
from web.conftest import serving

COUNT = 9  # articles, of which the digest shows three


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"service": ServiceSettings(digest_limit=3)})


def _digest(service: Service, clock: Clock) -> str:
    """The link in the mail of a digest of a@example.org; somebody else gets the same as it comes."""
    subscribe(service, "a@example.org", "核电", delivery="daily", groups=["内部"])
    subscribe(service, "b@example.org", "核电")
    for number in range(COUNT):
        put(service, f"{number}.txt", note(f"核电项目{number}号开工"), folder="restricted" if number == 7 else "inbox")
    asyncio.run(service.poll(everything=True))
    service.process()
    clock.now = dt.datetime(2026, 3, 17, 0, 0, tzinfo=dt.UTC)
    asyncio.run(service.deliver())
    mail = next(one for one in mails(service) if str(one["To"]) == "a@example.org")
    part = mail.get_body(("html",))
    assert part is not None
    found = re.search(
        r'href="http://127\.0\.0\.1:8000(/feeds/[^"]+/2026-03-17)"[^>]*>查看本期全部 9 篇', part.get_content()
    )
    assert found is not None
    return found[1]


def test_the_rest_of_a_digest_is_one_click_away(service: Service, clock: Clock) -> None:
    link = _digest(service, clock)
    with serving(make_app(web_parts(service))) as client:
        answer = client.get(link)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/xml; charset=utf-8")
        assert _numbers(answer) == set(range(COUNT))
        for kind in ("atom", "json"):
            assert "核电项目8号开工" in client.get(link.replace(".rss/", f".{kind}/")).text
        for wrong in (link.replace("03-17", "03-16"), link.replace("2026-03-17", "x"), "/feeds/x.rss/2026-03-17"):
            assert client.get(wrong).status_code == 404
        set_groups(service.database, "a@example.org", [], now=clock())
        assert _numbers(client.get(link)) == set(range(COUNT)) - {7}


def _numbers(answer: httpx2.Response) -> set[int]:
    return {int(number) for number in re.findall(r"<title>核电项目(\d+)号开工</title>", answer.text)}
