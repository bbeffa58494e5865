"""Standard Webhooks: for relays and gateways of one's own, and whatever speaks it. https://www.standardwebhooks.com

{"type": "email.delivered", "data": {"message_id": "…", "code": 550, "status": "5.1.1", "reply": "…"}}
"""

import datetime as dt
import hmac

from notifier.delivery.providers.shapes import Posted, Provider, Signed, fields_of, named, number, text_at
from notifier.delivery.reports import Kind, Report, code_of
from notifier.delivery.webhook import signature
from notifier.errors import ForgeryError

_KINDS: dict[str, Kind] = {
    "delivered": "arrived",
    "bounced": "failed",
    "delayed": "delayed",
    "complained": "complaint",
}


def read(posted: Posted, secret: str) -> Signed:
    token, at = posted.headers.get("webhook-id", ""), number(posted.headers.get("webhook-timestamp", ""))
    right = signature(secret, message_id=token, timestamp=at, content=posted.content).encode()
    given = posted.headers.get("webhook-signature", "").encode().split()  # several while a secret is changed
    if not any(hmac.compare_digest(one, right) for one in given):
        raise ForgeryError("签名不对", "the signature is wrong")
    fields = fields_of(posted)
    kind = _KINDS.get(text_at(fields, "type").rpartition(".")[2])
    return Signed(at, token, (_report(kind, fields),) if kind else ())


def _report(kind: Kind, fields: object) -> Report:
    words = text_at(fields, "data", "reply")
    code = number(text_at(fields, "data", "code")) or code_of(words)
    about = named(text_at(fields, "data", "message_id"))
    return Report(kind, (), text_at(fields, "data", "status"), code, words, about)


PROVIDER = Provider("standard", read, window=dt.timedelta(minutes=5))
