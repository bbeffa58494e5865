"""What an e-mail address may be here: strict, so that nothing but an address ever reaches an envelope."""

import re

from notifier.errors import InputError

_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")  # RFC 5321 dot-string
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")


def parse_address(text: str) -> str:
    """The address in the one form it is stored in: lower case, the domain in ASCII (IDNA). InputError otherwise."""
    address = text.strip().lower()
    local, at, domain = address.rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode("ascii") if at else ""
    except UnicodeError:
        ascii_domain = ""
    labels = ascii_domain.split(".")
    good = (
        _LOCAL.fullmatch(local)
        and len(local) <= 64
        and len(labels) >= 2
        and all(_LABEL.fullmatch(label) for label in labels)
        and not labels[-1].isdigit()
        and len(local) + 1 + len(ascii_domain) <= 254
    )
    if not good:
        shown = text.strip()[:80]
        raise InputError(f"邮箱地址不对：{shown!r}，应形如 name@example.org", f"not an address: {shown!r}")
    return f"{local}@{ascii_domain}"
