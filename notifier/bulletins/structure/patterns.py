"""House style as data: every word and form by which bulletins are recognised. Nothing here decides anything.

Digits in the text are folded to ASCII before these are applied (`facts.fold_digits`), one character for one.
"""

import re

NUMERAL = "〇○零一二三四五六七八九十百"
_CJK_NUMBER = f"[{NUMERAL}](?:\\s*[{NUMERAL}]){{0,6}}"
_YEAR = r"(?:(?:19|20)\d\d|[一二][〇○零九]\s?[〇○零一二三四五六七八九]\s?[〇○零一二三四五六七八九])"
_NUMBER = rf"(?:\d(?:\s*\d){{0,5}}|{_CJK_NUMBER})"

# --- masthead -------------------------------------------------------------------------------------------------
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in MONTHS)
ISSUE_SPAN = re.compile(  # 第52-53期
    r"(?<!总)(?<!总\s)(?:第\s*|(?<![\d第])(?!(?:19|20)\d\d\D))(\d{1,4})\s?[-—–－~～至/、]\s?(\d{1,4})\s?[期辑]"
)
TOTAL = re.compile(
    rf"(?:总\s*第?|\bTotal\s(?:No|Issue)\b\.?)\s*({_NUMBER})(?:\s*[期辑号]|(?<=\d)\b)", re.IGNORECASE
)  # 总第126期: over all years
ISSUE_YEAR = re.compile(rf"(?<!\d)({_YEAR})\s*(?:年|[〕\]）)])\s*(?:第|\d{{1,2}}\s*月)")  # 2026年第8期, 2026年3月
ISSUE = (  # the first that is found is the issue; the group is its number
    re.compile(rf"(?<!总)(?<!总\s)第\s*({_NUMBER})\s*[期辑号]"),
    re.compile(
        r"^[〔［\[（(【]\s*(?:19|20)\d\d\s*[〕］\]）)】]\s*(\d{1,4})\s*[号期]?(?=$|\s*[（(]\s*总)"
    ),  # 〔2026〕12号 alone
    re.compile(r"^[（(]?(?:19|20)\d\d\s*年?\s*[-—/.·]\s*(\d{1,3})\s*期?[)）]?$"),  # 2026-08期, 2026/8
    re.compile(r"(?<![\d-])(?:19|20)\d\d\s*[-—–]\s*(\d{1,3})(?=\s*[（(]\s*总)"),  # 2026-12（总第60期）
    re.compile(r"\bNo\s*[.:：]?\s*(?:19|20)\d\d\s*[-—–/]\s*(\d{1,3})\b", re.IGNORECASE),  # No. 2026-31
    re.compile(r"(?<!Total )\b(?:No|N0(?=\W)|Issue|Number)\s*[.:：]?\s*(\d{1,5})\b", re.IGNORECASE),
    re.compile(r"(?:期号|期数)\s*[:：]\s*第?\s*(\d{1,5})"),
    re.compile(rf"总\s*第?\s*({_NUMBER})\s*[期辑号]"),
    re.compile(rf"第\s*({_NUMBER})\s*[周刊]"),  # a weekly, numbered by its week
    re.compile(r"(?<![\d第])(\d{1,4})\s*期(?=$|[\s（(|｜])"),
    re.compile(r"\bVol(?:ume)?\s*[.:：]?\s*(\d{1,4})\b", re.IGNORECASE),  # where there is nothing but volumes
    re.compile(r"^(?:19|20)\d\d\s*年\s*(\d{1,2})\s*月\s*[号刊]$"),  # a monthly, numbered by its month
    re.compile(r"^编\s*号\s*[:：]\s*(?:(?:19|20)\d\d\s?年?\s?[-—–]\s?)?第?\s?(\d{1,3})\s?号?$"),  # not that of a copy
)
YEAR_MONTH = re.compile(r"^(?:19|20)\d\d\s*[./]\s*(?:0?[1-9]|1[0-2])$")
EXTRA_ISSUE = re.compile(
    r"^[（(【]?\s*(?:第[\d一二三四五六七八九十]{1,3}卷\s*)?(增\s*刊|特\s*刊|专\s*刊|号\s*外|创\s*刊\s*号)\s*(?:[（(]\s*[一二三四五六\d]\s*[)）])?\s*[)）】]?$"
)
ISSUE_EXTRAS = re.compile(
    r"^(?:期\s*号|期\s*数|刊\s*期)\s*[:：]\s*(?:(?:19|20)\d\d\s?年?\s?)?第?\s*\d{1,5}\s*期?"
    rf"|^[〔［\[（(【]\s*(?:19|20)\d\d\s*[〕］\]）)】]\s*\d{{1,4}}\s*[号期]?(?=$|\s*[（(]\s*总)"
    rf"|^[（(]?(?:19|20)\d\d\s*年?\s*[-—/.·]\s*\d{{1,3}}\s*期?[)）]?$"
    rf"|^[（(【]?\s*(?:第[\d一二三四五六七八九十]{{1,3}}卷\s*)?(?:增\s*刊|特\s*刊|号\s*外|创\s*刊\s*号)\s*(?:[（(]\s*[一二三四五六\d]\s*[)）])?\s*[)）】]?(?=\s|$)"
    rf"|(?<![\d-])(?:19|20)\d\d\s*[-—–]\s*\d{{1,3}}(?=\s*[（(]\s*总)|第\s*{_NUMBER}\s*卷|(?:[〔［\[（(]?(?:19|20)\d\d\s?年?\s?[〕］\]）)]?\s?)?第\s?\d{{1,4}}\s?[-—–－~～至/、]\s?\d{{1,4}}\s?[期辑]"
    rf"|(?:19|20)\d\d\s*年\s*\d{{1,2}}\s*月[号刊]?(?!\s*\d)"
    r"|[（(]?(?:19|20)\d\d\s*年?\s*[春夏秋冬]\s*季?\s*(?:[号刊卷]\s*[)）]?|学期)"
    rf"|(?:[〔［\[（(]?{_YEAR}\s*年?\s*[〕］\]）)]?\s*)?[（(]?\s*总?\s*第\s*{_NUMBER}\s*[期辑号周刊]\s*[)）]?"
    rf"|(?<!\d)(?:19|20)\d\d\s?[.．]\s?(?:0?[1-9]|1[0-2])(?![\d.．])"
    rf"|[（(]?\s*总\s*{_NUMBER}\s*[期辑号]\s*[)）]?|\bVol(?:ume)?\s*[.:：]?\s*\d+\s*[,，;；]?"
    r"|\bNo\s*[.:：]?\s*(?:19|20)\d\d\s*[-—–/]\s*\d{1,3}\b|(?:\bTotal\s)?\b(?:No|N0(?=\W)|Issue|Number)\s*[.:：]?\s*\d{1,5}\b"
    rf"|(?<!\d )\b(?:{_MONTH})\s+(?:19|20)\d\d\b"
    r"|(?:期号|期数|刊期)\s*[:：]\s*(?:(?:19|20)\d\d\s?年?\s?)?第?\s*\d{1,5}\s*期?|(?<!\d)\d{1,4}\s*期(?=$|[\s（(|｜])",
    re.IGNORECASE,
)
DATES = (  # named groups y, m, d
    re.compile(r"(?<!\d)(?P<y>(?:1\s*9|2\s*0)(?:\s*\d){2})\s*年\s*(?P<m>\d(?:\s?\d)?)\s*月\s*(?P<d>\d(?:\s?\d)?)\s*日"),
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)\s*(?P<s>[-./－—–])\s*(?P<m>\d{1,2})\s*(?P=s)\s*(?P<d>\d{1,2})(?!\d)"),
    re.compile(
        rf"(?P<y>[〇○零O一二三四五六七八九](?:\s*[〇○零O一二三四五六七八九]){{3}})\s*年\s*"
        rf"(?P<m>{_CJK_NUMBER})\s*月\s*(?P<d>{_CJK_NUMBER})\s*日"
    ),
    re.compile(
        rf"\b(?P<m>{_MONTH})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s*,?\s+(?P<y>(?:19|20)\d\d)\b", re.IGNORECASE
    ),
    re.compile(rf"\b(?P<d>\d{{1,2}})\s+(?P<m>{_MONTH})\.?\s+(?P<y>(?:19|20)\d\d)\b", re.IGNORECASE),
)
SPAN = re.compile(  # the days that an issue covers: （6月22日—6月28日）, 2026.07.27—2026.08.02
    r"[（(]?\s*(?<!\d)(?:(?:19|20)\d\d\s*[-./年]\s*)?\d{1,2}\s*[-./月]\s*\d{1,2}\s*日?\s*[-—–－~～至到]+"
    r"\s*(?:(?:19|20)\d\d\s*[-./年]\s*)?(?:\d{1,2}\s*[-./月]\s*)?\d{1,2}(?!\d)\s*日?\s*[)）]?"
)
CLOCK = re.compile(
    r"(?<!\d)\d{1,2}\s*[:：]\s*[0-5]\d(?:\s*[:：]\s*[0-5]\d)?(?!\d)|(?<!\d)\d{1,2}\s*时(?:\s*\d{1,2}\s*分)?(?!间)"
)
DATE_LABEL = re.compile(r"(?:出\s*版|发\s*布|编\s*印|印\s*发|出\s*刊|刊\s*发)?\s*(?:日\s*期|时\s*间)\s*[:：]")
SHORT_DATE = re.compile(r"(?<!\d)\d{1,2}\s*[月./-]\s*\d{1,2}(?!\d)\s*日?")
LUNAR = re.compile(r"(?:农历|夏历)\S{2,12}")
WEEKDAY = re.compile(r"[（(]?\s*(?:星期|周)[一二三四五六日天]\s*[)）]?")
MASTHEAD_WORD = re.compile(
    r"(?:要参|简报|专报|快报|动态|信息|通讯|参考|内参|周报|月报|日报|旬报|季报|摘报|要情|速递|速览|快讯|通报|专刊|要讯|情况|参阅|文摘"
    r"|导刊|观察|前沿|视野|之窗|会刊|院刊|校刊|馆刊|月刊|周刊|旬刊|季刊|双月刊|年刊|通信|纪要|日志|早报|晚报|早知道|头条|选编|选登|选刊|择要|动向|快报|快讯|交流|专递|要报|要闻|回顾|盘点|简讯|简刊|资讯|快递|播报|汇编|摘编|bulletin|digest|newsletter|brief|report)$",
    re.IGNORECASE,
)
ORGANISATION = re.compile(
    r"(?:办公室|办公厅|厅|局|委|委员会|中心|院|处|部|会|社|所|集团|公司|办|大学|学院|学校|室|组|署|馆|站|区|园|政府|联盟|平台|园区|银行|司|党组|基地"
    r"|法院|检察院|庭|科协|作协|[工商侨残妇文社]联|科|队|团|智库|office|department|ministry|centre|center|institute|bureau|committee|agency|university|academy|library|lab|laboratory|council|association|society)$"
    r"|^[A-Z][\w ,&-]{2,40}\b(?:office|department|ministry|centre|center|institute|bureau|committee"
    r"|agency|university|academy|library|council)\s(?:of|for|on)\s[\w ,&-]{2,60}$"
    r"|^(?:office|department|ministry|centre|center|institute|bureau|university|academy)\s(?:of|for)\s[\w ,&-]{2,60}$",
    re.IGNORECASE,
)
PART_OF_BODY = re.compile(r"^[^省市县区州国]{2,4}(?:部|处|室|科|组)$")  # … 图书馆 学科服务部
PUBLISHER_LABEL = re.compile(
    r"^(?:主\s*办|承\s*办|协\s*办|编\s*印|编\s*制|编\s*辑|编\s*者|编\s*发|主\s*编|出\s*版|发\s*布|主\s*管|制\s*作|出\s*品|编\s*译|编\s*辑\s*部|编\s*委\s*会|来\s*源|published\s+by|edited\s+by)"
    r"(?:\s*单\s*位|\s*部\s*门|\s*机\s*构|\s*方)?\s*(?:[:：]\s*|(?<=by)\s+)",
    re.IGNORECASE,
)
SURE_PUBLISHER = re.compile(r"^(?:主\s*[办管]|承\s*办|协\s*办|编\s*印|出\s*版)")  # no person does that
PUBLISHER_TAIL = re.compile(
    r"\s*(?:联\s*合\s*)?(?:编印|发布|發行|發佈|主办|承办|主管|编制|编发|编译|编著|主编|编辑|编|印发|印|出品|制作)$"
)
MASTHEAD_NOISE = re.compile(
    r"^(?:(?:本\s*期|责\s*任|执\s*行|值\s*班)?\s*(?:主\s*编|编\s*辑|责\s*编|编\s*审|总\s*编|签\s*发|审\s*核|审\s*签|校\s*对|美\s*编)人?"
    r"|电\s*话|联\s*系|传\s*真|邮\s*箱|E-?mail|地\s*址|网\s*址|(?:数\s*据|技\s*术)\s*支\s*持|印\s*数|份\s*号|编\s*号|准印证|ISSN|CN\s*\d|No\.?\s*0\d+|\d{3,9}$"
    r"|(?:领\s*导)?\s*(?:批\s*示|阅\s*示|圈\s*阅)\s*[:：]?|(?:请\s*)?(?:注意|妥善)\s*(?:保存|保管|保密)|(?:不得|请勿|严禁)\s*(?:外传|公开|转载|扩散)|[★☆].{1,6}年$|[（(]?仅?供[^（）()]{2,10}(?:参考|参阅|使用)[)）]?$|[（(]?\s*\d{1,2}月\d{1,2}日\s*(?:出版|出刊|编印|印发|发布|编发)\s*[)）]?$|[-—_=*＊·.]{3,}$|本期\s*共|共\s*\d+\s*页)",
    re.IGNORECASE,
)

