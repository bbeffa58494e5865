"""我的提醒: all that a subscriber was alerted of, their notes on it, and what to do about what was irrelevant."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, HTTPException, Query
from starlette.responses import Response

from notifier.accounts.my_alerts import my_alert, my_alerts, note_alert, words_of
from notifier.accounts.narrowing import propose
from notifier.accounts.rules import my_rules
from notifier.errors import InputError
from notifier.rendering.reading import alert_view
from notifier.storage.alert_list import Mark, Wanted
from notifier.web.site import CHECKED, Guest, Me, Site, SiteOf, own_path

router = APIRouter()
SHOWN = ("", "unread", "saved", "irrelevant")
Text = Annotated[str, Form(max_length=4000)]


@router.get("/alerts")
def listed(
    site: SiteOf,
    visitor: Guest,
    me: Me,
    q: Annotated[str, Query(max_length=200)] = "",
    show: Annotated[str, Query(max_length=20)] = "",
    rule: Annotated[int, Query(ge=0, le=2**62)] = 0,
    before: Annotated[int, Query(ge=0, le=2**62)] = 0,
) -> Response:
    mark = Mark(show) if show in (Mark.SAVED, Mark.IRRELEVANT) else None
    wanted = Wanted(mark, show == "unread", rule, before=before)
    page = my_alerts(site.database, me, wanted, words=words_of(q))
    asked = {name: value for name, value in (("q", q), ("show", show), ("rule", rule or "")) if value}
    return site.page(
        visitor,
        "alerts",
        alerts=[alert_view(one, visitor.language) for one in page.alerts],
        older=urlencode(asked | {"before": page.older}) if page.older else "",
        here="/alerts?" + urlencode(asked | ({"before": before} if before else {})),
        asked={"q": q, "show": show if show in SHOWN else "", "rule": rule, "before": before},
        rules=my_rules(site.database, me.id),
    )


@router.post("/alerts/{alert_id}/note", dependencies=CHECKED)
def note(
    site: SiteOf, visitor: Guest, me: Me, alert_id: int, mark: Text = "", on: Text = "", back: Text = "/alerts"
) -> Response:
    """Marks it; who found it irrelevant is shown how the rule could leave it out."""
    if mark not in list(Mark):
        raise HTTPException(422)
    try:
        note_alert(site.database, me, alert_id, Mark(mark), on=on == "yes", now=site.clock())
    except InputError as error:
        raise HTTPException(404) from error
    unwanted = mark == Mark.IRRELEVANT and on == "yes"
    return site.go(visitor, f"/alerts/{alert_id}/narrow" if unwanted else own_path(back))


@router.get("/alerts/{alert_id}/narrow")
def narrow(site: SiteOf, visitor: Guest, me: Me, alert_id: int) -> Response:
    return _narrow_page(site, visitor, me, alert_id)


def _narrow_page(site: Site, visitor: Guest, me: Me, alert_id: int, *, problem: str = "") -> Response:
    try:
        alert = my_alert(site.database, me, alert_id)
    except InputError as error:
        raise HTTPException(404) from error
    proposals = propose(site.database, me, alert_id, topics=site.topics(), now=site.clock())
    return site.page(
        visitor,
        "narrow",
        status=422 if problem else 200,
        alert=alert_view(alert, visitor.language),
        proposals=proposals,
        rules={rule.rule_id: rule.text for rule in my_rules(site.database, me.id)},
        problem=problem,
    )
