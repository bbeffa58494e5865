"""Signing up by oneself: nothing goes to an address, save one question, until its owner has said yes (double opt-in).

A stranger learns nothing by asking: the answer is the same for every address. What the bot of a stranger can do to a
third party's inbox is bounded: two questions an address in thirty days, and so many a network and in all.
"""

import dataclasses
import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog
from limits import RateLimitItemPerDay, RateLimitItemPerHour, RateLimitItemPerMonth
from sqlmodel import Session

from notifier.accounts.limits import Limits, network_of
from notifier.accounts.links import Links
from notifier.accounts.policy import Policy
from notifier.accounts.sessions import begin_session, hash_of
from notifier.accounts.subscribers import Defaults, NewSubscriber, new_subscriber, to_be_stored
from notifier.domain import Subscriber, SubscriberState
from notifier.errors import InputError
from notifier.matching import Topics
from notifier.pipeline.planning.plan import Mail
from notifier.pipeline.telling.notices import plan_notice
from notifier.rendering import Renderer
from notifier.storage.database import Database
from notifier.storage.events import count_events, event_of, record_event
from notifier.storage.invitations import use_invitation
from notifier.storage.rules import add_rule, rules_of
from notifier.storage.subscribers import add_subscriber, get_subscriber, set_state, subscriber_row
from notifier.storage.suppressions import suppression_of
from notifier.storage.tables import EventRow, SubscriberRow

log = structlog.get_logger()
ASKED, CONFIRMED = "subscriber.asked", "subscriber.confirmed"
PER_ADDRESS = 2  # questions in thirty days
PER_MONTH = RateLimitItemPerMonth(PER_ADDRESS)
PER_NETWORK = RateLimitItemPerHour(20)
IN_ALL = RateLimitItemPerDay(2000)
VALID_FOR = dt.timedelta(days=7)
MOST_RULES = 10
_MAY_CONFIRM = (SubscriberState.PENDING, SubscriberState.UNSUBSCRIBED)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A yes was taken. `key` is the browser's new one where it is signed in now."""

    key: str = ""


@dataclass(frozen=True, slots=True)
class Signups:
    """What the pages call. The counts of networks live in this process."""

    database: Database
    renderer: Renderer
    mail: Mail
    links: Links
    topics: Callable[[], Topics]
    defaults: Defaults
    clock: Callable[[], dt.datetime]
    policy: Policy = field(default_factory=Policy)
    limits: Limits = field(default_factory=Limits)

    def check(self, email: str, rules: Sequence[str]) -> NewSubscriber:
        """What was typed, usable. InputError or RuleError in one line: they say nothing of who subscribes."""
        if not 1 <= len(rules) <= MOST_RULES:
            raise InputError(f"请写 1 到 {MOST_RULES} 条规则，一行一条", f"write 1 to {MOST_RULES} rules, one a line")
        person = new_subscriber(email, rules, topics=self.topics())
        self.policy.check_address(person.email)
        return person

    def invitation(self, code: str) -> int | None:
        """The number of the invitation, None where none is needed. InputError for a code that is not valid."""
        with self.database.read() as session:
            return self.policy.invitation(session, code, now=self.clock())

    def ask(
        self,
        person: NewSubscriber,
        *,
        network: str,
        browser: str = "",
        language: str = "",
        invitation: int | None = None,
    ) -> bool:
        """Plan the question to the address, where that is right. The caller's answer must not depend on it.

        The rules stand in the event that the link names: confirming puts those into force, and no others.
        """
        language = language or self.defaults.language
        if not self._within(person.email, network):
            log.warning("signup.limited", network=network)
            return False
        now = self.clock()
        with self.database.write() as session:
            row = subscriber_row(session, person.email)
            if suppression_of(session, person.email) or (row and row.state not in _MAY_CONFIRM):
                return False
            key = row.id if row else add_subscriber(session, self._pending(person, language), now=now)
            assert key is not None
            if count_events(session, ASKED, key, since=now - dt.timedelta(days=30)) >= PER_ADDRESS:
                return False
            asked = {"rules": list(person.rules), "browser": browser, "invitation": invitation}
            asked_event = record_event(session, ASKED, "subscriber", key, now=now, data=asked)
            link = self.links.confirm(asked_event)
            notice = self.renderer.notice("confirm", language, service=self.mail.service, link=link)
            plan_notice(session, notice, self.mail, subscriber_id=key, address=person.email, now=now)
        return True

    def _pending(self, person: NewSubscriber, language: str) -> Subscriber:
        defaults = dataclasses.replace(self.defaults, language=language)
        return to_be_stored(person, defaults, state=SubscriberState.PENDING)

    def _within(self, address: str, network: str) -> bool:
        """Counted in memory first, so that a flood costs no transactions."""
        return self.limits.within((PER_MONTH, address), (PER_NETWORK, network_of(network)), (IN_ALL, "all"))

    def is_open(self, token: str) -> bool:
        """Is this a question that can be answered? Changes nothing: mail scanners follow links."""
        with self.database.read() as session:
            return self._asked(session, token) is not None

    def confirm(self, token: str, *, key: str = "") -> Confirmed | None:
        """The owner of the address has said yes. The same again is as good, and changes nothing.

        `key` is that of the browser: where it is the one that asked, it is signed in.
        """
        now = self.clock()
        with self.database.write() as session:
            asked = self._asked(session, token)
            if asked is None or asked.id is None:
                return None
            row = get_subscriber(session, asked.subject_id)
            used = count_events(session, CONFIRMED, asked.subject_id, since=asked.at, data={"asked": asked.id})
            if row is None or (not used and row.state not in _MAY_CONFIRM):
                return None
            if used:
                return Confirmed()
            invitation = asked.data.get("invitation")
            if invitation is not None and not use_invitation(session, invitation, now=now):
                return None
            _activate(session, row, asked, now=now)
            same_browser = bool(key) and asked.data.get("browser") == hash_of(key)
            return Confirmed(begin_session(session, asked.subject_id, old_key=key, now=now) if same_browser else "")

    def _asked(self, session: Session, token: str) -> EventRow | None:
        verified = self.links.tokens.verify("confirm", token)
        event = event_of(session, verified[0]) if verified else None
        fresh = event is not None and event.name == ASKED and event.at > self.clock() - VALID_FOR
        return event if fresh else None


def _activate(session: Session, row: SubscriberRow, asked: EventRow, *, now: dt.datetime) -> None:
    set_state(session, row, SubscriberState.ACTIVE, now=now, why="confirmed")
    record_event(session, CONFIRMED, "subscriber", asked.subject_id, now=now, data={"asked": asked.id})
    known = {rule.text for rule in rules_of(session, [asked.subject_id])}
    for text in asked.data["rules"]:
        if text not in known:
            add_rule(session, asked.subject_id, text, now=now)