DOCUMENT_KIND = re.compile(  # a title of a document, not of a bulletin
    r"(?:通知|意见|公告|通告|公示|函|批复|决定|办法|方案|规定|细则|报告|通报|条例|请示|指南|规划|计划|措施|制度|章程|名单|讲话|启事|声明)$"
)
DAILY_NAME = 20  # characters of a masthead's title that no issue number proves

NO_BODY = re.compile("[的《》，。：？]|^关于")  # what the name of no organisation holds

# --- marking --------------------------------------------------------------------------------------------------
MARKINGS = ("绝密", "机密", "秘密", "内部")  # the strongest first
MARKING = re.compile(  # on a line without white space
    r"^[【（(\[［〔]?(?:密级|保密级别|文件密级)?[:：]?(绝密|机密|秘密|内部)(?P<rest>.{0,24})$"
)
MARKING_REST = re.compile(  # what may follow the marking itself
    r"^(?:级|件|文件)?(?:[★☆*＊✩✭·].{0,8}|\d{1,2}年|[一二三五十]+年|长期)?[】）)\]］〕]?(?:第?[A-Z\d]{3,12}号?)?$"
)
INTERNAL_REST = re.compile(
    r"^(?:资料|参考|刊物|文件|材料|使用|发行|交流|传阅|掌握|事项|信息|学习)?[,，。.·、]*(?:请)?(?:注意|妥善)?(?:保存|保密|保管)?"
    r"[,，。、]*(?:(?:不得|请勿|严禁)(?:外传|公开|转载|翻印|传播|扩散)){0,2}[】）)\]］〕]?[!！。★☆]?$"
)
TITLE_MARKING = re.compile(r"[（(【\[]\s*(绝\s*密|机\s*密|秘\s*密)\s*(?:[★☆*]\s*\S{0,6})?\s*[)）】\]]\s*$")

