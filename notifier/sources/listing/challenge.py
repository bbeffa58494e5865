"""Pages that stand between us and the list although they say 200: to prove that one is a browser. Pure."""

import re

_SIGNS = re.compile(
    r"访问验证|安全验证|人机验证|人机识别|滑动验证|拖动滑块|请完成验证|正在验证您的浏览器|浏览器安全检查"
    r"|请(?:开启|启用)\s*javascript"
    r"|访问过于频繁|访问频率过高|您的请求(?:可能)?存在(?:安全)?(?:威胁|风险)|拦截提示|网站防火墙|waf|创宇盾|安全狗"
    r"|enable javascript and cookies|just a moment|checking your browser|captcha|are you (?:a )?human"
    r"|\$_ts\b|acw_sc__v2|__jsl_clearance|document\.cookie\s*=[^;]{0,200};[\s\S]{0,300}location\.(?:reload|href)",
    re.IGNORECASE,
)
_LITTLE = 2_000  # characters of text: a page with more has something to say


def is_challenge(text: str, shown: int) -> bool:
    """The page asks for proof; `shown` is how many characters of text it shows. Only to be asked of a page without
    what was looked for: a notice may speak of 验证."""
    return shown < _LITTLE and bool(_SIGNS.search(text[:200_000]))
