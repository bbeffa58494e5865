"""My rules: the list, the form with its preview, what is dropped and taken back."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException
from starlette.responses import Response

from notifier.accounts.interests import (
    drop_rule,
    dropped_rule,
    own_rule,
    own_rules,
    rest_day,
    save_draft,
    take_back,
    weekly_alerts,
)
from notifier.domain import MODES, Schedule, Subscriber
from notifier.errors import InputError, RuleError
from notifier.matching import describe_rule
from notifier.matching.language.chips import rule_of
from notifier.rendering.charts import bar_chart
from notifier.storage.rules import StoredRule
from notifier.web.rule_form import LISTS, LONGEST, RuleFields, fields_of, look, mark_of
from notifier.web.site import CHECKED, Guest, Id, Me, Site, SiteOf
from notifier.web.visitor import Visitor

router = APIRouter()
Sent = Annotated[RuleFields, Form()]
SCORES = (0.0, 0.3, 0.5, 0.7)


@router.get("/rules")
def show(site: SiteOf, visitor: Guest, me: Me, dropped: int = 0, saved: int = 0) -> Response:
    weeks = weekly_alerts(site.database, me, now=site.clock())
    rules = [_listed(rule, me, visitor, site.clock(), weeks) for rule in own_rules(site.database, me)]
    gone = dropped_rule(site.database, me, dropped) if dropped else None
    kept = own_rule(site.database, me, saved) if saved else None
    return site.page(visitor, "rules/list", rules=rules, dropped=gone, saved=kept)


def _listed(
    rule: StoredRule, me: Subscriber, visitor: Visitor, now: dt.datetime, weeks: Mapping[int, Sequence[int]]
) -> dict[str, Any]:
    """`said` is "" for a rule that has become unusable; the form says why."""
    try:
        said = describe_rule(rule.text, visitor.language)
    except RuleError:
        said = ""
    chart = bar_chart(weeks[rule.rule_id]) if rule.rule_id in weeks else None
    listed = {"rule": rule, "said": said, "delivery": rule.delivery or me.delivery, "rests": rest_day(rule, me, now)}
    return listed | {"chart": chart}


@router.get("/rules/new")
def new(site: SiteOf, visitor: Guest, me: Me, text: str = "") -> Response:
    return _form(site, visitor, me, RuleFields(text=text[:LONGEST], do="text"), None)


@router.post("/rules/new", dependencies=CHECKED)
def add(site: SiteOf, visitor: Guest, me: Me, sent: Sent) -> Response:
    return _sent(site, visitor, me, sent.model_copy(update={"number": None}), None)


@router.post("/rules/preview", dependencies=CHECKED)
def preview(site: SiteOf, visitor: Guest, me: Me, sent: Sent) -> Response:
    """The part of the page that changes while somebody types. It changes nothing else."""
    rule = own_rule(site.database, me, sent.number) if sent.number else None
    return site.page(visitor, "rules/preview", **look(site, visitor, me, sent, rule))


@router.get("/rules/{number}")
def edit(site: SiteOf, visitor: Guest, me: Me, number: Id, text: str = "") -> Response:
    """`text`: a wording that was proposed, to be gone on with."""
    rule = _theirs(site, me, number)
    fields = fields_of(rule, me, site.clock())
    changed = {"text": text[:LONGEST], "do": "text"} if text else {}
    return _form(site, visitor, me, fields.model_copy(update=changed), rule)


@router.post("/rules/{number}", dependencies=CHECKED)
def change(site: SiteOf, visitor: Guest, me: Me, number: Id, sent: Sent) -> Response:
    return _sent(site, visitor, me, sent.model_copy(update={"number": number}), _theirs(site, me, number))


@router.post("/rules/{number}/drop", dependencies=CHECKED)
def drop(site: SiteOf, visitor: Guest, me: Me, number: Id) -> Response:
    if not drop_rule(site.database, me, number):
        raise HTTPException(404)
    return site.go(visitor, f"/rules?dropped={number}")


@router.post("/rules/{number}/take-back", dependencies=CHECKED)
def undo(site: SiteOf, visitor: Guest, me: Me, number: Id) -> Response:
    if not take_back(site.database, me, number, now=site.clock()):
        raise HTTPException(404)
    return site.go(visitor, f"/rules?saved={number}")


def _theirs(site: Site, me: Subscriber, number: int) -> StoredRule:
    rule = own_rule(site.database, me, number)
    if rule is None:
        raise HTTPException(404)
    return rule


def _sent(site: Site, visitor: Visitor, me: Subscriber, sent: RuleFields, rule: StoredRule | None) -> Response:
    """Saved, where the button says so and it can be; else the form again, with what was sent."""
    if sent.do != "save":
        return _form(site, visitor, me, sent, rule)
    try:
        number = save_draft(
            site.database,
            me,
            sent.draft(),
            number=sent.number,
            topics=site.previewer.topics,
            language=visitor.language,
            now=site.clock(),
        )
    except InputError as error:
        problem = "" if isinstance(error, RuleError) else visitor.say(error)
        return _form(site, visitor, me, sent, rule, status=422, problem=problem)
    if number is None:
        raise HTTPException(404)
    return site.go(visitor, f"/rules?saved={number}")


def _form(
    site: Site,
    visitor: Visitor,
    me: Subscriber,
    fields: RuleFields,
    rule: StoredRule | None,
    *,
    status: int = 200,
    problem: str = "",
) -> Response:
    try:
        shown = look(site, visitor, me, fields, rule)
    except InputError as error:
        status, problem = 422, visitor.say(error)
        fields = fields.model_copy(update={"delivery": "", "rests_until": ""})
        shown = look(site, visitor, me, fields, rule)
    return site.page(
        visitor,
        "rules/edit",
        status=status,
        problem=problem,
        fields=fields,
        lists=LISTS,
        text_was=mark_of(shown["text"]),
        chips_were=mark_of(rule_of(shown["chips"])),
        rule=rule,
        modes=MODES,
        schedules=tuple(Schedule),
        scores=sorted({*SCORES, fields.min_score}),
        tomorrow=(site.clock() + dt.timedelta(days=1)).date(),
        **shown,
    )