# --- contents list --------------------------------------------------------------------------------------------
CONTENTS = re.compile(  # a line without white space and decoration, in lower case
    r"(?:(?:本[期周月日刊旬季号]|今[日天]|每[日周]|一周)(?:目录|目次|要目|要点|导读|提要|内容|看点|重点|关注|要览|导览|一览"
    r"|摘要|速览|要闻导读|内容提要|主要内容|内容导读)|目录|目次|要目|要点|导读|提要|看点|导览|内容提要|内容导读|内容目录"
    r"|主要内容|tableofcontents|contents|inthisissue|highlights)+"
)
PICTURES = r"\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff"  # 🇯🇵 is two of them
BULLETS = r"▸●○◆◇■□▲△▼▽★☆•·・‧∙⚫◎⊙➢➤▶►▷◉※*＊◾▪▫❖✦✧✱✓✔>＞»▍▌▎❯\uf000-\uf0ff\u2b1b\u2b1c" + PICTURES
ROW_BULLET = re.compile(rf"^[{BULLETS}\-–—﹒\ufe0f]+\s*")
ROW_NUMBER = re.compile(
    r"^(?:[\[［【〔]\s*\d{1,2}\s*[\]］】〕]|[（(]\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*[)）]|\d{1,2}\s*(?:[.．](?!\d)|、(?!\d+\s*(?:[、.．，%％季月号期年日]|$))|[)）])|0\d(?:\s*[|｜/.、]\s*|\s+)|[一二三四五六七八九十]{1,3}\s*[、.．](?![一二三四五六七八九十]{1,2}(?:季|月|级|线|产|次|类))"
    r"|[Ⅰ-Ⅻ]\s*[、.．]?|[①-⑳]|[⑴-⒇]|[⒈-⒛]|[❶-❿]|[➊-➓]|\d\ufe0f?\u20e3|🔟|第[一二三四五六七八九十]{1,3}[条项则篇]\s*[:：、]?)\s*"
)
ORNAMENT = re.compile(  # a line that is drawn, not written
    r"^(?:[-—–_=~～*＊#+·•…─━═┄┈╌▬▔‾＿★☆◆◇●○■□▲△▼▽♦❖※]\s*){3,}$|^(?:[.×xX]\s*){4,}$"
    r"|^[-—–\s·•（(【～~]*(?:THE\s+END|E\s*N\s*D|(?:本\s*期|全\s*文|正\s*文)?\s*(?:完|终|结\s*束))[】）)]?[-—–\s·•）)】]*$",
    re.IGNORECASE,
)
ROW_PAGE = re.compile(
    r"(?:\s*(?:[.．·・…‥⋯﹒。_\-—―─]\s*){2,}|\s*[…⋯]+\s*|\s+)[/／]?\s*(?:[（(〔\[]\s*\d{1,3}\s*[)）〕\]]|第?\s*\d{1,3}\s*页?|P{0,2}\.?\s*\d{1,3}(?:\s*[-—–－~～至]\s*\d{1,3})?)\s*$|[（(]\s*\d{1,3}(?:\s*[-—–－~～]\s*\d{1,3})?\s*[)）]\s*$",
    re.IGNORECASE,
)
ROW_WRITER = re.compile(  # … / 张三, …………张三
    r"(?:\s+[/／|｜]\s*|\s*(?:[.．·・‥]\s*){3,}|\s*[…⋯]{2,}\s*)[\u4e00-\u9fff]{2,5}(?:[\s、]+[\u4e00-\u9fff]{2,4})*\s*$"
)
ROW_LEADER = re.compile(r"\s*(?:(?:[.．·・‥﹒_]\s*){3,}|[…⋯]{2,})\s*$")

