"""A page that wants to see a browser or a person before it shows anything, sent with status 200. Pure."""

import re

_LARGEST = 100_000  # bytes; a page with content is not asked
_SIGNS = re.compile(
    r"访问验证|安全验证|人机验证|滑动验证|滑块验证|请完成(?:下列|以下)?验证|验证码|访问过于频繁|请(?:开启|启用)\s*JavaScript"
    r"|__jsl_clearance|acw_sc__v2|\$_ts\s*=|cf-chl|challenge-platform|Just a moment|g-recaptcha|_waf_|captcha"
    r"|document\.cookie\s*=[^;]{0,200};[^<]{0,200}location",
    re.IGNORECASE,
)


def challenge_sign(content: bytes) -> str:
    """What shows that a page is one; "" where it is none."""
    if len(content) > _LARGEST or b"<" not in content[:1000]:
        return ""
    found = _SIGNS.search(_text(content))
    return found[0][:40] if found else ""


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("gb18030", "replace")
