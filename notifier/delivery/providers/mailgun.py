"""Mailgun: JSON, its signature in the body, over timestamp and token. It keeps our Message-ID.

https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhook-payloads
"""

import datetime as dt
import hashlib
import hmac

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

_KINDS: dict[tuple[str, str], Kind] = {  # event, severity
    ("delivered", ""): "arrived",
    ("failed", "permanent"): "failed",
    ("failed", "temporary"): "delayed",
    ("complained", ""): "complaint",
}


def read(posted: Posted, secret: str) -> Signed:
    fields = fields_of(posted)
    at, token = text_at(fields, "signature", "timestamp"), text_at(fields, "signature", "token")
    right = hmac.new(secret.encode(), f"{at}{token}".encode(), hashlib.sha256).hexdigest()
    check_signature(text_at(fields, "signature", "signature"), right)
    event = text_at(fields, "event-data", "event")
    kind = _KINDS.get((event, text_at(fields, "event-data", "severity") if event == "failed" else ""))
    return Signed(number(at), token, (_report(kind, fields),) if kind else ())


def _report(kind: Kind, fields: object) -> Report:
    status = [text_at(fields, "event-data", "delivery-status", name) for name in ("message", "description")]
    words = next(filter(None, status), "")
    code = number(text_at(fields, "event-data", "delivery-status", "code")) or code_of(words)
    enhanced = text_at(fields, "event-data", "delivery-status", "enhanced-code")
    return Report(
        kind, (), enhanced, code, words, named(text_at(fields, "event-data", "message", "headers", "message-id"))
    )


# A post that we did not answer comes again for eight hours.
PROVIDER = Provider("mailgun", read, window=dt.timedelta(hours=10))
