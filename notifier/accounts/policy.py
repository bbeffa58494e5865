"""Who may subscribe by themselves: everybody, people of certain domains, or people with an invitation."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from sqlmodel import Session

from notifier.accounts.invitations import code_hash
from notifier.errors import InputError
from notifier.storage.invitations import open_invitation

PolicyKind = Literal["open", "domains", "invitation"]


@dataclass(frozen=True, slots=True)
class Policy:
    """The rule, and its domains: each stands for what is below it too. It is no secret."""

    kind: PolicyKind = "open"
    domains: tuple[str, ...] = ()

    def check_address(self, address: str) -> None:
        """InputError where the address is of no domain that may sign up."""
        domain = address.rpartition("@")[2]
        listed = any(domain == one or domain.endswith(f".{one}") for one in self.domains)
        if self.kind == "domains" and not listed:
            known = "、".join(self.domains)
            raise InputError(
                f"只接受这些单位的邮箱：{known}", f"only addresses of these domains: {', '.join(self.domains)}"
            )

    def invitation(self, session: Session, code: str, *, now: dt.datetime) -> int | None:
        """The number of the invitation, None where none is needed. InputError for a code that is not valid."""
        if self.kind != "invitation":
            return None
        found = open_invitation(session, code_hash(code), now=now)
        if found is None:
            raise InputError("邀请码不对、已用完或已过期", "that invitation code is wrong, used up or too old")
        return found
