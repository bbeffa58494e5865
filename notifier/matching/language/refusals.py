"""What the parser says when it refuses a rule, and its hints: every text in Chinese and English, in one place."""

from difflib import SequenceMatcher, get_close_matches
from typing import NamedTuple

from notifier.domain import Division, division_names
from notifier.errors import RuleError
from notifier.matching.language.expression import RuleHint

LONGEST_SHOWN = 80  # characters of the user's text that a message repeats


class Words(NamedTuple):
    """A message and what to do about it, in both languages."""

    zh: str
    en: str
    zh_hint: str = ""
    en_hint: str = ""


REFUSALS = {
    "empty": Words("规则是空的", "the rule is empty", "写一个词，例如：科技金融", "write a term, such as 科技金融"),
    "long": Words("规则超过 {most} 个字", "the rule is longer than {most} characters",
                  "拆成几条规则，或者建一个话题", "split it into several rules, or make a topic"),
    "many": Words("规则里的词（或正则）超过 {most} 个", "the rule has more than {most} terms (or regexes)",
                  "拆成几条规则，或者建一个话题", "split it into several rules, or make a topic"),
    "long_term": Words("一个词超过 {most} 个字", "a term is longer than {most} characters",
                       "取其中最有特征的几个字", "keep the few characters that mark it"),
    "deep": Words("括号或否定嵌套超过 {most} 层", "brackets or negations nest deeper than {most}",
                  "拆成几条规则", "split it into several rules"),
    "quote": Words("引号没有成对", "unpaired quotation mark",
                   "补上另一半引号，或者去掉它", "add the other quotation mark, or remove this one"),
    "empty_phrase": Words("引号里没有可找的字", "nothing to look for between the quotation marks",
                          "在引号里写上要找的字", "write between them what to look for"),
    "open": Words("括号没有成对", "unpaired bracket", "补上右括号 )", "add the closing bracket )"),
    "close": Words("多出一个右括号", "a closing bracket too many", "去掉它，或者补上左括号 (",
                   "remove it, or add the opening bracket ("),
    "brackets": Words("括号里是空的", "nothing between the brackets", "在括号里写上词，或者去掉括号",
                      "write a term between them, or remove them"),
    "slash": Words("正则的斜线没有成对", "unpaired slash of a regex",
                   "正则写在两条斜线之间；若要找斜线本身，请加引号",
                   "a regex stands between two slashes; to look for a slash itself, put it in quotes"),
    "after_regex": Words("正则后面要有空格", "a regex is followed by a space",
                         "正则不分大小写，没有附加标志；若要找斜线本身，请加引号",
                         "case is ignored and there are no flags; to look for slashes, put them in quotes"),
    "regex": Words("正则无法使用：{reason}", "unusable regex: {reason}",
                   "语法见 RE2；不支持回溯引用和环视", "see RE2's syntax; it has no back-references or look-around"),
    "regex_literal": Words("正则里没有每次都出现的字串", "the regex has no literal that every match contains",
                           "至少要有连着的两个汉字或三个字母，例如 /第.{{1,3}}批次/",
                           "it needs two Chinese characters or three letters in a row, as in /第.{{1,3}}批次/"),
    "field": Words("没有“{name}”这个字段", "there is no field {name}",
                   "{near}字段有：标题、正文、栏目、来源、刊名、机关、文号、地区、日期、截止；若不是字段，请加引号",
                   "{near}fields: title, body, section, source, bulletin, issuer, docno, place, date, deadline; if no "
                   "field is meant, use quotes"),
    "field_word": Words("字段后面没有词", "nothing follows the field",
                        "冒号后面接一个词、“短语”或括号，例如 标题:四川；“非”写在字段前面",
                        "a term, “phrase” or bracket follows the colon, as in title:四川; NOT goes before the field"),
    "field_never": Words("两层字段没有交集，永远不会命中", "two fields that exclude each other: it can never match",
                         "去掉其中一个字段", "remove one of them"),
    "field_date": Words("“{word}”不能写在别的字段里", "{word} cannot stand inside another field",
                        "把它写在字段外面，例如 标题:核电 日期>=2026-01-01",
                        "write it beside the field, as in title:核电 date>=2026-01-01"),
    "date_value": Words("“{word}”里没有能用的日期", "{word} has no usable date",
                        "写成 2026-01-01、2026-01 或 2026，例如 日期>=2026-01-01；若要找这几个字，请加引号",
                        "write 2026-01-01, 2026-01 or 2026, as in date>=2026-01-01; to look for the characters, use "
                        "quotes"),
    "date_only": Words("规则里只有日期，会命中所有文章", "only dates: the rule would match every article",
                       "再写上要什么，例如 核电 日期>=2026-01-01",
                       "say what to find as well, as in 核电 date>=2026-01-01"),
    "place": Words("没有“{name}”这个地区", "there is no place {name}",
                   "{near}写省、市、县的名称，例如 地区:广元、苍溪县；要找这几个字，去掉“地区:”",
                   "{near}write the name of a province, city or county, as in place:广元; to look for the characters, "
                   "leave out place:"),
    "place_word": Words("地区后面只能写地名", "only names of places can follow place:", "例如 地区:广元、苍溪县",
                        "as in place:广元、苍溪县"),
    "near_fact": Words("邻近、同句、同段的两边不能是机关、文号、地区或日期",
                       "issuers, numbers, places and dates cannot stand beside NEAR, 同句, 同段",
                       "用“且”连接，例如 (甲 邻近10 乙) 地区:广元", "join them with AND: (a NEAR/10 b) place:广元"),
    "topic_name": Words("# 后面没有话题名", "nothing follows #", "写上话题名，例如 #核电",
                        "write a topic's name, as in #核电"),
    "topic": Words("没有“{name}”这个话题", "there is no topic {name}", "{near}用 notifier topics list 查看全部话题",
                   "{near}see notifier topics list"),
    "after": Words("“{word}”后面没有词", "nothing follows {word}", "补上一个词，或者去掉“{word}”",
                   "add a term, or remove {word}"),
    "before": Words("“{word}”前面没有词", "nothing stands before {word}",
                    "补上一个词，或者去掉“{word}”；若要找这个词本身，请加引号",
                    "add a term, or remove {word}; to look for the word itself, put it in quotes"),
    "list": Words("、只连接词、“短语”、#话题和 /正则/", "、 joins only terms, “phrases”, #topics and /regexes/",
                  "在这里用 或", "use OR here"),
    "near_number": Words("“{word}”少了字数", "{word} lacks a number",
                         "写成 邻近10 或 NEAR/10，最多 {most}；更远请用 同段",
                         "write NEAR/10 or 邻近10, at most {most}; for more use 同段"),
    "wildcard": Words("只有通配符，没有可找的字", "only a wildcard, nothing to look for",
                      "写上至少两个字，例如 科技*金融", "write two characters or more, as in 科技*金融"),
    "leading": Words("词不能以 * 开头", "a term cannot begin with *", "去掉开头的 *：中文词本来就找得到词中的字",
                     "remove the leading *"),
    "wildcards": Words("一个词里最多 {most} 个 *", "at most {most} * in one term", "改用 邻近10",
                       "use NEAR/10 instead"),
    "marks": Words("“{word}”里没有可找的字", "{word} has nothing to look for",
                   "写上文字；只有标点的词找不到东西", "write some text; punctuation alone finds nothing"),
    "short": Words("“{word}”太短", "{word} is too short",
                   "{near}每个分支至少要有一个两个字以上的词；单字只能写在字段里，例如 标题:{word}",
                   "{near}every branch needs a term of two characters or more; a single one only inside a field, as in "
                   "title:{word}"),
    "negative": Words("规则里只有“不要什么”", "the rule says only what to leave out",
                      "再写上要什么，例如 科技 NOT 金融", "say what to find as well, as in 科技 NOT 金融"),
    "near_negative": Words("邻近、同句、同段的两边都要有要找的词",
                           "both sides of NEAR, 同句, 同段 need something to find",
                           "把“非”写在外面：非 (甲 邻近10 乙)", "put NOT outside: NOT (a NEAR/10 b)"),
}  # fmt: skip

