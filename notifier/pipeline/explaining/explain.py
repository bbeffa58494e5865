"""Why did, or did not, this article reach this subscriber: every link of the chain, until the one where they parted."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlmodel import Session

from notifier.domain import END_STATES, Hit, Schedule, State, Subscriber, SubscriberState, sentence_span
from notifier.errors import RuleError
from notifier.matching import Topic, explain_miss
from notifier.pipeline.explaining.chain import Link, Verdict
from notifier.pipeline.explaining.explain_reminders import reminded
from notifier.pipeline.explaining.unfound import only_article, without_article
from notifier.pipeline.matching.library import topics_from_dicts
from notifier.pipeline.reading.changes import changes_of, told
from notifier.storage.alerts import alert_of, deliveries_of, reasons_of
from notifier.storage.bulletins import StoredArticle, find_articles, get_articles
from notifier.storage.database import Database
from notifier.storage.documents import documents_of
from notifier.storage.duplicates import siblings
from notifier.storage.events import events_of
from notifier.storage.messages import attempts_of
from notifier.storage.rules import ALERTED_STATES, StoredRule, rules_of
from notifier.storage.subscribers import subscriber_row, to_subscriber
from notifier.storage.tables import AttemptRow, DeliveryRow, EventRow, MessageRow
from notifier.storage.topics import topics_at

_LARGEST = 2**31 - 1  # of the numbers that an article may have


@dataclass(frozen=True, slots=True)
class Explanation:
    """The chain for one subscriber and one article. `article` is None where there is no such article."""

    article: StoredArticle | None
    links: tuple[Link, ...]

    @property
    def parted(self) -> Link | None:
        """The link at which the article and the subscriber parted, or wait; None where it reached them."""
        return next((link for link in self.links if link.verdict in ("no", "wait")), None)


def explain(database: Database, email: str, article: str) -> Explanation:
    """Follow an article (its number, words of its title, or the name of its document) to a subscriber."""
    with database.read() as session:
        found = find_article(session, article)
        if found is None:
            return Explanation(None, tuple(without_article(session, article)))
        row = subscriber_row(session, email)
        subscriber = to_subscriber(row) if row else None
        return Explanation(found, tuple(_until_parted(_chain(session, found, subscriber, email))))


def _until_parted(links: Iterator[Link]) -> Iterator[Link]:
    """As far as the link where they parted; but what came of each channel, since they go side by side."""
    parted = False
    for link in links:
        if parted and link.step not in ("attempt", "delivery"):
            return
        yield link
        parted = parted or link.verdict in ("no", "wait")


def find_article(session: Session, words: str) -> StoredArticle | None:
    """By number, by the words of its title, or by the name of a document that brought it alone."""
    ids = [int(words)] if words.isdecimal() and int(words) <= _LARGEST else []
    found = get_articles(session, ids)
    if not found:
        ids = [article_id for article_id, _ in find_articles(session, words, limit=1) or only_article(session, words)]
        found = get_articles(session, ids)
    return found[0] if found else None


def _chain(session: Session, found: StoredArticle, subscriber: Subscriber | None, email: str) -> Iterator[Link]:
    yield from _fetched(session, found)
    if found.held:
        yield Link(
            "read",
            "no",
            "该期有密级标记，已扣留，不发给任何人",
            "the bulletin is marked restricted: held, sent to nobody",
        )
    if subscriber is None:
        yield Link("subscriber", "no", f"没有订阅者 {email}", f"there is no subscriber {email}")
        return
    alert = alert_of(session, subscriber.id, found.id)
    if alert is None or alert.id is None:
        yield from _why_no_alert(session, found, subscriber)
        return
    yield from _reasons(session, found, alert.id)
    yield Link("alert", "yes", f"计划提醒（{alert.schedule}）", f"alert planned ({alert.schedule})", alert.created_at)
    if found.seen_by(subscriber.groups):
        yield Link("feed", "yes", "已在个人订阅源中", "it is in the personal feed")
    else:
        yield Link(
            "feed", "note", "来源不再对该订阅者开放，订阅源中已不显示", "no longer theirs to see: not in the feed"
        )
    yield from reminded(session, alert.id, found.shown, subscriber.timezone)
    for delivery, message in deliveries_of(session, alert.id):
        yield from _delivered(session, delivery, message, subscriber, planned_at=alert.created_at)


def _fetched(session: Session, found: StoredArticle) -> Iterator[Link]:
    for row, source in documents_of(session, found.bulletin_id):
        again = "（同一期再次出现）" if row.state == "known" else ""
        yield Link(
            "fetch",
            "yes",
            f"从 {source} 取到 {row.name}{again}",
            f"{row.name} fetched from {source}",
            row.fetched_at,
        )
    yield Link(
        "read",
        "yes",
        f"读出第 {found.position + 1} 篇，栏目“{found.article.section}”：{found.article.title}",
        f"read as article {found.position + 1} of section {found.article.section!r}",
    )
    yield from _changed(session, found)


def _changed(session: Session, found: StoredArticle) -> Iterator[Link]:
    for change in changes_of(session, found):
        zh, en = told(change)
        yield Link("read", "note", zh, en, change.at)


def _old(found: StoredArticle) -> Iterator[Link]:
    if found.old:
        zh = "来源新建时已在，或为补取的旧文，只供查阅，不提醒"
        yield Link("match", "no", zh, "it was there when its source was new, or was filled in: it alerts nobody")


def _why_no_alert(session: Session, found: StoredArticle, subscriber: Subscriber) -> Iterator[Link]:
    if found.matched_at is None:
        yield Link("match", "wait", "文章还没有匹配，等待下一轮处理", "the article waits to be matched")
    yield from _old(found)
    for number in siblings(session, [found.id])[found.id]:
        if (earlier := alert_of(session, subscriber.id, number)) is not None:
            zh = f"同一内容已由文章 #{number} 提醒过，不重复提醒"
            yield Link("alert", "no", zh, f"article #{number} tells the same and was alerted", earlier.created_at)
    events = events_of(session, "subscriber", subscriber.id)
    if not found.seen_by(_groups_then(events, subscriber, found.matched_revision)):
        yield _not_theirs(found, subscriber)
    state = _state_then(events, found.matched_revision)
    if state not in ALERTED_STATES:
        zh, en = _STATES.get(state, (state, state))
        yield Link("subscriber", "no", f"文章匹配时{zh}", f"when the article was matched: {en}", found.matched_at)
    rules = rules_of(session, [subscriber.id], revision=found.matched_revision)
    yield from _later_rules(session, found, subscriber)
    if not rules:
        yield Link(
            "rules", "no", "文章匹配时该订阅者没有生效的规则", "the subscriber had no rule in force when it was matched"
        )
        return
    topics = topics_from_dicts(topics_at(session, found.matched_revision))
    yield Link("rules", "yes", f"当时生效的规则 {len(rules)} 条", f"{len(rules)} rules were in force then")
    misses = [link for rule in rules for link in _missed(rule, found, topics)]
    yield from misses
    yield Link(
        "match", "no", "当时生效的规则没有一条匹配这篇文章", "none of the rules in force then matches the article"
    )


_STATES = {
    "": ("该地址还没有订阅", "the address had not subscribed yet"),
    "pending": ("订阅还没有确认", "the subscription was not confirmed"),
    "unsubscribed": ("该地址已退订", "the address had unsubscribed"),
}


def _state_then(events: Sequence[EventRow], revision: int) -> str:
    """The subscriber's state at a revision, from the events; "" before they were added."""
    names = {"subscriber.added": "state", "subscriber.state": "to"}  # others tell of other states, such as a channel's
    known = [event for event in events if event.name in names and int(event.data["revision"]) <= revision]
    return str(known[-1].data[names[known[-1].name]]) if known else ""


