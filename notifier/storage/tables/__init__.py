"""The tables: one class a noun of the glossary. Times are UTC; a state column holds the words of the domain's enums."""

from notifier.storage.tables.columns import Instant
from notifier.storage.tables.intake import (
    ArticleRow,
    AttachmentRow,
    BulletinRow,
    DocumentRow,
    Sighting,
    SketchBand,
    SourceRow,
)
from notifier.storage.tables.log import Counter, EventRow
from notifier.storage.tables.outgoing import (
    AlertRow,
    AlertRule,
    AttemptRow,
    ContentRow,
    DeliveryRow,
    MatchRow,
    MessageRow,
    ReminderRow,
)
from notifier.storage.tables.people import (
    ChannelRow,
    DomainPause,
    RuleRow,
    RuleVersion,
    SoftBounce,
    SubscriberRow,
    SuppressionRow,
    TopicVersion,
)

__all__ = [
    "AlertRow",
    "AlertRule",
    "ArticleRow",
    "AttachmentRow",
    "AttemptRow",
    "BulletinRow",
    "ChannelRow",
    "ContentRow",
    "Counter",
    "DeliveryRow",
    "DocumentRow",
    "DomainPause",
    "EventRow",
    "Instant",
    "MatchRow",
    "MessageRow",
    "ReminderRow",
    "RuleRow",
    "RuleVersion",
    "Sighting",
    "SketchBand",
    "SoftBounce",
    "SourceRow",
    "SubscriberRow",
    "SuppressionRow",
    "TopicVersion",
]
