"""What `explain` says of reminders: beside the chain, since the alert itself does not depend on them."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from sqlmodel import Session

from notifier.domain import EMAIL, Article, State, deadlines_of
from notifier.pipeline.explaining.chain import Link
from notifier.storage.reminders import reminders_of


def reminded(session: Session, alert_id: int, article: Article, timezone: str) -> Iterator[Link]:
    """Of which deadlines the subscriber is, or was, reminded, and when. An edit may have taken one away."""
    stated = {deadline.key for deadline in deadlines_of(article)}
    for row, message in reminders_of(session, alert_id):
        by = "" if row.channel == EMAIL else f"（{row.channel}）"
        what = f"{row.deadline.replace('T', ' ')}{by}"
        if message is not None:
            zh = f"截止 {what} 的提醒 {message.header_id} 状态 {message.state}"
            yield Link("reminder", "note", zh, f"reminder of {what}: {message.state}", message.planned_at)
        elif row.state == State.WAITING and (row.label, row.deadline) not in stated:
            yield Link("reminder", "note", f"截止 {what} 已改，不再提醒", f"no reminder of {what}: no longer stated")
        elif row.state == State.WAITING:
            until = f"{row.due_at.astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M}（{timezone}）"
            yield Link("reminder", "note", f"截止 {what}，将于 {until}提醒", f"reminder of {what} at {until}")
        else:
            zh = f"截止 {what} 不再提醒：{row.state}（{row.reason}）"
            yield Link("reminder", "note", zh, f"no reminder of {what}: {row.state} ({row.reason})")
