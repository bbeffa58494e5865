"""Matches become alerts, alerts become messages. Pure: what is due is an argument, and so is now."""

from notifier.alerts.calendar import WEEKENDS, Calendar, chinese_calendar
from notifier.alerts.digests import KEPT, superseded
from notifier.alerts.fanout import fan_out, most_urgent
from notifier.alerts.letters import Due, Parcel, by_content, parcels
from notifier.alerts.reminders import remind_at
from notifier.alerts.retry import GIVE_UP_AFTER, next_try
from notifier.alerts.schedule import Slots, due_at, local_date, next_slot, open_at

__all__ = [
    "GIVE_UP_AFTER",
    "KEPT",
    "WEEKENDS",
    "Calendar",
    "Due",
    "Parcel",
    "Slots",
    "by_content",
    "chinese_calendar",
    "due_at",
    "fan_out",
    "local_date",
    "most_urgent",
    "next_slot",
    "next_try",
    "open_at",
    "parcels",
    "remind_at",
    "superseded",
]
