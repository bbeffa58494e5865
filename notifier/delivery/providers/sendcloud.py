"""SendCloud: a form or JSON, signed over timestamp and token. It gives back headers of ours that begin with SC-Custom-.

https://aurorasendcloud.com/docs/Webhook/WebhookEvent and https://docs.aurorasendcloud.com/reference/webhook, which name
the same events differently.
"""

import datetime as dt
import hashlib
import hmac
import json

from notifier.delivery.providers.shapes import (
    Posted,
    Provider,
    Signed,
    check_signature,
    fields_of,
    named,
    number,
    text_at,
)
from notifier.delivery.reports import Kind, Report, code_of

ID_HEADER = "SC-Custom-Message-ID"
_KINDS: dict[str, Kind] = {
    "deliver": "arrived",
    "delivered": "arrived",
    "invalid": "failed",
    "invalid_email": "failed",
    "soft_bounce": "failed",  # given up, for a reason that may pass: its words tell
    "report_spam": "complaint",
    "spam-report": "complaint",
}


def read(posted: Posted, secret: str) -> Signed:
    fields = fields_of(posted)
    at, token = text_at(fields, "timestamp"), text_at(fields, "token")
    right = hmac.new(secret.encode(), f"{at}{token}".encode(), hashlib.sha256).hexdigest()
    check_signature(text_at(fields, "signature"), right)
    kind = _KINDS.get(text_at(fields, "event"))
    seconds = number(at) // 1000 if len(at) > 10 else number(at)
    return Signed(seconds, token, (_report(kind, fields),) if kind else ())


def _report(kind: Kind, fields: object) -> Report:
    words = " ".join(filter(None, (text_at(fields, "message"), text_at(fields, "subStatDesc"))))
    return Report(kind, (), "", code_of(words), words, named(_own(fields)))


def _own(fields: object) -> str:
    """Our header among those that came back: an object, or one as JSON in a text. Names in any case."""
    headers = fields.get("userHeaders") if isinstance(fields, dict) else None
    if isinstance(headers, str):
        try:
            headers = json.loads(headers)
        except (ValueError, RecursionError):
            return ""
    by_name = {str(name).lower(): value for name, value in headers.items()} if isinstance(headers, dict) else {}
    return text_at(by_name, ID_HEADER.lower())


PROVIDER = Provider("sendcloud", read, window=dt.timedelta(hours=25), id_header=ID_HEADER)
