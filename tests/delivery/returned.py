"""Mails that come back, made as relays and providers make them."""

from email.mime.text import MIMEText

_REPORT = """\
Return-Path: <>
From: MAILER-DAEMON@mx.example.org
To: {to}
Subject: Undelivered
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type={kind}; boundary="=b"

--=b
Content-Type: text/plain; charset=utf-8

It did not work out.

--=b
Content-Type: message/{kind}

{fields}
{original}--=b--
"""
_ORIGINAL = """\
--=b
Content-Type: message/rfc822

Return-Path: <{}>
Subject: news
Content-Type: text/plain

text

"""


def _report(kind: str, fields: str, *, to: str, original: str = "") -> bytes:
    sent = _ORIGINAL.format(original) if original else ""
    return _REPORT.format(kind=kind, fields=fields, to=to, original=sent).encode()


def dsn(
    to: str,
    *,
    status: str = "5.1.1",
    words: str = "550 5.1.1 User unknown",
    action: str = "failed",
    envelope_id: str = "",
) -> bytes:
    """RFC 3464."""
    envelope = f"Original-Envelope-Id: {envelope_id}\n" if envelope_id else ""
    fields = (
        f"Reporting-MTA: dns; mx.example.org\n{envelope}\n"
        f"Final-Recipient: rfc822; li@example.org\nAction: {action}\nStatus: {status}\n"
        f"Diagnostic-Code: smtp; {words}\n"
    )
    return _report("delivery-status", fields, to=to)


def complaint(*, to: str = "fbl@example.org", sent_from: str = "", original: str = "", kind: str = "abuse") -> bytes:
    """RFC 5965."""
    named = f"Original-Mail-From: <{sent_from}>\n" if sent_from else ""
    fields = f"Feedback-Type: {kind}\nUser-Agent: Loop/1.0\nVersion: 1\n{named}"
    return _report("feedback-report", fields, to=to, original=original)


def letter(to: str, subject: str, text: str, *, sender: str = "li@example.org", **headers: str) -> bytes:
    mail = MIMEText(text, "plain", "utf-8")
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    return mail.as_bytes()
