"""The addresses that stand in a subscriber's mails and feeds."""

from dataclasses import dataclass

from notifier.accounts.tokens import Tokens


@dataclass(frozen=True, slots=True)
class Links:
    """Makes links below the service's address from outside."""

    base_url: str
    tokens: Tokens

    @property
    def home(self) -> str:
        return self.base_url.rstrip("/") + "/"

    def feed(self, subscriber_id: int, version: int, *, kind: str = "rss") -> str:
        return f"{self.home}feeds/{self.tokens.sign('feed', subscriber_id, version)}.{kind}"

    def feed_at(self, path: str) -> str:
        """The address of a feed: `path` is a signed token, a rule's number behind it where it is of one, and .rss"""
        return f"{self.home}feeds/{path}"

    def confirm(self, event_id: int) -> str:
        return f"{self.home}confirm/{self.tokens.sign('confirm', event_id, 0)}"

    def login(self, link_id: int) -> str:
        return f"{self.home}login/{self.tokens.sign('login', link_id, 0)}"

    def unsubscribe(self, subscriber_id: int, version: int) -> str:
        return f"{self.home}unsubscribe/{self.tokens.sign('unsubscribe', subscriber_id, version)}"