def _groups_then(events: Sequence[EventRow], subscriber: Subscriber, revision: int) -> frozenset[str]:
    """The groups that the subscriber was in at a revision: those that the next change found."""
    changes = [event.data for event in events if event.name == "subscriber.groups"]
    later = (data["from"] for data in changes if int(data["revision"]) > revision)
    return frozenset(next(later, subscriber.groups))


def _not_theirs(found: StoredArticle, subscriber: Subscriber) -> Link:
    groups = "、".join(sorted({group for audience in found.audiences for group in audience}))
    if found.seen_by(subscriber.groups):
        zh = f"来源只对 {groups} 开放，文章匹配时该订阅者还不在其中"
        return Link("audience", "no", zh, f"its source is for {groups} only, which they joined after the match")
    return Link("audience", "no", f"来源只对 {groups} 开放，该订阅者不在其中", f"its source is for {groups} only")


def _later_rules(session: Session, found: StoredArticle, subscriber: Subscriber) -> Iterator[Link]:
    for rule in rules_of(session, [subscriber.id]):
        if rule.from_revision > found.matched_revision:
            zh = f"规则“{rule.text}”的保存晚于这篇文章的匹配，从下一篇起生效"
            yield Link(
                "rules", "note", zh, f"rule {rule.text!r} was saved after the article was matched", rule.saved_at
            )


