"""What mail providers post, signed as they do; the values are made up."""

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Mapping
from urllib.parse import urlencode

from notifier.delivery.providers import Posted
from notifier.delivery.webhook import new_secret, signature

SECRETS = {"standard": new_secret(), "mailgun": "key-mailgun", "sendcloud": "key-sendcloud"}
JSON = {"content-type": "application/json"}
_NAMES: Mapping[str, Mapping[str, object]] = {  # provider -> what it calls it
    "standard": {name: name for name in ("delivered", "bounced", "delayed", "complained", "opened")},
    "mailgun": {
        "delivered": {"event": "delivered"},
        "bounced": {"event": "failed", "severity": "permanent"},
        "delayed": {"event": "failed", "severity": "temporary"},
        "complained": {"event": "complained"},
        "opened": {"event": "opened"},
    },
    "sendcloud": {
        "delivered": "deliver",
        "bounced": "invalid",
        "complained": "report_spam",
        "opened": "open",
    },
}


def post(
    provider: str, what: str, message_id: str, *, words: str = "", now: dt.datetime, token: str = "t1", secret: str = ""
) -> Posted:
    """`what`: delivered, bounced, delayed, complained or opened."""
    make = {"standard": _standard, "mailgun": _mailgun, "sendcloud": _sendcloud}[provider]
    return make(what, message_id, words, int(now.timestamp()), token, secret or SECRETS[provider])


def _standard(what: str, message_id: str, words: str, at: int, token: str, secret: str) -> Posted:
    data = {"message_id": f"<{message_id}>", "reply": words}
    content = json.dumps({"type": f"email.{what}", "timestamp": "2026-03-16T04:00:00Z", "data": data}).encode()
    signed = signature(secret, message_id=token, timestamp=at, content=content)
    return Posted(
        JSON | {"webhook-id": token, "webhook-timestamp": str(at), "webhook-signature": f"v1,b2xk {signed}"}, content
    )


def _mailgun(what: str, message_id: str, words: str, at: int, token: str, secret: str) -> Posted:
    event = {
        "id": "e1",
        "timestamp": at + 0.5,
        "recipient": "li@example.org",
        "message": {"headers": {"message-id": message_id, "to": "li@example.org"}, "size": 300},
        "delivery-status": {"code": int(words[:3]) if words else 250, "message": words, "attempt-no": 1},
    }
    signed = {"timestamp": str(at), "token": token, "signature": _plain(at, token, secret)}
    body = {"signature": signed, "event-data": event | dict(_NAMES["mailgun"][what])}  # type: ignore[call-overload]
    return Posted(JSON, json.dumps(body).encode())


def _sendcloud(what: str, message_id: str, words: str, at: int, token: str, secret: str) -> Posted:
    fields = {
        "event": _NAMES["sendcloud"][what],
        "message": words,
        "emailId": f"{at}_1_2.sc-inbound0$li@example.org",
        "recipient": "li@example.org",
        "userHeaders": json.dumps({"SC-Custom-Message-ID": message_id}),
        "timestamp": at * 1000,
        "token": token,
        "signature": _plain(at * 1000, token, secret),
    }
    return Posted({"content-type": "application/x-www-form-urlencoded"}, urlencode(fields).encode())


def _plain(at: int, token: str, secret: str) -> str:
    return hmac.new(secret.encode(), f"{at}{token}".encode(), hashlib.sha256).hexdigest()
