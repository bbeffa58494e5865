"""Pages that want to see a browser or a person before they show anything, sent with status 200. Pure.

To be asked only of what had nothing that was looked for: a notice may speak of 验证.
"""

import re

_SIGNS = re.compile(
    r"访问验证|安全验证|人机验证|人机识别|滑动验证|滑块验证|拖动滑块|请完成(?:下列|以下)?验证|验证码|正在验证您的浏览器|浏览器安全检查"
    r"|请(?:开启|启用)\s*javascript"
    r"|访问过于频繁|访问频率过高|您的请求(?:可能)?存在(?:安全)?(?:威胁|风险)|拦截提示|网站防火墙|\bwaf\b|_waf_|创宇盾|安全狗"
    r"|enable javascript and cookies|just a moment|checking your browser|captcha|are you (?:a )?human"
    r"|cf-chl|challenge-platform|\$_ts\b|acw_sc__v2|__jsl_clearance"
    r"|document\.cookie\s*=[^;]{0,200};[\s\S]{0,300}location(?:\.(?:reload|href))?",
    re.IGNORECASE,
)
_LITTLE = 2_000  # characters of text: a page with more has something to say
_LARGEST = 100_000  # bytes; a page with content is not asked


def is_challenge(text: str, shown: int) -> bool:
    """The page asks for proof; `shown` is how many characters of text it shows."""
    return shown < _LITTLE and bool(_SIGNS.search(text[:200_000]))


def challenge_sign(content: bytes) -> str:
    """What shows that a page is one, where nobody has taken it apart; "" where it is none."""
    if len(content) > _LARGEST or b"<" not in content[:1000]:
        return ""
    found = _SIGNS.search(_text(content))
    return found[0][:40] if found else ""


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("gb18030", "replace")
