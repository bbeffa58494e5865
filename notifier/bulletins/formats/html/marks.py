"""What the furniture of a site is told by: names of elements, and the words that it shows. Data, and how to ask it."""

import re

FURNITURE_TAGS = frozenset(("footer", "aside", "header"))
FURNITURE = re.compile(  # names of classes and ids; they may also hold content
    r"(?:^|[\s_-])(?:nav|navbar|menu|foot|footer|header|topbar|crumbs?|breadcrumbs?|location|position|weizhi|dqwz|share|bdshare"
    r"|related|relatedlinks|xgxx|xgyd|sidebar|copyright|banner|search|toolbar|print|pager|pagination|recommend|comments?"
    r"|friendlinks?|hot|qrcode|ewm|gotop|tags?|cta)(?:$|[\s_-]|\d)",
    re.IGNORECASE,
)
NEVER_CONTENT = re.compile(r"(?:^|[\s_-])(?:cookies?|newsletter|subscribe|comment-?list|advert|ad)(?:$|[\s_-])", re.I)
NO_LINK = re.compile(  # it leads nowhere, or to a file that belongs to the text
    r"^\s*(?:#|javascript:)|\.(?:pdf|docx?|wps|xlsx?|et|pptx?|ofd|zip|rar|7z|txt)(?:$|[?#])", re.IGNORECASE
)
SENTENCE = re.compile(r"。|[a-z]{2,}[.!?][”\"’)]?(?:\s|$)")
OWNER = re.compile(
    r"版权所有|著作權所有|ICP备|公网安备|网站标识码|技术支持\s*[:：]|网站地图|邮政?编码?\s*[:：]\s*\d{6}"
    r"|All Rights Reserved|^(?:©|Copyright)",
    re.IGNORECASE,
)
_HEADS = (  # of what stands below or beside a text, alone on its line
    r"(?:相关|相關)(?:链接|阅读|新闻|文章|稿件|信息|资讯|报道|推荐|内容|政策|解读|連結|新聞)|(?:延伸|扩展|推荐|拓展)阅读|(?:编辑|小编|今日|精彩|热门|为您|为你|猜你)推荐"
    r"|猜你喜欢|\d*小?时?热[点门文榜][排行榜文章新闻资讯]{0,4}|(?:最新|阅读|点击|新闻)(?:排行榜?|文章|资讯)|(?:网友|最新|全部|发表|精彩|热门)?评论(?:区|[（(]\d+[)）])?|我要评论"
    r"|(?:栏目|网站|快速)导航|便民查询|友情链接|(?:联系|关于)(?:我们|我們)"
    r"|related\b.{0,20}|most (?:read|popular|viewed)|read (?:more|next)|you may also like|comments|share this"
)
ENDS = re.compile(
    rf"^[\s【\[■◆●▍|]*(?:(?:{_HEADS})[\s:：】\]>»]*$|(?:免责|版权|特别|网站)声明\s*[:：]|免责声明$)", re.IGNORECASE
)
_STEP = re.compile(r"^[\s【\[<«]*[上下]一[篇条页则][\s】\]]*(?:[:：]|$|[^\w])")
_PATH = re.compile(
    r"^[\s【\[]*(?:您(?:现在)?的?(?:所在)?(?:的?位置)|您在这里|当前(?:所在)?(?:位置|页面)|所在位置)\s*[:：是]?"
)
_ASIDE = re.compile(  # what a site says of itself, among its text only
    r"浏览器版本|升级(?:您的)?浏览器|辅助浏览|即将离开本|屏幕阅读|we use cookies"
    r"|扫[一码].{0,12}(?:关注|手机|打开|分享|小程序)"
    r"|继续滑动|长按.{0,8}(?:识别|二维码)|weekly newsletter",
    re.IGNORECASE,
)
_TOOLS = frozenset(
    """
    打印 打印本页 打印此页 打印页面 关闭 关闭窗口 关闭本页 收藏 加入收藏 收藏本页 设为首页 返回 返回顶部 返回列表
    返回首页 回到顶部 上一页 下一页 末页 尾页 首页 网站首页 分享 分享到 分享至 微信 微博 qq空间 我要纠错 纠错 大 中
    小 大号 中号 小号 字体 字号 字体大小 阅读全文 取消 允许 无障碍浏览 上一条 下一条 上一篇 下一篇 扫一扫 更多 more
    print close share top
    """.split()
)
_APART = re.compile(r"[\s|｜/·【】\[\]（）()<>»›>:：,，、+-]+")
_DATED = re.compile(r"[\[（(【]?\s*(?:19|20)\d\d\s*[-./年]\s*\d{1,2}\s*[-./月]\s*\d{1,2}")
_DATED_LENGTH = 30  # characters
_LONGEST = 200  # characters of what furniture says at once


def is_certain(text: str) -> bool:
    """It is furniture even among the paragraphs of a text: tools, steps to other pages, heads of lists of links."""
    words = [word for word in _APART.split(text.lower()) if word]
    tools = all(word in _TOOLS or word.isdigit() for word in words) and any(word in _TOOLS for word in words)
    return tools or bool(_STEP.match(text) or ENDS.search(text) or _PATH.match(text))


def is_furniture(text: str) -> bool:
    """It is furniture by its words, or what a site says of itself."""
    if len(text) > _LONGEST:
        return False
    return is_certain(text) or bool(OWNER.search(text) or _ASIDE.search(text))


def is_dated(text: str) -> bool:
    """2026-03-05 10:00, as many pages have it below the title."""
    return len(text) <= _DATED_LENGTH and bool(_DATED.match(text))
