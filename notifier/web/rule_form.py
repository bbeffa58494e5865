"""The form of a rule: what it sends, and what the preview says of that. The text of the rule is what counts."""

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from fastapi import HTTPException
from limits import parse
from pydantic import BaseModel, Field

from notifier.accounts.catch import Catch
from notifier.accounts.interests import Draft, asked_of, own_rules, rest_day
from notifier.accounts.judging import Caught
from notifier.accounts.rule_help import Asked
from notifier.domain import Mode, Schedule, Subscriber
from notifier.errors import InputError, RuleError
from notifier.matching.advice.lint import Remark
from notifier.matching.language.chips import Chips, chips_of, rule_of
from notifier.rendering import CaughtView, caught_view
from notifier.rendering.labels import is_english
from notifier.storage.rules import StoredRule
from notifier.web.site import Site
from notifier.web.visitor import Visitor

LISTS = ("any_of", "all_of", "none_of", "sections", "places")
LONGEST = 12_000  # characters: more than a rule may have, so that the parser can say so
_LINE = 4_000
MOST_LOOKS = parse("240/minute")  # of one subscriber: four a second, faster than anybody types


def mark_of(text: str) -> str:
    """What tells a long text from another, white space at its ends aside."""
    return hashlib.blake2b(text.strip().encode("utf-8", "replace"), digest_size=8).hexdigest()


class RuleFields(BaseModel):
    """As sent. `text_was` and `chips_were` are marks of what the page showed; `use` is a rule that was proposed."""

    text: str = Field("", max_length=LONGEST)
    text_was: str = Field("", max_length=20)
    chips_were: str = Field("", max_length=20)
    any_of: str = Field("", max_length=_LINE)
    all_of: str = Field("", max_length=_LINE)
    none_of: str = Field("", max_length=_LINE)
    sections: str = Field("", max_length=_LINE)
    places: str = Field("", max_length=_LINE)
    mode: Mode = "standard"
    min_score: float = Field(0.0, ge=0, le=1)
    delivery: str = Field("", max_length=20)
    rests_until: str = Field("", max_length=20)
    do: str = Field("preview", max_length=20)
    use: str = Field("", max_length=LONGEST)
    number: int | None = None

    @property
    def chips(self) -> Chips:
        return Chips.typed(**{name: getattr(self, name) for name in LISTS})

    def rule(self) -> str:
        """The text that is meant: what was proposed and taken; the chips, where they were changed and it was not."""
        if self.use:
            return self.use
        written = rule_of(self.chips)
        changed = mark_of(written) != self.chips_were and mark_of(self.text) == self.text_was
        return written if self.do == "chips" or (changed and self.do != "text") else self.text

    def draft(self) -> Draft:
        """InputError where a field is wrong."""
        try:
            delivery = Schedule(self.delivery) if self.delivery else None
            day = dt.date.fromisoformat(self.rests_until) if self.rests_until else None
        except ValueError as error:
            raise InputError(
                "提醒方式或日期不对，请重新选择", "delivery or date cannot be read: choose again"
            ) from error
        return Draft(self.rule(), self.mode, self.min_score, delivery, day)


def fields_of(rule: StoredRule, subscriber: Subscriber, now: dt.datetime) -> RuleFields:
    """A rule that is in force, as its form shows it."""
    day = rest_day(rule, subscriber, now)
    return RuleFields(
        text=rule.text,
        mode=rule.mode,
        min_score=rule.min_score,
        delivery=rule.delivery or "",
        rests_until=day.isoformat() if day else "",
        number=rule.rule_id,
    )


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a rule cannot be understood: before it, the character at it, behind it."""

    message: str
    hint: str
    column: int
    before: str
    at: str
    after: str

    @classmethod
    def of(cls, text: str, error: RuleError) -> "Fault":
        at = error.position
        return cls(error.message, error.hint, at + 1, text[:at], text[at : at + 1], text[at + 1 :])


def look(site: Site, visitor: Visitor, me: Subscriber, fields: RuleFields, rule: StoredRule | None) -> dict[str, Any]:
    """What preview.html shows of what was typed. InputError where another field than the rule is wrong.

    429 for who asks very often, by whichever page: it takes a tenth of a second.
    """
    if not site.limits.within((MOST_LOOKS, f"look:{me.id}")):
        raise HTTPException(429)
    draft = fields.draft()
    shown = {"text": draft.text, "plain": True, "fault": None, "found": None, "effect": None} | _lists(fields.chips)
    if not draft.text.strip():
        return shown
    asked = asked_of(me, draft, own_rules(site.database, me), number=fields.number)
    try:
        found = site.previewer.catch(asked, language=visitor.language, now=site.clock())
    except RuleError as error:
        return shown | {"fault": Fault.of(draft.text, error)}
    chips = chips_of(draft.text)
    shown |= {"plain": chips is not None, "found": _found(found, visitor.language)} | _lists(chips or Chips())
    return shown | {"effect": _effect(site, visitor, asked, rule) if rule and _says_otherwise(rule, draft) else None}


def _lists(chips: Chips) -> dict[str, Any]:
    """The chips for the form, and for its script."""
    return {"chips": chips, "chips_json": json.dumps({name: getattr(chips, name) for name in LISTS})}


def _found(found: Catch, language: str) -> dict[str, Any]:
    return {
        "understood": found.understood,
        "tally": found.tally,
        "per_week": f"{found.per_week:.1f}" if found.per_week < 10 else f"{found.per_week:.0f}",
        "articles": found.articles,
        "covered": found.covered,
        "mode": found.mode,
        "by_mode": tuple(found.by_mode.items()),
        "remarks": tuple((_line(one, language), one.examples) for one in found.remarks),
        "proposals": found.proposals,
        "caught": _views(found.caught, language),
    }


def _line(remark: Remark, language: str) -> str:
    return remark.en if is_english(language) else remark.zh


def _views(caught: Sequence[Caught], language: str) -> tuple[CaughtView, ...]:
    return tuple(caught_view(one.entry, one.day, language) for one in caught)


def _says_otherwise(rule: StoredRule, draft: Draft) -> bool:
    return (rule.text, rule.mode, rule.min_score) != (draft.text.strip(), draft.mode, draft.min_score)


def _effect(site: Site, visitor: Visitor, asked: Asked, rule: StoredRule) -> dict[str, Any] | None:
    """What the change gains and loses; None where the rule as it was is broken by now: then there is no before."""
    old = replace(asked, text=rule.text, mode=rule.mode, min_score=rule.min_score)
    try:
        effect = site.previewer.effect(asked, old, language=visitor.language, now=site.clock())
    except RuleError:
        return None
    parts = (("gained", effect.gained, effect.gains), ("lost", effect.lost, effect.losses))
    return {name: (tally, _views(caught, visitor.language)) for name, tally, caught in parts}
