"""What can be wrong with a source on the network, each in one line with what to do. Pure."""

import socket
import ssl

from notifier.errors import SourceError

_ADVICE = {
    401: ("需要登录，请换公开的地址", "it wants a login; use a public address"),
    403: ("拒绝访问，请与该网站联系或放慢频率", "it refuses us; ask the site, or poll more slowly"),
    404: ("没有这个页面，请核对地址", "there is no such page; check the address"),
    410: ("页面已撤销，请换地址或停用此来源", "the page is gone; change the address or remove the source"),
    412: ("拒绝访问，稍后重试", "it refuses us for now; it will be tried again later"),
    429: ("请求过多，稍后重试", "too many requests; it will be tried again later"),
}


def _shown(url: str) -> str:
    printable = "".join(char if char.isprintable() else "�" for char in url)
    return printable if len(printable) <= 200 else printable[:197] + "..."


def bad_url(url: str) -> SourceError:
    return SourceError(
        f"地址不能抓取：{_shown(url)}；只支持 http:// 和 https://",
        f"cannot fetch {_shown(url)!r}: only http:// and https:// addresses are taken",
    )


def credentials_in_url(host: str) -> SourceError:
    return SourceError(
        f"{_shown(host)} 的地址里含用户名或密码，请去掉",
        f"the address at {_shown(host)} holds a user name or password; remove it",
    )


def foreign_port(host: str, port: int) -> SourceError:
    return SourceError(
        f"{_shown(host)} 的端口 {port} 属于其他服务，不予抓取；请核对地址",
        f"port {port} of {_shown(host)} is that of another service; check the address",
    )


def forbidden(url: str) -> SourceError:
    return SourceError(
        f'{_shown(url)} 的 robots.txt 不允许抓取；请与该网站联系，获准后可为此来源写 ignore_robots = "理由"',
        f'robots.txt forbids {_shown(url)}; ask the site, and with its leave set ignore_robots = "why" for this source',
    )


def robots_unknown(url: str, seconds: float) -> SourceError:
    """RFC 9309, 2.3.1.4: a server that fails to say what is allowed allows nothing for now."""
    return SourceError(
        f'{_shown(url)} 出错，无从得知是否允许抓取，稍后重试；久不恢复可为此来源写 ignore_robots = "理由"',
        f'{_shown(url)} fails to say what is allowed; it is tried again later (or set ignore_robots = "why")',
        retry_after=seconds,
    )


def told_to_wait(host: str, seconds: float) -> SourceError:
    return SourceError(
        f"{_shown(host)} 拒绝了上次请求，{seconds:.0f} 秒后再试",
        f"{_shown(host)} refused us; nothing is asked there for {seconds:.0f} seconds",
        retry_after=seconds,
        postponed=True,
    )


def packed_wrongly(url: str, encoding: str) -> SourceError:
    return SourceError(
        f"{_shown(url)} 的答复以 {_shown(encoding)} 压缩，只接受一层 gzip、br 或 zstd",
        f"the answer of {_shown(url)} is packed as {_shown(encoding)}: one of gzip, br or zstd is taken",
    )


def no_such_host(host: str) -> SourceError:
    return SourceError(
        f"域名无法解析：{_shown(host)}；请核对地址和本机的 DNS",
        f"the name {_shown(host)} does not resolve; check the address and this machine's DNS",
    )


def private_address(host: str, address: str) -> SourceError:
    return SourceError(
        f"{_shown(host)} 指向内部地址 {address}，不予抓取；确需抓取请加入 fetch.allow_private",
        f"{_shown(host)} is at {address}, which is not public; if it is meant, add it to fetch.allow_private",
    )


def too_many_redirects(url: str, limit: int) -> SourceError:
    return SourceError(
        f"重定向超过 {limit} 次，停在 {_shown(url)}；请核对地址",
        f"more than {limit} redirects, stopped at {_shown(url)}; check the address",
        status=302,
    )


def too_slow(url: str, seconds: float) -> SourceError:
    return SourceError(
        f"{_shown(url)} 在 {seconds:g} 秒内没有答完，稍后重试",
        f"{_shown(url)} did not finish within {seconds:g} seconds; it will be tried again later",
    )


def too_large(url: str, limit: int) -> SourceError:
    return SourceError(
        f"{_shown(url)} 的内容超过 {limit} 字节，未取",
        f"the content of {_shown(url)} is over {limit} bytes and was not taken",
    )


def bad_status(url: str, status: int, retry_after: float | None) -> SourceError:
    zh, en = _ADVICE.get(status) or (
        ("对方服务器出错，稍后重试", "the server failed; it will be tried again later")
        if status >= 500
        else ("请核对地址", "check the address")
    )
    return SourceError(
        f"{_shown(url)} 答复 {status}：{zh}",
        f"{_shown(url)} answered {status}: {en}",
        retry_after=retry_after,
        status=status,
    )


def not_connected(url: str, error: BaseException | None) -> SourceError:
    """By what lies at the bottom of a failed connection: the certificate, TLS, the time, the network."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            reason = cause.verify_message or str(cause)
            return SourceError(
                f"{_shown(url)} 的证书不可信：{reason}", f"the certificate of {_shown(url)} is not trusted: {reason}"
            )
        if isinstance(cause, ssl.SSLError):
            return SourceError(
                f"与 {_shown(url)} 建立 TLS 失败：{cause.reason}", f"no TLS with {_shown(url)}: {cause.reason}"
            )
        if isinstance(cause, (TimeoutError, socket.timeout)):
            return SourceError(
                f"连接 {_shown(url)} 超时，稍后重试", f"connecting to {_shown(url)} timed out; tried again later"
            )
    return SourceError(
        f"连不上 {_shown(url)}；请核对地址和网络",
        f"cannot connect to {_shown(url)}; check the address and the network",
    )


def _causes(error: BaseException | None) -> list[BaseException]:
    chain: list[BaseException] = []
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or error.__context__
    return chain


def broken(url: str, error: BaseException) -> SourceError:
    """The answer came and could not be read to its end: dropped, malformed, compressed wrongly."""
    reason = _shown(str(error) or type(error).__name__)
    return SourceError(
        f"{_shown(url)} 的答复不完整或不合规：{reason}，稍后重试",
        f"the answer of {_shown(url)} is broken: {reason}; it will be tried again later",
    )
