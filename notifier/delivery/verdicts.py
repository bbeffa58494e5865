"""What a refusal means for an address: nobody lives there, or our mail is not wanted, or neither. Pure.

The tables hold what relays of China and elsewhere say, by kind of wording. A wrong "unknown user" costs a reader all
their mail, so where a reply speaks of policy or spam as well, it counts as that.
"""

import re
from enum import StrEnum


class Verdict(StrEnum):
    UNKNOWN_USER = "unknown_user"  # the address is suppressed
    POLICY = "policy"  # the domain is paused, the mail is kept
    SOFT = "soft"  # counted, once a day


_ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")  # RFC 3463
_NO_SUCH_USER = {(1, 1), (1, 10)}  # X.1.1 of RFC 3463, X.1.10 of RFC 7505
# The class alone, or "other status" of a class (X.n.0): the words have to tell.
_VAGUE = {(0, 0), (1, 0), (2, 0), (3, 0), (5, 0)}

# Addresses and links say nothing, but hold words: <spam@…>, http://mail.163.com/help/help_spam_16.htm.
_NAMES = re.compile(r"https?://\S+|<[^<>\s]{0,320}>|[^\s<>\"'()]{1,64}@[^\s<>\"'()]{1,255}", re.IGNORECASE)
_READ = 4_000  # characters of a reply: a hostile server chooses how many there are

_POLICY = re.compile(
    r"\b(?:DT|MI|HL|RP|CO|RS|DMARC|SPF):[A-Z]{2,4}\b"  # 163, 126, yeah.net: DT:SPM, HL:IFC, MI:SFQ …
    r"|spam|black ?list|block ?list|deny ?list|blocked|banned|rbl\b|reputation|unsolicited|bulk mail"
    r"|\b(?:spf|dkim|dmarc)\b|polic(?:y|ies)|frequency|rate limit|too many|content (?:denied|reject)|suspect"
    r"|connection denied|(?:ip|sender) (?:is )?(?:rejected|denied)|phish|virus|malware|not authenticated"
    r"|mail from must equal|垃圾邮件|黑名单|拦截|信誉|发信频率|频率(?:过高|限制)|反垃圾|违规|内容被拒",
    re.IGNORECASE,
)
_UNKNOWN = re.compile(
    r"(?:user|account|mailbox|recipient|address)(?: (?:is|was))? (?:unknown|not found|not exists?|nonexistent)"
    r"|unknown (?:user|recipient|mailbox|account|local part)|no such (?:user|mailbox|recipient|account|address)"
    r"|(?:user|account|mailbox|recipient|address)(?: [\w ]{0,40})? (?:does not|doesn't|doesnt|not) exist"
    r"|(?:invalid|bad) (?:user|recipient|mailbox)|no mailbox here|not our customer|recipientnotfound"
    r"|(?:收件人|用户|邮箱|邮件|帐号|账号|账户|地址)[^，。；;\n]{0,40}不存在|(?:无|没有|查无)(?:此|这个|该)(?:用户|邮箱|收件人|人)"
    r"|不存在(?:此|这个|该)(?:用户|邮箱|收件人)",
    re.IGNORECASE,
)


def judge(code: int, text: str, *, status: str = "") -> Verdict:
    """The verdict on a refusal: SMTP code (0 where none is known), its words, and a DSN's Status field.

    Only a permanent failure can be more than SOFT. The status that stands in the words is the refusing server's own, so
    it counts before a DSN's.
    """
    text = text[:_READ]
    own = _ENHANCED.search(text) or _ENHANCED.search(status)
    if (code and code < 500) or (own and own[1] != "5") or not (code or own or text):
        return Verdict.SOFT
    said = _NAMES.sub(" ", text)
    detail = (int(own[2]), int(own[3])) if own else (0, 0)
    if detail[0] == 7 or _POLICY.search(said):
        return Verdict.POLICY
    if detail in _NO_SUCH_USER or (detail in _VAGUE and _UNKNOWN.search(said)):
        return Verdict.UNKNOWN_USER
    return Verdict.SOFT