HINTS = {
    "glued": Words("“{word}”没有用空格隔开，“{term}”按一个词处理；若是运算符，请在两边加空格",
                   "{word} is not set off by spaces, so {term} is one term; add spaces if an operator is meant"),
    "lower": Words("小写的 {word} 按词处理；若是运算符，请写成大写",
                   "lower-case {word} is a term; write it in capitals if an operator is meant"),
    "comma": Words("“{word}”不是运算符，要连同标点一起找；任一即可用 、，都要有用空格",
                   "{word} is no operator but part of the term; use 、 for any of them, a space for all"),
    "ampersand": Words("& 是“且”；若要找 {word} 这样的名称，请加引号",
                       "& means AND; put a name such as {word} in quotes"),
    "star": Words("末尾的 * 只对字母和数字有用", "a trailing * matters only after letters and digits"),
    "spaced_minus": Words("单独的 {word} 是“非”；若是破折号，请去掉或加引号",
                          "a lone {word} means NOT; if a dash is meant, remove it or use quotes"),
    "adjacent": Words("引号后面紧接着的词另算一个词，两个都要有",
                      "what follows the quotation mark is a term of its own; both are required"),
    "regex_blank": Words("正则看到的文字没有引号，汉字之间没有空白",
                         "a regex sees text without quotes, and without white space beside Chinese"),
}  # fmt: skip


def refusal(code: str, position: int, *, language: str, **values: object) -> RuleError:
    """The RuleError for `code`, in `language` (English for anything that is not Chinese)."""
    words = REFUSALS[code]
    shown = {name: _shortened(value) for name, value in values.items()}
    chinese = language.lower().startswith("zh")
    message, hint = (words.zh, words.zh_hint) if chinese else (words.en, words.en_hint)
    return RuleError(message.format(**shown), position, hint.format(**shown))


def rule_hint(code: str, position: int, **values: object) -> RuleHint:
    words = HINTS[code]
    shown = {name: _shortened(value) for name, value in values.items()}
    return RuleHint(position, words.zh.format(**shown), words.en.format(**shown))


def nearest(word: str, known: list[str], *, language: str) -> str:
    """“Did you mean …” with the closest known words, or nothing."""
    close = get_close_matches(word[:40], known, n=3, cutoff=0.4)
    if not close:
        return ""
    names = "、".join(close) if language.lower().startswith("zh") else ", ".join(close)
    return f"是不是“{names}”？" if language.lower().startswith("zh") else f"did you mean {names}? "


def nearest_place(name: str, *, language: str) -> str:
    """The same for names of places, higher ones first: only those that share a character are looked at."""
    wanted = name[:20]

    def key(each: tuple[str, tuple[Division, ...]]) -> tuple[float, bool, int]:
        likeness = SequenceMatcher(None, each[0], wanted).ratio()
        return -likeness, each[0][0] != wanted[:1], each[1][0].level

    known = [each for each in division_names().items() if not set(wanted).isdisjoint(each[0])]
    return nearest(name, [near for near, _ in sorted(known, key=key)[:2]], language=language)


def _shortened(value: object) -> str:
    text = str(value)
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"
