"""WebSub: tells a hub that a feed has news (https://www.w3.org/TR/websub/, 7); the hub then fetches the feed."""

from dataclasses import dataclass

from notifier.delivery.webhook import Post, posted
from notifier.domain import Consignment, Receipt

_FORM = {"content-type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True)
class WebSub:
    """`address` is the hub's. A ping too many does no harm, so it is simply sent again where it failed."""

    post: Post

    async def carry(self, consignment: Consignment) -> Receipt:
        answer = await posted(self.post, consignment, _FORM)
        return Receipt(reply=f"{answer.status}", where="hub")
