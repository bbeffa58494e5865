"""Message -> bytes: mail, feeds and web fragments. Pure, and the only user of the templates."""

from notifier.rendering.catches import CaughtView, caught_view
from notifier.rendering.channels import ChannelLetters, pack, unpack_text
from notifier.rendering.clean import FEED, UNSUBSCRIBE
from notifier.rendering.feeds import STYLESHEET, feed_content_type
from notifier.rendering.labels import is_english
from notifier.rendering.mime import assemble
from notifier.rendering.renderer import Renderer
from notifier.rendering.samples import sample_letter
from notifier.rendering.words import LANGUAGES

__all__ = [
    "FEED",
    "LANGUAGES",
    "STYLESHEET",
    "UNSUBSCRIBE",
    "CaughtView",
    "ChannelLetters",
    "Renderer",
    "assemble",
    "caught_view",
    "feed_content_type",
    "is_english",
    "pack",
    "sample_letter",
    "unpack_text",
]
