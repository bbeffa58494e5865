"""The words around the content, by language."""

import datetime as dt

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

CHINESE = {
    "alert": "新文章",
    "reminder": "提醒",
    "daily": "日报",
    "weekly": "周报",
    "monthly": "月报",
    "contents": "本期要点",
    "count": "共 {} 篇",
    "issue": "第{}期",
    "byline": "来源：{}",
    "why": "为何收到",
    "rule": "规则",
    "likely": "疑似",
    "in_title": "标题",
    "in_section": "栏目",
    "in_byline": "来源",
    "in_bulletin": "刊名",
    "more_rules": "另有 {} 条规则也命中",
    "original": "原文：{}",
    "others": "同一内容另见：",
    "doubtful": "本期由程序读取，部分内容可能不完整",
    "deadline_application": "申报截止",
    "deadline_comments": "征求意见截止",
    "deadline_registration": "报名截止",
    "deadline_submission": "报送截止",
    "deadline_notice": "公示截止",
    "deadline_other": "截止",
    "inferred": "（年份为推定）",
    "left_days": "还有 {1} 天{0}",
    "left_tomorrow": "明天{0}",
    "left_today": "今天{0}",
    "attached": "附件是日历文件（.ics），打开即可加入自己的日历。每个截止日期只提醒一次。",
    "reminder_because": "您收到这封邮件，是因为「{}」按您的规则提醒过这些文章。时间以原文为准。",
    "read": "查看原文",
    "page": "在线阅读",
    "withheld": "此来源只提供标题。",
    "partial": "以上为摘录，全文见原文。",
    "rest": "其余文章",
    "more": "另有 {} 篇，见您的个人订阅源",
    "all": "查看本期全部 {} 篇",
    "more_lines": "另有 {} 条。",
    "because": "您收到这封邮件，是因为以上文章符合您在「{}」订阅的规则。",
    "unsubscribe": "退订",
    "feed": "个人订阅源",
    "private": "退订和订阅源的链接仅供您本人使用，转发前请删去。",
    "colon": "：",
    "comma": "、",
    "many_subject": "{} 等 {} 篇",
    "many_deadlines": "{} 等 {} 项",
    "prefix": "【{}】",
    "feed_about": "{}：按您的规则挑选的文章，最新的在前。",
    "confirm_subject": "请确认订阅{}",
    "confirm_lead": "有人（想必是您）用这个邮箱地址订阅了「{}」。请点击下面的链接确认，确认之后才会开始发送。",
    "confirm_button": "确认订阅",
    "login_subject": "登录{}",
    "login_lead": "请点击下面的链接登录「{}」。链接很快失效，并且只能使用一次。",
    "login_button": "登录",
    "ignore": "如果不是您本人的操作，请忽略这封邮件，什么也不会发生。",
    "operator_why": "您收到这封邮件，是因为您是「{}」的管理员。",
    "rule_subject": "您在「{}」的规则已失效",
    "rule_lead": "下面的规则现在无法使用，不会再带来文章，直到它或它用到的话题改好为止。其他规则照常。",
    "rule_why": "您收到这封邮件，是因为您在「{}」有规则。每条规则只通知一次。",
    "channel_subject": "您在「{}」的一个通知渠道出了问题",
    "channel_lead": "下面的渠道收不到提醒。个人订阅源照常；请检查后告知管理员，或改用其他渠道。",
    "channel_why": "您收到这封邮件，是因为您在「{}」设置了这个渠道。同一问题只通知一次。",
    "channel_mail": "邮件",
}

ENGLISH = {
    "alert": "New articles",
    "reminder": "Reminder",
    "daily": "Daily digest",
    "weekly": "Weekly digest",
    "monthly": "Monthly digest",
    "contents": "In this issue",
    "count": "Articles: {}",
    "issue": "No. {}",
    "byline": "Source: {}",
    "why": "Why you get this",
    "rule": "Rule",
    "likely": "likely",
    "in_title": "title",
    "in_section": "section",
    "in_byline": "source",
    "in_bulletin": "bulletin",
    "more_rules": "Other rules that matched: {}",
    "original": "Original: {}",
    "others": "Also at: ",
    "doubtful": "Read by a program; parts of this issue may be missing",
    "deadline_application": "Applications close",
    "deadline_comments": "Comments close",
    "deadline_registration": "Registration closes",
    "deadline_submission": "To be submitted by",
    "deadline_notice": "Public notice ends",
    "deadline_other": "Deadline",
    "inferred": " (year inferred)",
    "left_days": "{0} in {1} days",
    "left_tomorrow": "{0} tomorrow",
    "left_today": "{0} today",
    "attached": "The attached calendar file (.ics) adds the dates to your own calendar. You are reminded of each once.",
    "reminder_because": "You get this mail because {} alerted you of these articles. What the originals say counts.",
    "read": "Read the original",
    "page": "Read online",
    "withheld": "Its source gives out only the title.",
    "partial": "An excerpt; the original has the full text.",
    "rest": "Other articles",
    "more": "{} more in your personal feed",
    "all": "All {} articles of this digest",
    "more_lines": "{} more.",
    "because": "You get this mail because these articles match your rules at {}.",
    "unsubscribe": "Unsubscribe",
    "feed": "Personal feed",
    "private": "These two links are yours alone: remove them before you forward this mail.",
    "colon": ": ",
    "comma": ", ",
    "many_subject": "{} (articles: {})",
    "many_deadlines": "{} (deadlines: {})",
    "prefix": "[{}] ",
    "feed_about": "{}: articles selected by your rules, newest first.",
    "confirm_subject": "Confirm your subscription to {}",
    "confirm_lead": "Somebody, presumably you, subscribed this address to {}. Nothing is sent until you confirm.",
    "confirm_button": "Confirm",
    "login_subject": "Sign in to {}",
    "login_lead": "Sign in to {} with this link. It expires soon and works once.",
    "login_button": "Sign in",
    "ignore": "If this was not you, ignore this mail: nothing will happen.",
    "operator_why": "You get this mail because you operate {}.",
    "rule_subject": "A rule of yours at {} no longer works",
    "rule_lead": "These rules cannot be used and bring nothing until they, or topics they name, are mended. "
    "Others go on.",
    "rule_why": "You get this mail because you have rules at {}. There is one notice a rule.",
    "channel_subject": "One of your channels at {} does not work",
    "channel_lead": "This channel does not take alerts. Your feed goes on; mend the channel and tell the operator, "
    "or use another.",
    "channel_why": "You get this mail because you set up that channel at {}. There is one notice a problem.",
    "channel_mail": "Mail",
}


def labels(language: str) -> dict[str, str]:
    """English for en and its kind, Chinese for all else."""
    return ENGLISH if is_english(language) else CHINESE


def is_english(language: str) -> bool:
    return language.lower().split("-")[0] == "en"


def say_weekday(date: dt.date, language: str) -> str:
    """（星期日）, or ", Sunday"."""
    if is_english(language):
        return f", {_DAYS[date.weekday()]}"
    return f"（星期{'一二三四五六日'[date.weekday()]}）"


def say_date(date: dt.date | None, language: str, *, year: bool = True) -> str:
    """2025年10月27日, or 27 October 2025; "" where unknown."""
    if date is None:
        return ""
    if is_english(language):
        return f"{date.day} {_MONTHS[date.month - 1]}" + (f" {date.year}" if year else "")
    return (f"{date.year}年" if year else "") + f"{date.month}月{date.day}日"
