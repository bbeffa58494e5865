"""SMTP failures in our words: which are the recipient's, which the operator's, which may pass. Pure."""

import re
import socket
import ssl

from notifier.errors import DeliveryError

# The relay wants something of the session or of the operator (RFC 4954, 3207; 503 is a lost sequence of commands):
# no recipient has caused it, so the message waits instead of bouncing.
SESSION_CODES = frozenset({503, 530, 534, 535, 538})


def is_error(code: int) -> bool:
    return 400 <= code < 600


# A temporary refusal that is about how much comes, not about this mail: RFC 3463 X.7.x, and what hosts write.
_TOO_FAST = re.compile(
    r"\b4\.7\.\d|too (many|much|fast|often)|\brate\b|throttl|frequen|频率|频繁|过快|过多", re.IGNORECASE
)
_GREYLISTED = re.compile(r"gr[ae]y.?list", re.IGNORECASE)  # asks for patience with one mail


def says_too_fast(error: DeliveryError) -> bool:
    """The host wants less mail of us for now."""
    if not 400 <= error.code < 500 or _GREYLISTED.search(error.reply):
        return False
    return error.code == 421 or bool(_TOO_FAST.search(error.reply))


def one_line(text: str, limit: int = 300) -> str:
    """Foreign words, harmless in a log and a table: one line, no controls or half characters, at most `limit` long."""
    printable = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(printable.split())[:limit]


def refused(stage: str, code: int, message: str) -> DeliveryError:
    """The error for a 4xx or 5xx reply to `stage` (MAIL, RCPT, DATA, end of data)."""
    words = one_line(message)
    permanent = code >= 500 and code not in SESSION_CODES
    return DeliveryError(
        f"邮件服务器在 {stage} 时答复 {code} {words}" + ("" if permanent else "，稍后重试"),
        f"the mail server answered {stage} with {code} {words}" + ("" if permanent else "; it will be tried again"),
        permanent=permanent,
        code=code,
        reply=f"{code} {words}",
        elsewhere=code == 421 or code in SESSION_CODES,
    )


def malformed(stage: str, detail: str, *, uncertain: bool = False) -> DeliveryError:
    words = one_line(detail)
    return DeliveryError(
        f"邮件服务器在 {stage} 时的答复不合 SMTP：{words}；请查地址和端口是否正确",
        f"the mail server's answer to {stage} is not SMTP: {words}; check its host and port",
        permanent=False,
        reply=words,
        uncertain=uncertain,
        elsewhere=not uncertain,
    )


def lost(stage: str, detail: str, *, uncertain: bool = False) -> DeliveryError:
    """The connection broke or nothing came in time. `uncertain`: after the final dot had been sent."""
    zh = "，信件可能已被接收" if uncertain else ""
    en = "; the message may have been taken" if uncertain else ""
    return DeliveryError(
        f"与邮件服务器的连接在 {stage} 时中断或超时（{one_line(detail)}）{zh}",
        f"the connection to the mail server was lost or timed out at {stage} ({one_line(detail)}){en}",
        permanent=False,
        uncertain=uncertain,
        elsewhere=not uncertain,
    )


def for_operator(zh: str, en: str, *, code: int = 0, reply: str = "", elsewhere: bool = True) -> DeliveryError:
    """Something that the operator has to put right; the message waits for it, or goes by another relay."""
    return DeliveryError(zh, en, permanent=False, code=code, reply=reply, elsewhere=elsewhere)


def refuses_us(where: str, code: int, message: str) -> DeliveryError:
    words = one_line(message)
    return for_operator(
        f"邮件服务器 {where} 拒绝为本机服务：{code} {words}；请与其管理员联系",
        f"the mail server {where} refuses to serve us: {code} {words}; ask who runs it",
        code=code,
        reply=f"{code} {words}",
    )


def not_connected(where: str, error: BaseException) -> DeliveryError:
    """No connection: by what caused it (name, refusal, certificate, time)."""
    cause = error.__cause__ or error
    if isinstance(cause, ssl.SSLCertVerificationError):
        reason = one_line(cause.verify_message or str(cause))
        return for_operator(
            f"邮件服务器 {where} 的证书不可信：{reason}；请核对主机名，或用 ca_file 指明签发机构",
            f"the certificate of the mail server {where} is not trusted: {reason}; check the host, or set ca_file",
        )
    if isinstance(cause, ssl.SSLError):
        return for_operator(
            f"与邮件服务器 {where} 建立 TLS 失败：{one_line(str(cause))}；请核对端口与 tls 设置",
            f"no TLS with the mail server {where}: {one_line(str(cause))}; check the port and the tls setting",
        )
    if isinstance(cause, socket.gaierror):
        return for_operator(
            f"找不到邮件服务器 {where}：域名无法解析；请核对 host",
            f"the mail server {where} is not found: its name does not resolve; check the host setting",
        )
    return for_operator(
        f"连不上邮件服务器 {where}：{one_line(str(cause)) or '超时'}；请核对 host、port 和网络",
        f"cannot connect to the mail server {where}: {one_line(str(cause)) or 'timed out'}; check host, port, network",
    )