def _missed(rule: StoredRule, found: StoredArticle, topics: Mapping[str, Topic]) -> Iterator[Link]:
    if found.matched_at is not None and rule.rests(found.matched_at):
        zh = f"规则“{rule.text}”当时已暂停，到 {rule.paused_until:%Y-%m-%d %H:%M}（UTC）为止"
        en = f"rule {rule.text!r} was paused then, until {rule.paused_until:%Y-%m-%d %H:%M} UTC"
        yield Link("rules", "note", zh, en, rule.saved_at)
        return
    try:
        miss = explain_miss(rule.text, found.article, topics=topics, mode=rule.mode, min_score=rule.min_score)
    except RuleError as error:
        yield Link(
            "match", "note", f"规则“{rule.text}”当时无法使用：{error}", f"rule {rule.text!r} was broken: {error}"
        )
        return
    if miss is None:
        yield Link(
            "match", "note", f"规则“{rule.text}”现在会匹配，当时的记录里没有", f"rule {rule.text!r} would match today"
        )
        return
    yield Link("match", "note", f"规则“{rule.text}”未匹配：{miss.zh}", f"rule {rule.text!r} does not match: {miss.en}")


def _reasons(session: Session, found: StoredArticle, alert_id: int) -> Iterator[Link]:
    for reason in reasons_of(session, [alert_id]).get(alert_id, []):
        where = _where(found, reason.hits[0]) if reason.hits else ""
        zh = f"规则“{reason.rule}”匹配（{reason.score:.2f} 分，{len(reason.hits)} 处{where}）"
        yield Link(
            "match", "yes", zh, f"rule {reason.rule!r} matched, score {reason.score:.2f}, {len(reason.hits)} hits"
        )


def _where(found: StoredArticle, hit: Hit) -> str:
    """The sentence with the hit; of the shorter fields what was hit."""
    text = {"title": found.article.title, "body": found.article.text}.get(hit.field)
    said = hit.text if text is None else text[slice(*sentence_span(text, hit.start, hit.end))]
    return f"，{_FIELDS.get(hit.field, hit.field)}：{said}"


_FIELDS = {"title": "标题", "body": "正文", "section": "栏目", "source": "来源", "byline": "来源", "bulletin": "刊名"}


def _delivered(
    session: Session,
    delivery: DeliveryRow,
    message: MessageRow | None,
    subscriber: Subscriber,
    *,
    planned_at: dt.datetime,
) -> Iterator[Link]:
    if message is None or message.id is None:
        yield _without_message(delivery, subscriber, planned_at=planned_at)
        return
    state = State(message.state)
    for attempt in attempts_of(session, [message.id]).get(message.id, []):
        yield _attempted(attempt, message.address)
    verdict: Verdict = "yes" if state is State.SENT else "no" if state in END_STATES else "wait"
    until = f"，{_local(message.next_at, subscriber)} {_AGAIN[state]}" if state in _AGAIN and message.reason else ""
    because = message.reason if verdict != "yes" else ""
    zh = f"{message.channel} 消息 {message.header_id} 状态 {state.value}{until}{because and '：'}{because}"
    en = f"{message.channel} message {message.header_id} is {state.value}{because and ': '}{because}"
    yield Link("delivery", verdict, zh, en)


_AGAIN = {State.READY: "发送", State.DEFERRED: "再试", State.IN_DOUBT: "再试"}


def _without_message(delivery: DeliveryRow, subscriber: Subscriber, *, planned_at: dt.datetime) -> Link:
    if delivery.state != State.WAITING:
        zh = f"{delivery.channel} 不再发送：{delivery.state}（{delivery.reason}）"
        return Link("delivery", "no", zh, f"{delivery.channel} ended: {delivery.state} ({delivery.reason})")
    if subscriber.state is SubscriberState.PAUSED:
        return Link("delivery", "wait", "该订阅者已暂停，恢复后发送", "the subscriber is paused: it waits")
    until = _local(delivery.due_at, subscriber)
    if not Schedule(delivery.schedule).at_once:
        return Link("delivery", "wait", f"等到 {until}随汇总发送", f"waits until {until}")
    if delivery.due_at > planned_at:
        zh, en = f"免打扰时段或休息日，等到 {until}发送", f"quiet hours or a day off: waits until {until}"
        return Link("delivery", "wait", zh, en)
    return Link("delivery", "wait", "等待下一轮计划发送", "waits to be planned")


def _attempted(attempt: AttemptRow, address: str) -> Link:
    place = f"，{attempt.place}" if attempt.place else ""
    zh = f"发往 {address}：{attempt.outcome} {attempt.code or ''} {attempt.reply}{place}"
    return Link(
        "attempt", "note", zh, f"attempt: {attempt.outcome} {attempt.code or ''} {attempt.reply}", attempt.started_at
    )


def _local(instant: dt.datetime, subscriber: Subscriber) -> str:
    return f"{instant.astimezone(ZoneInfo(subscriber.timezone)):%Y-%m-%d %H:%M}（{subscriber.timezone}）"
