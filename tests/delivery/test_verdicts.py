"""Only "no such user" costs an address its mail. The replies are of the kinds that these providers give."""

import pytest

from notifier.delivery.verdicts import Verdict, judge

GONE = [
    (550, "5.1.1 <li@example.org>: Recipient address rejected: User unknown in virtual mailbox table"),
    (550, "5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient li@example.org not found by SMTP address lookup"),
    (550, "5.1.1 The email account that you tried to reach does not exist. https://support.example/?p=NoSuchUser"),
    (550, "Mailbox not found. http://service.mail.qq.com/cgi-bin/help?subtype=1&no=1000728"),
    (550, "User not found: li@163.com smtp7,AQAAf1 http://mail.163.com/help/help_spam_16.htm?ip=192.0.2.1"),
    (550, "Invalid User: li@126.com"),
    (550, "User unknown"),
    (550, "No such user here"),
    (553, "5.3.0 <spamfan@example.org>... User unknown"),
    (550, "5.1.1 <policy@example.org> No such mailbox"),
    (0, "您发给 li@exmail.example 的邮件被退回：收件人邮件地址 li@exmail.example 不存在，邮件无法送达。"),
    (550, "该邮箱帐号不存在"),
    (550, "无此用户"),
]
UNWANTED = [
    (554, "DT:SPM 163 smtp10,AAAAf 192.0.2.7 please see http://mail.163.com/help/help_spam_16.htm"),
    (550, "DT:SPM"),
    (553, "HL:IFC too many mails"),
    (554, "MI:SFQ"),
    (550, "5.7.1 Message rejected due to content"),
    (550, "5.7.26 Unauthenticated email from example.org is not accepted due to DMARC"),
    (550, "Mail content denied. http://service.mail.qq.com/"),
    (550, "Connection frequency limited"),
    (550, "Ip frequency limited. http://service.mail.qq.com/"),
    (550, "SPF check failed"),
    (554, "Service unavailable; Client host [192.0.2.1] blocked using zen.example.org"),
    (550, "5.1.1 User unknown; sender is on our blacklist"),  # both: the mail is kept
    (550, "5.7.1 <li@example.org>: Recipient address rejected: user unknown"),
    (550, "该邮件被识别为垃圾邮件，拒收"),
]
PASSING = [
    (451, "4.7.1 Greylisted, please try again"),
    (450, "4.1.1 <li@example.org>: Recipient address rejected: unverified address: User unknown"),
    (452, "4.2.2 Mailbox full"),
    (421, "RP:TRC"),
    (552, "5.2.2 The recipient's mailbox is full"),
    (550, "5.2.1 The mailbox is disabled"),
    (552, "5.3.4 Message too big"),
    (550, "Mailbox unavailable or access denied"),
    (550, "5.1.2 Host not found"),
    (550, "Requested action not taken"),
    (0, ""),
]
CASES = [(*case, verdict) for verdict, cases in zip(Verdict, (GONE, UNWANTED, PASSING), strict=True) for case in cases]


@pytest.mark.parametrize(("code", "words", "verdict"), CASES)
def test_a_reply_means(code: int, words: str, verdict: Verdict) -> None:
    assert judge(code, words) is verdict


@pytest.mark.parametrize(
    ("status", "words", "verdict"),
    [
        ("5.1.1", "", Verdict.UNKNOWN_USER),
        ("5.0.0", "550 5.1.1 unknown", Verdict.UNKNOWN_USER),
        ("5.1.1", "550 5.7.1 not welcome", Verdict.POLICY),
        ("5.1.1", "550 5.2.2 over quota", Verdict.SOFT),
        ("5.7.0", "", Verdict.POLICY),
        ("4.4.7", "no answer from the host", Verdict.SOFT),
        ("5.4.4", "", Verdict.SOFT),
    ],
)
def test_the_refusing_servers_own_status_counts_before_the_reports(status: str, words: str, verdict: Verdict) -> None:
    assert judge(0, words, status=status) is verdict


def test_long_replies_of_hostile_servers_are_judged_by_their_beginning() -> None:
    for hostile in ("address " * 20_000, "收件人" * 30_000, "550 " + "a" * 100_000, "<" * 100_000):
        assert judge(550, hostile) is Verdict.SOFT
    assert judge(550, "No such user " + "address " * 20_000) is Verdict.UNKNOWN_USER
