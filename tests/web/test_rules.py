"""My interests: what each page shows, saves and refuses, and to whom."""

import datetime as dt
import re
from collections.abc import Callable

import httpx2
import pytest

from accounts.stored import put
from notifier.accounts.interests import own_rules
from notifier.bootstrap import Service
from notifier.domain import Subscriber
from notifier.storage.rules import StoredRule
from notifier.storage.subscribers import get_subscribers
from notifier.web.rule_form import mark_of
from pipeline.job import subscribe
from web.conftest import form_token, post_form, sign_in

FORM = {
    "text": "",
    "text_was": mark_of(""),
    "chips_were": mark_of(""),
    "mode": "standard",
    "min_score": "0",
    "delivery": "",
}
Enter = Callable[..., Subscriber]


@pytest.fixture
def enter(service: Service, client: httpx2.Client) -> Enter:
    """Signs in somebody with these rules and groups."""

    def sign(*rules: str, groups: tuple[str, ...] = (), address: str = "li@example.org") -> Subscriber:
        number = subscribe(service, address, *rules, groups=groups)
        sign_in(client, service, number)
        with service.database.read() as session:
            return get_subscribers(session, [number])[number]

    return sign


def rules_of(service: Service, who: Subscriber) -> list[StoredRule]:
    return own_rules(service.database, who)


def look(client: httpx2.Client, text: str = "", **fields: object) -> httpx2.Response:
    """What the page's script asks for."""
    headers = {"X-Form-Token": form_token(client, "/rules/new")}
    return client.post("/rules/preview", data=FORM | {"text": text, "do": "text"} | fields, headers=headers)


def visible(html: str) -> str:
    """The text of a page, white space aside."""
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", html))


@pytest.mark.parametrize("path", ["/rules", "/rules/new", "/rules/1", "/rules/topics"])
def test_the_pages_are_for_who_is_signed_in(client: httpx2.Client, path: str) -> None:
    assert client.get(path).headers["location"].startswith("/login")


def test_a_rule_is_written_listed_and_edited(service: Service, client: httpx2.Client, enter: Enter) -> None:
    who = enter()
    sent = FORM | {
        "text": "核电、核能",
        "delivery": "weekly",
        "mode": "loose",
        "rests_until": "2026-04-01",
        "do": "save",
    }
    answer = post_form(client, "/rules/new", **sent)
    (rule,) = rules_of(service, who)
    assert answer.headers["location"] == f"/rules?saved={rule.rule_id}"
    page = client.get("/rules").text
    assert "核电、核能" in page
    assert all(word in visible(page) for word in ("每周摘要", "宽松", "暂停到2026-04-01", "找这样的文章"))
    form = client.get(f"/rules/{rule.rule_id}").text
    assert 'value="weekly" selected' in form
    assert 'value="2026-04-01"' in form
    post_form(
        client, f"/rules/{rule.rule_id}", **(FORM | {"text": "风电", "text_was": mark_of("核电、核能"), "do": "save"})
    )
    (changed,) = rules_of(service, who)
    assert (changed.text, changed.mode, changed.paused_until) == ("风电", "standard", None)


def test_a_wrong_rule_is_not_saved_and_shown_at_its_column(
    service: Service, client: httpx2.Client, enter: Enter
) -> None:
    who = enter()
    answer = post_form(client, "/rules/new", **(FORM | {"text": "核电 AND", "do": "save"}))
    assert answer.status_code == 422
    assert "第4个字" in visible(answer.text)
    assert 'aria-invalid="true"' in answer.text
    assert rules_of(service, who) == []


@pytest.mark.parametrize(
    ("field", "value"), [("delivery", "hourly"), ("rests_until", "soon"), ("min_score", "2"), ("mode", "odd")]
)
def test_a_field_that_no_form_of_ours_sends_is_refused(
    service: Service, client: httpx2.Client, enter: Enter, field: str, value: str
) -> None:
    who = enter()
    answer = post_form(client, "/rules/new", **(FORM | {"text": "核电", "do": "save", field: value}))
    assert answer.status_code == 422
    assert rules_of(service, who) == []
    assert look(client, "核电", **{field: value}).status_code == 422


