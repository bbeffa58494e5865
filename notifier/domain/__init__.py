"""The frozen values that pass between the stages. They touch nothing: no network, no database, no clock."""

from notifier.domain.bulletin import (
    Article,
    Block,
    Bulletin,
    Distribution,
    Imprint,
    Paragraph,
    Point,
    Section,
    block_from_dict,
    block_to_dict,
    body_from_list,
    body_to_list,
    bulletin_to_dict,
)
from notifier.domain.feed import FEED_FORMATS, Feed
from notifier.domain.match import MODES, Certainty, Hit, Match, Mode
from notifier.domain.message import (
    END_STATES,
    PENDING_STATES,
    BeforeDot,
    Entry,
    Envelope,
    Frozen,
    Letter,
    MessageKind,
    Reason,
    Receipt,
    Recipient,
    State,
    Transport,
)
from notifier.domain.source import PUBLIC, Document, PollResult, PollState, Source
from notifier.domain.subscriber import Schedule, Subscriber, SubscriberState, may_see
from notifier.domain.text import SENTENCE_ENDS, sentence_span

__all__ = [
    "END_STATES", "FEED_FORMATS", "MODES", "PENDING_STATES", "PUBLIC", "SENTENCE_ENDS",
    "Article", "BeforeDot", "Block", "Bulletin", "Certainty", "Distribution", "Document", "Entry", "Envelope",
    "Feed", "Frozen", "Hit", "Imprint", "Letter", "Match", "MessageKind", "Mode", "Paragraph", "Point",
    "PollResult", "PollState", "Reason", "Receipt", "Recipient", "Schedule", "Section", "Source", "State",
    "Subscriber", "SubscriberState", "Transport", "block_from_dict", "block_to_dict", "body_from_list",
    "body_to_list", "bulletin_to_dict", "may_see", "sentence_span",
]
