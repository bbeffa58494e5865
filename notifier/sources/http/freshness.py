"""How long an answer says that it stays as it is. Pure."""

import re
from collections.abc import Mapping

_MAX_AGE = re.compile(r"(?:^|,)\s*max-age\s*=\s*\"?([0-9]{1,10})\"?\s*(?=,|$)", re.IGNORECASE)
_ASK_ANEW = re.compile(r"(?:^|,)\s*(?:no-cache|no-store)\s*(?=,|=|$)", re.IGNORECASE)


def fresh_seconds(headers: Mapping[str, str]) -> float | None:
    """The rest of Cache-Control's max-age (RFC 9111, 4.2); None where nothing is said. Names are in lower case."""
    control = headers.get("cache-control", "")
    found = _MAX_AGE.search(control)
    if found is None:
        return None
    if _ASK_ANEW.search(control):
        return 0.0
    age = headers.get("age", "").strip()
    spent = float(age[:10]) if age.isascii() and age.isdigit() else 0.0
    return max(float(found[1]) - spent, 0.0)