# --- sections and titles --------------------------------------------------------------------------------------
SECTION_BRACKETS = re.compile(
    r"^(?:[●○◆◇■□▲★☆※]\s*)?(?:【(?P<a>[^【】]{1,40})】|［(?P<b>[^［］]{1,40})］|\[(?P<c>[^\[\]]{1,40})\]|〖(?P<d>[^〖〗]{1,40})〗"
    r"|〔(?P<e>[^〔〕]{1,40})〕|「(?P<f>[^「」]{1,20})」)\s*(?P<rest>.*)$"
)
SECTION_BULLET = re.compile(
    r"^(?:[■◆▲★●○□◇☆❖▌▍▎►▶◎⊙◉※▼▪◾⬛♦✦✧✱＃»\u2b1b\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff]{1,2}\ufe0f?|>{2,4}|＞{2,4}|/{2}|#|\|)\s*(?P<name>\S.*)$"
)
SECTION_AROUND = re.compile(  # marks on both sides: —— 国内 ——, ☆ 国内 ☆, 〓国内〓, ◆◇ 国内 ◇◆
    r"^(?:◆◇\s*|◇◆\s*|■□\s*|□■\s*|●○\s*|○●\s*|★☆\s*|☆★\s*)(?P<framed>[“《]?[^\d\W](?:.{0,22}?\S)?)\s*(?:◇◆|◆◇|□■|■□|○●|●○|☆★|★☆)$"
    r"|^(?P<mark>[■◆▲★●□◇☆❖※◎✦〓=~～*＊·•—–\-─━═▼])(?P=mark)*\s*(?P<name>[“《]?[^\d\W](?:.{0,22}?\S)?)\s*(?P=mark)+$"
)
SECTION_NUMBER = re.compile(
    r"^(?:第[一二三四五六七八九十]{1,3}[部篇编]分?|[一二三四五六七八九十]{1,3}\s*[、.．]|[Ⅰ-Ⅻ]\s*[、.．]?|(?:I{1,3}|I?V|VI{1,3}|I?X)[.．、]\s)\s*(?P<name>\S.*)$"
)
INNER_LABELS = frozenset((
    "编者按", "编者的话", "按语", "按", "导语", "导读", "背景", "背景链接", "链接", "相关链接", "延伸阅读", "点评",
    "简评", "评论", "启示", "案例", "建议", "摘要", "关键词", "名词解释", "注", "注释", "小贴士", "核心提示",
    "提示", "图表", "附",
))  # fmt: skip
SECTION_LENGTH = 12  # characters: a name without a mark of its own is at most so long
SHORT_TITLE = 8  # characters
TITLE_LENGTH = 60  # characters of one line of a title
LEAD = re.compile(
    r"^(?!(?:当前|目前|近期|近年来|今年|去年)[\u4e00-\u9fff]{2,10}$)(?:近日|日前|近期|近年来|今年|去年|当前|目前|据悉|据了解|据介绍|据统计|截至|截止|为[了深贯落进推加切]|为，|\d{1,2}月(?!份(?![，,]))(?:\d{1,2}日)?|附?[表图]\s*\d"
    r"|\d{4}年(?:以来|\d{1,2}月)|本报讯|本刊讯|记者|(?:近|日|今|据)$)"
)
CLOSERS = "”’」』）)》】］]〉\"'"
SENTENCE_MARKS = "。！？!?…"
BLOCK_MARKS = "。！？!?…；;：:"
CLAUSE_MARKS = "，、,；;：:"

