"""Will hosts believe the sender? From, signing domain and what is published about them, compared (RFC 7489, 3.1)."""

from collections.abc import Callable, Iterator
from typing import Literal

from notifier.pipeline.explaining.check import Finding
from notifier.rendering.dkim import Signer

Lookup = Callable[[str], list[str] | None]  # TXT records of a name; None where nobody answers


def check_sender(domain: str, signer: Signer | None, lookup: Lookup, *, returns: str = "") -> Iterator[Finding]:
    """`domain` is that of From. Without a signer the relay signs, and only what concerns From is looked at.

    returns: the domain of the return address, which SPF is about; "" where it is that of From.
    """
    returns = returns.lower() or domain.lower()
    if signer is not None:
        yield _aligned(domain, signer)
    if returns != domain.lower():
        yield _aligned_returns(domain, returns)
    published = lookup(returns)
    if published is None:
        yield _finding("warn", "DNS 无应答，未核对发信域名的记录", "the DNS does not answer: records were not compared")
        return
    yield _has(returns, published, "v=spf1", "SPF")
    policy = [record for name in _parents(domain) for record in lookup(f"_dmarc.{name}") or []]
    yield _has(f"_dmarc.{domain}", policy, "v=DMARC1", "DMARC")
    if signer is not None:
        yield _key(signer, lookup)


def _aligned(domain: str, signer: Signer) -> Finding:
    ours = signer.domain.lower()
    if _organisation(ours) == _organisation(domain):
        return _finding("good", f"签名域 {ours} 与发件域一致", f"signed by {ours}, aligned with From")
    zh = f"签名域 {ours} 与发件域 {domain} 不一致，DMARC 将不通过；请改 dkim_domain"
    return _finding("bad", zh, f"signed by {ours}, but From is {domain}: DMARC fails; change dkim_domain")


def _aligned_returns(domain: str, returns: str) -> Finding:
    if _organisation(returns) == _organisation(domain):
        return _finding("good", f"退信域 {returns} 与发件域一致", f"returns go to {returns}, aligned with From")
    zh = f"退信域 {returns} 与发件域 {domain} 不一致，SPF 不计入 DMARC；请改 bounces.address"
    return _finding("warn", zh, f"returns go to {returns}, but From is {domain}: SPF does not count for DMARC")


_BELOW_COUNTRIES = ("ac", "co", "com", "edu", "gov", "mil", "net", "org")  # under which anybody registers: gov.cn


def _organisation(domain: str) -> str:
    """The domain that somebody has registered (RFC 7489, 3.2), without the list of all public suffixes."""
    labels = domain.lower().split(".")
    shared = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _BELOW_COUNTRIES
    return ".".join(labels[-3 if shared else -2 :])


def _parents(domain: str) -> list[str]:
    """The domain and those above it, but for the last label."""
    labels = domain.lower().split(".")
    return [".".join(labels[at:]) for at in range(max(len(labels) - 1, 1))]


def _has(name: str, records: list[str], start: str, what: str) -> Finding:
    if any(record.lower().startswith(start.lower()) for record in records):
        return _finding("good", f"{name} 有 {what} 记录", f"{name} has an {what} record")
    return _finding(
        "warn", f"{name} 没有 {what} 记录，部分邮箱会拒收", f"{name} has no {what} record: some will refuse"
    )


def _key(signer: Signer, lookup: Lookup) -> Finding:
    name = f"{signer.selector}._domainkey.{signer.domain}"
    keys = [_tag(record, "p") for record in lookup(name) or []]
    if _tag(signer.record, "p") in keys:
        return _finding("good", f"{name} 的公钥与签名密钥一致", f"the key at {name} is ours")
    if any(keys):
        return _finding("bad", f"{name} 公布的是另一把公钥，签名将不通过", f"another key is published at {name}")
    zh = f"{name} 没有公钥；请发布 TXT 记录：{signer.record}"
    return _finding("warn", zh, f"no key at {name}: publish TXT {signer.record}")


def _tag(record: str, name: str) -> str:
    for part in record.split(";"):
        key, _, value = part.partition("=")
        if key.strip() == name:
            return "".join(value.split())
    return ""


def _finding(verdict: Literal["good", "warn", "bad"], zh: str, en: str) -> Finding:
    return Finding("sender", verdict, zh, en)
