"""Message -> bytes: mail, feeds and web fragments. Pure, and the only user of the templates."""

from notifier.rendering.clean import FEED, UNSUBSCRIBE
from notifier.rendering.feeds import STYLESHEET, feed_content_type
from notifier.rendering.mime import assemble
from notifier.rendering.renderer import Renderer
from notifier.rendering.samples import sample_letter

__all__ = ["FEED", "STYLESHEET", "UNSUBSCRIBE", "Renderer", "assemble", "feed_content_type", "sample_letter"]