# --- points: style -> pattern; group 1 is the number --------------------------------------------------------------
_TEENS = "[一二三四五六七八九十]{1,3}"
POINTS = {
    "paren": re.compile(r"^[（(]\s*(\d{1,2})\s*[)）]\s*|^([⑴-⒇])\s*"),
    "paren-cjk": re.compile(rf"^[（(]\s*({_TEENS})\s*[)）]\s*"),
    "circled": re.compile(r"^([①-⑳❶-❿➀-➓])\s*|^(\d)\ufe0f?\u20e3\s*"),
    "bare": re.compile(
        r"^(\d{1,2})\s*(?:[.．](?!\s*\d)|、(?!\d+\s*(?:[、.．，%％季月号期年日]|$))|[)）])\s*|^([⒈-⒛])\s*"
    ),
    "boxed": re.compile(r"^[\[［【〔]\s*(\d{1,2})\s*[\]］】〕]\s*"),
    "cjk": re.compile(rf"^({_TEENS})\s*、\s*"),
    "first-is": re.compile(rf"^({_TEENS})是(?!否|不是|非)[，,：:]?\s*"),
    "ordinal": re.compile(rf"^第({_TEENS})[，,、：:]\s*"),
}
HEADING_NUMBERS = frozenset({"paren", "paren-cjk", "circled", "bare", "boxed", "cjk", "ordinal"})
HEADING_STYLES = frozenset({"cjk", "paren-cjk"})  # 一、主要做法 and （一）主要做法 head what follows
ITEM_NUMBERS = frozenset({"paren", "circled", "bare", "boxed"})  # 1. … may be a whole article; （一） stands within one
TITLE_NUMBERS = frozenset({"boxed"})  # [1] counts titles, or names a note below the text
STRONG_POINTS = frozenset({"paren", "paren-cjk", "circled"})
NEXT_MARKER = {  # how the second of a list looks within a paragraph
    "paren": re.compile(r"[（(]\s*2\s*[)）]|⑵"),
    "paren-cjk": re.compile(r"[（(]\s*二\s*[)）]"),
    "circled": re.compile("②"),
}

