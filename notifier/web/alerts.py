"""我的提醒: all that a subscriber was alerted of, their notes on it, and what to do about what was irrelevant."""

from typing import Annotated
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, HTTPException, Query
from starlette.responses import Response

from notifier.accounts.interests import own_rules
from notifier.accounts.my_alerts import MyAlert, my_alert, my_alerts, note_alert, words_of
from notifier.accounts.narrowing import narrow, propose
from notifier.accounts.rules import parse_min_score, parse_mode
from notifier.domain import Subscriber
from notifier.errors import InputError
from notifier.rendering.reading import AlertView, alert_view
from notifier.storage.alert_list import Mark, Wanted
from notifier.storage.rules import Wording
from notifier.web.site import CHECKED, Guest, Id, Me, Site, SiteOf, own_path
from notifier.web.visitor import Visitor

router = APIRouter()
SHOWN = ("", "unread", Mark.SAVED, Mark.IRRELEVANT)
Text = Annotated[str, Form(max_length=10_000)]
Number = Annotated[int, Query(ge=0, lt=2**62)]


@router.get("/alerts")
def listed(
    site: SiteOf,
    visitor: Guest,
    me: Me,
    q: Annotated[str, Query(max_length=200)] = "",
    show: Annotated[str, Query(max_length=20)] = "",
    rule: str = "",
    before: Number = 0,
) -> Response:
    show, of_rule = show if show in SHOWN else "", int(rule) if rule.isdecimal() and len(rule) < 18 else 0
    mark = Mark(show) if show in list(Mark) else None
    wanted = Wanted(mark, unread=show == "unread", rule_id=of_rule, before=before)
    page = my_alerts(site.database, me, wanted, words=words_of(q))
    asked = {name: value for name, value in (("q", q), ("show", show), ("rule", of_rule)) if value}
    return site.page(
        visitor,
        "alerts",
        alerts=[_view(one, visitor, me) for one in page.alerts],
        older=urlencode(asked | {"before": page.older}) if page.older else "",
        here="/alerts?" + urlencode(asked | ({"before": before} if before else {})),
        asked={"q": q, "show": show, "rule": of_rule, "before": before},
        rules=own_rules(site.database, me),
    )


def _view(one: MyAlert, visitor: Visitor, me: Subscriber) -> AlertView:
    at = one.listed.created_at.astimezone(ZoneInfo(me.timezone))
    return alert_view(one.listed.id, one.entry, visitor.language, at=at, marks=one.listed.marks, carried=one.carried)


@router.post("/alerts/{alert_id}/note", dependencies=CHECKED)
def note(
    site: SiteOf, visitor: Guest, me: Me, alert_id: Id, mark: Text = "", on: Text = "", back: Text = "/alerts"
) -> Response:
    """Marks it; who found it irrelevant is shown how the rule could leave it out."""
    if mark not in list(Mark):
        raise HTTPException(422)
    _theirs(site, me, alert_id)
    note_alert(site.database, me, alert_id, Mark(mark), on=on == "yes", now=site.clock())
    unwanted = mark == Mark.IRRELEVANT and on == "yes"
    return site.go(visitor, f"/alerts/{alert_id}/narrow" if unwanted else own_path(back))


def _theirs(site: Site, me: Subscriber, alert_id: int) -> MyAlert:
    """404 where it is not theirs."""
    try:
        return my_alert(site.database, me, alert_id)
    except InputError as error:
        raise HTTPException(404) from error


@router.get("/alerts/{alert_id}/narrow")
def look(site: SiteOf, visitor: Guest, me: Me, alert_id: Id) -> Response:
    return _narrow_page(site, visitor, me, alert_id)


@router.post("/alerts/{alert_id}/narrow", dependencies=CHECKED)
def take(
    site: SiteOf,
    visitor: Guest,
    me: Me,
    alert_id: Id,
    rule_id: Annotated[int, Form()],
    text: Text,
    mode: Text = "standard",
    min_score: Text = "0",
) -> Response:
    """The rule is as proposed from the next article on."""
    try:
        wording = Wording(text, parse_mode(mode), parse_min_score(min_score))
        narrow(site.database, me, rule_id, wording, topics=site.topics(), now=site.clock())
    except InputError as error:
        return _narrow_page(site, visitor, me, alert_id, problem=visitor.say(error))
    return _narrow_page(site, visitor, me, alert_id, changed=text)


def _narrow_page(
    site: Site, visitor: Visitor, me: Subscriber, alert_id: int, *, problem: str = "", changed: str = ""
) -> Response:
    alert = _theirs(site, me, alert_id)
    proposals = [] if changed else propose(site.database, me, alert_id, bench=site.previewer.bench(), now=site.clock())
    view, status = _view(alert, visitor, me), 422 if problem else 200
    return site.page(
        visitor, "narrow", status=status, alert=view, proposals=proposals, problem=problem, changed=changed
    )