def test_without_script_the_form_previews_on_submit(service: Service, client: httpx2.Client, enter: Enter) -> None:
    enter()
    put(service, ("核电开工", "正文"), ago=1)
    answer = post_form(client, "/rules/new", **(FORM | {"text": "核电", "do": "preview"}))
    assert answer.status_code == 200
    assert "<mark>核电</mark>开工" in answer.text
    assert 'name="any_of" value="核电"' in answer.text


def test_without_script_chips_become_the_rule(service: Service, client: httpx2.Client, enter: Enter) -> None:
    who = enter()
    sent = FORM | {"any_of": "核电，核能", "none_of": "招聘", "places": "四川"}
    answer = post_form(client, "/rules/new", **(sent | {"do": "chips"}))
    assert ">核电、核能 NOT 招聘 地区:四川</textarea>" in answer.text
    post_form(client, "/rules/new", **(sent | {"do": "save"}))
    assert [rule.text for rule in rules_of(service, who)] == ["核电、核能 NOT 招聘 地区:四川"]


def test_what_was_typed_last_into_the_rule_counts_before_chips(
    service: Service, client: httpx2.Client, enter: Enter
) -> None:
    who = enter()
    sent = FORM | {
        "text": "风电",
        "text_was": mark_of("核电"),
        "chips_were": mark_of("核电"),
        "any_of": "核能",
        "do": "save",
    }
    post_form(client, "/rules/new", **sent)
    assert [rule.text for rule in rules_of(service, who)] == ["风电"]


def test_a_rule_that_chips_cannot_say_says_so(client: httpx2.Client, enter: Enter) -> None:
    enter("标题:核电 NEAR/5 四川")
    page = client.get("/rules/1").text
    assert 'id="not-plain">' in page
    assert 'id="lists" hidden' in page
    assert 'id="not-plain" hidden' in client.get("/rules/new?text=核电").text


def test_a_preview_tells_all_there_is_to_tell(service: Service, client: httpx2.Client, enter: Enter) -> None:
    enter("核电")
    put(service, ("四川核电开工", "正文"), ("推广元宇宙", "推广元宇宙的核电"), ago=1)
    shown = look(client, "核电 四川")
    text = visible(shown.text)
    assert shown.text.lstrip().startswith("<div")
    for said in ("理解为", "最近90天里有1篇", "每周约1.0篇", "标准1篇", "改用话题#核电", "已包含它"):
        assert said in text
    assert 'data-chips="{' in shown.text
    assert "要参" in text
    fault = look(client, "(核电")
    assert 'id="fault"' in fault.text
    assert "data-chips" not in fault.text
    assert "在上面写下" in visible(look(client, " ").text)


def test_an_edit_tells_what_it_gains_and_loses(service: Service, client: httpx2.Client, enter: Enter) -> None:
    enter("核电")
    put(service, ("核电四川", "正文"), ("核电广东", "正文"), ("风电四川", "正文"))
    same, other = (visible(look(client, text, number="1").text) for text in ("核电", "四川"))
    assert "这次修改" not in same
    assert "多收到1篇" in other
    assert "少收到1篇" in other


@pytest.mark.parametrize("text", ["核电", "只在内部", "来源:内参", "/内部[的之]正文/", "标题:内", "内部核电 NOT 公开"])
def test_nothing_of_a_restricted_source_is_seen_by_who_is_outside(
    service: Service, client: httpx2.Client, enter: Enter, text: str
) -> None:
    put(service, ("核电公开", "公开的正文"))
    put(service, ("内部核电机密标题", "只在内部的正文"), source="内参")
    put(service, ("扣留核电标题", "只在内部的正文"), source="内参", marking="机密")
    enter(address="out@example.org")
    for shown in (look(client, text).text, client.get("/rules/new", params={"text": text}).text):
        assert "机密标题" not in shown
        assert "扣留" not in shown
        assert "已有文章" not in visible(shown) or "您看得到的1篇" in visible(shown)
    enter(address="in@example.org", groups=("内部",))
    inside = look(client, text).text
    assert "机密" in visible(inside)
    assert "扣留" not in inside