# --- people of an issue ---------------------------------------------------------------------------------------
EDITORS = re.compile(
    r"(?:(?:责任|执行|本期|值班|副)?\s*(?:主\s*编|编\s*辑|责\s*编|编\s*审|总\s*编)|审\s*核|审\s*签|校\s*对|签\s*发)\s*人?\s*[:：]\s*"
    r"(?P<names>[^:：]{2,40}?)(?=\s*(?:$|[;；|｜]|\s\S{2,8}\s*[:：]))"
)
EDITORS_LINE = re.compile(
    r"^(?:Editors?|Edited\s+by)\s*[:：]|^[（(]?(?:(?:责任|执行|本期|值班|副)?\s*(?:主\s*编|编\s*辑|责\s*编|编\s*审|总\s*编)|审\s*核|审\s*签|校\s*对)\s*人?\s*[:：]"
)
META_LENGTH = 80  # characters

# --- official documents (GB/T 9704) -----------------------------------------------------------------------------
RED_HEAD = re.compile(r"(?:文件|公文|函|令|公告|通告|决定)$")
DOCUMENT_NUMBER = re.compile(
    r"^[\w（）()·]{1,24}\s*[〔\[［（(【]\s*(?:19|20)\d\d\s*[〕\]］）)】]\s*第?\s*(\d{1,5})\s*号(?:\s|$)"
)
CLOSING = re.compile(rf"^(?:附\s*件?\s*\d{{0,2}}\s*[:：]|{_YEAR}\s*年\s*{_NUMBER}\s*月\s*{_NUMBER}\s*日$)")
CLOSING_LENGTH = 40  # characters
RED_HEAD_LINES = 6  # lines in which the number of a document stands

