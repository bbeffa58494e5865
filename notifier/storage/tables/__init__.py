"""The tables: one class a noun of the glossary. Times are UTC; a state column holds the words of the domain's enums."""

from notifier.storage.tables.columns import Instant
from notifier.storage.tables.health import ConditionRow, SourceMemory
from notifier.storage.tables.intake import (
    ArticleRow,
    AttachmentRow,
    BulletinName,
    BulletinRow,
    DocumentRow,
    LeaseRow,
    Sighting,
    SketchBand,
    SourceRow,
)
from notifier.storage.tables.log import Counter, EventRow
from notifier.storage.tables.outgoing import (
    AlertMark,
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
from notifier.storage.tables.visits import FeedToken, Invitation, LoginLink, WebSessionRow

__all__ = [
    "AlertMark",
    "AlertRow",
    "AlertRule",
    "ArticleRow",
    "AttachmentRow",
    "AttemptRow",
    "BulletinName",
    "BulletinRow",
    "ChannelRow",
    "ConditionRow",
    "ContentRow",
    "Counter",
    "DeliveryRow",
    "DocumentRow",
    "DomainPause",
    "EventRow",
    "FeedToken",
    "Instant",
    "Invitation",
    "LeaseRow",
    "LoginLink",
    "MatchRow",
    "MessageRow",
    "ReminderRow",
    "RuleRow",
    "RuleVersion",
    "Sighting",
    "SketchBand",
    "SoftBounce",
    "SourceMemory",
    "SourceRow",
    "SubscriberRow",
    "SuppressionRow",
    "TopicVersion",
    "WebSessionRow",
]