def test_nobody_opens_changes_or_drops_a_rule_of_another(service: Service, client: httpx2.Client, enter: Enter) -> None:
    owner = enter("核电", address="owner@example.org")
    enter(address="other@example.org")
    assert client.get("/rules/1").status_code == 404
    for path in ("/rules/1", "/rules/1/drop", "/rules/1/take-back"):
        answer = post_form(client, path, at="/rules/new", **(FORM | {"text": "风电", "do": "save"}))
        assert answer.status_code == 404
    assert "核电" not in visible(client.get("/rules?dropped=1&saved=1").text)
    assert "这次修改" not in visible(look(client, "风电", number="1").text)
    assert [rule.text for rule in rules_of(service, owner)] == ["核电"]


def test_a_rule_is_dropped_and_taken_back(service: Service, client: httpx2.Client, enter: Enter) -> None:
    who = enter("核电")
    answer = post_form(client, "/rules/1/drop", at="/rules")
    assert answer.headers["location"] == "/rules?dropped=1"
    assert rules_of(service, who) == []
    assert "已删除“核电”" in client.get("/rules?dropped=1").text
    post_form(client, "/rules/1/take-back", at="/rules?dropped=1")
    assert [rule.text for rule in rules_of(service, who)] == ["核电"]
    assert "已删除" not in client.get("/rules?dropped=1").text


@pytest.mark.parametrize("path", ["/rules/new", "/rules/1", "/rules/1/drop", "/rules/preview", "/rules/topics"])
def test_a_forged_form_changes_nothing(service: Service, client: httpx2.Client, enter: Enter, path: str) -> None:
    who = enter("核电")
    data = FORM | {"text": "风电", "do": "save", "name": "核电"}
    assert client.post(path, data=data).status_code == 403
    token = form_token(client, "/rules/new")
    elsewhere = {"Origin": "https://evil.example", "X-Form-Token": token}
    assert client.post(path, data=data, headers=elsewhere).status_code == 403
    assert [rule.text for rule in rules_of(service, who)] == ["核电"]


def test_a_topic_is_followed_once(service: Service, client: httpx2.Client, enter: Enter) -> None:
    who = enter()
    assert "#核电" in client.get("/rules/topics").text
    for _ in range(2):
        assert post_form(client, "/rules/topics", name="核電").headers["location"] == "/rules?saved=1"
    assert [rule.text for rule in rules_of(service, who)] == ["#核电"]
    assert "已关注" in client.get("/rules/topics").text
    assert post_form(client, "/rules/topics", name="没有的话题").status_code == 404


def test_previews_are_limited_for_each_subscriber(client: httpx2.Client, enter: Enter) -> None:
    enter()
    headers = {"X-Form-Token": form_token(client, "/rules/new")}
    answers = [client.post("/rules/preview", data=FORM, headers=headers).status_code for _ in range(241)]
    assert (answers[0], answers[-1]) == (200, 429)
    enter(address="other@example.org")
    assert look(client).status_code == 200


def test_a_rule_cannot_break_the_page(client: httpx2.Client, enter: Enter) -> None:
    enter()
    for text in ('"><script>alert(1)</script>', "</textarea><b>", "核电\u202e", "\x00核电", "核" * 5_000):
        shown = look(client, text)
        assert shown.status_code in (200, 422)
        assert "<script" not in shown.text
        assert "<b>" not in shown.text
    assert client.get("/rules/new", params={"text": "</textarea><b>"}).text.count("<b>") == 0


def test_a_day_that_has_come_is_no_pause(service: Service, client: httpx2.Client, enter: Enter) -> None:
    who = enter()
    today = service.clock().date()
    post_form(client, "/rules/new", **(FORM | {"text": "核电", "rests_until": str(today), "do": "save"}))
    late = str(today + dt.timedelta(days=5000))
    answer = post_form(client, "/rules/new", **(FORM | {"text": "风电", "rests_until": late, "do": "save"}))
    assert answer.status_code == 422
    assert "十年" in answer.text
    assert [(rule.text, rule.paused_until) for rule in rules_of(service, who)] == [("核电", None)]