# --- distribution and imprint ---------------------------------------------------------------------------------
LABELS = {
    "主送": "to", "报送": "to", "主报": "to", "抄报": "to", "呈报": "to", "呈送": "to", "报": "to", "呈": "to",
    "抄送": "cc", "分送": "cc", "抄发": "cc", "发送": "cc", "印送": "cc", "送": "cc", "发": "cc",
    "发至": "cc", "送至": "cc", "印发范围": "cc", "发送范围": "cc", "分发": "cc",
}  # fmt: skip
_LABEL = "|".join(r"\s*".join(label) for label in sorted(LABELS, key=len, reverse=True))
LABEL = re.compile(rf"^(?P<label>{_LABEL})\s*[:：]\s*|^(?P<bare>主\s*送|抄\s*送|抄\s*报)\s{{1,8}}(?=\S)")
LABEL_INSIDE = re.compile(rf"(?:(?<=[。；;])\s*|(?<=[^\s主抄报呈分印发])\s{{2,}})(?=(?:{_LABEL})\s*[:：])")
RECIPIENT = re.compile(  # a body of its own, not a role beside another (市长、副市长)
    rf"^(?:各|本|全)|(?:部门|单位)$|{ORGANISATION.pattern.partition('$')[0]}(?:[（(][^（）()]*[)）])?$", re.IGNORECASE
)
RECIPIENT_ENDS = "，；。,;"
PRINTED = re.compile(r"(?:印\s*发|印\s*制|编\s*印|印)\s*[)）]?$")
IMPRINT_LABEL = re.compile(r"^(?:印\s*发\s*(?:单\s*位|机\s*关)?|编\s*印\s*(?:单\s*位)?|印\s*制|签\s*发)\s*[:：]\s*")
IMPRINT_NOISE = re.compile(
    r"[（(]?\s*(?:共\s*印|印\s*数|印)\s*[:：]?\s*[\d〇一二三四五六七八九十百]+\s*份\s*[)）]?"
    r"|^[（(]内部(?:交流|资料|参考|传阅|刊物|使用)[^（）()]{0,12}[)）]$|^[（(]?(?:责\s*任\s*编\s*辑|本\s*期\s*编\s*辑|责\s*编|编\s*辑|主\s*编|审\s*核|校\s*对|签\s*发|联\s*系\s*(?:人|电\s*话)|电\s*话|传\s*真"
    r"|邮\s*箱|地\s*址|投\s*稿)\s*[:：].*$|^[-—_=─]{3,}$"
)
TAIL_LINES = 60  # a distribution list and imprint are looked for in so many last lines
TAIL_LOOSE = 4  # rows without a label that may follow one with a label
RECIPIENT_LENGTH = 40  # characters

