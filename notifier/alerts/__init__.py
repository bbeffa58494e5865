"""Matches become alerts, alerts become messages. Pure: what is due is an argument, and so is now."""

from notifier.alerts.fanout import fan_out, most_urgent
from notifier.alerts.letters import Due, Parcel, by_content, parcels
from notifier.alerts.retry import GIVE_UP_AFTER, next_try
from notifier.alerts.schedule import due_at, local_date, next_slot

__all__ = [
    "GIVE_UP_AFTER",
    "Due",
    "Parcel",
    "by_content",
    "due_at",
    "fan_out",
    "local_date",
    "most_urgent",
    "next_slot",
    "next_try",
    "parcels",
]