# --- pages ----------------------------------------------------------------------------------------------------
PAGE_MARK = re.compile(
    r"^(?:[-—–－―─~～·•‧*]+\s*\d{1,4}\s*[-—–－―─~～·•‧*]+|[（(【\[]?第\s*(?:\d{1,4}|[一二三四五六七八九十百]{1,4})\s*页[)）】\]]?"
    r"(?:\s*[,，/／|]?\s*[（(]?共\s*(?:\d{1,4}|[一二三四五六七八九十百]{1,4})\s*页[)）]?)?|共\s*\d{1,4}\s*页\s*[,，]?\s*第\s*\d{1,4}\s*页"
    r"|page\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?|p\.\s*\d{1,4})$",
    re.IGNORECASE,
)
PAGE_FRACTION = re.compile(r"^(\d{1,3})\s*[/／]\s*(\d{1,3})$")
PAGE_BARE = re.compile(r"^\d{1,3}$")
PAGE_APART = 3  # lines: two bare page numbers stand further apart than this
HEAD_LENGTH = 60  # characters of a running head

NOTE = re.compile(  # small print below the text
    r"^(?:[①-⑳⁰¹²³⁴-⁹]|\[\d{1,2}\]|［\d{1,2}］|\d{1,2}\s*[^\d\s.．、，,年月日]|[*＊※]|注\s*\d*\s*[:：])"
)

# --- decoding: frequent characters, simplified and traditional ------------------------------------------------
FREQUENT = frozenset(
    "，。、：；（）“”《》！？　的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动"
    "同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机"
    "当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么"
    "利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品"
    "式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任"
    "取据处理府省市科技创新這為個國時來們對會發動過說產種後經進著電裡現實體機當點從業應開還來與關線內數質氣變條沒"
    "結問無係軍題黨員總設長頭資邊統級圖計別運農區強決戰處據"
)
SAMPLE = 20_000  # characters by which an encoding is judged
HEADED_POINTS = frozenset({"paren", "paren-cjk", "circled", "bare"})  # their heading may stand on a line of its own
OWN_HEADING = 40  # characters
SHORT_HEADING = 15  # characters: a cut paragraph's first part is longer (a page's row holds more)
PAGE_MARK_LENGTH = 24  # characters
PLAIN_SECTION = 16  # columns of a section's name that nothing marks
TITLE_REST = 20  # characters that a margin leaves of a title for its last line
PARAGRAPH_INDENT = 4  # columns: two full-width spaces
NAME_LENGTH = 12  # characters of a person's name
FACT_LENGTH = 200  # characters: a longer line is running text, and no fact of the issue is looked for in it
