"""Signs by which heads, their parts and what stands beside them are told, as data. Nothing here decides anything."""

import re

from notifier.bulletins.structure import patterns

LEAD_IN = re.compile(  # 【成都】近日…
    rf"^[{patterns.BULLETS}]?\s*[【［〖](?P<name>[^【】［］〖〗]{{2,40}})[】］〗]\s*[:：]?\s*(?P<rest>\S.*)$"
)
SECTION_PART = re.compile(  # PART 01 协会动态, Part Two | 政策
    r"^(?:PART|SECTION|CHAPTER)(?:\s*[.·]?\s*\d{1,2}|[\s.·]+(?:[IVX]{1,4}|ONE|TWO|THREE|FOUR|FIVE|SIX)\b)"
    r"\s*[|｜:：.、·—-]*\s*(?P<name>\S.{0,23})$",
    re.IGNORECASE,
)
QUESTION = re.compile(r"^(?:问|Q)\s*[:：]")  # a title where it is the first below a section
SUBTITLE = re.compile(r"^[—–─-]{1,4}\s*[^\s—–─-].*[^—–─-]$")  # ——…, below a title
DECIMAL = re.compile(
    r"^(?:(\d{1,2})\s*[.．-]|([A-H])[.．-]?)\s*(\d{1,2})(?:\s*[.．、]|\s)?\s*(?=[^\d\s.．%％]|(?<=\s)\d)"
)  # 2.1 …: a title, where it counts
NESTED = re.compile(r"^\d{1,2}(?:[.．]\d{1,2}){1,3}[.．、]?\s+\S")  # 2.1 …: a heading within, where it does not count
OUTLINE_PART = re.compile(
    rf"^第?(?P<number>\d{{1,2}}|[A-H]|[{patterns.NUMERAL}]{{1,6}})(?:\s*[.．、]|部分|章|\s)\s*(?P<name>[^\d\s].{{0,30}})$"
)
FIELD = re.compile(  # 成果单位：…, a line of what is told below a title
    r"^[\u4e00-\u9fff]{0,6}(?:单位|投资方|简介|名称|方式|地址|时间|地点|领域|需求|金额|阶段|内容|要求|条件|期限|对象|范围|部门|背景|特点|亮点|进展|机关|字号|日期|主题|人员|嘉宾|主持人|主讲人|负责人|联系人|电话)\s*[:：]\s*\S"
)
FIELD_ALONE = 20  # characters
RUN_IN = re.compile(r"^(?P<title>\S{4,60}?)(?:\u3000+|\s{2,}|\s*[:：]\s*)(?P<text>\S.{20,})$")  # a title and its text
ROW = re.compile(r"\S(?:\u3000+|\s{4,})\S")  # 8月6日　江原茶产业博览会　国际会展中心
BOX = re.compile(r"^[\u2500-\u257f\s+|=-]*[\u2500-\u257f][\u2500-\u257f\s+|=-]*$")  # a border, drawn
BOXED = re.compile(r"^[│┃║┆┊|]\s*(?P<text>[^|]*?)\s*[│┃║┆┊|]$")
COUNT = re.compile(r"^(?:NO\.?\s*)?0([1-9])\s*[.、]?$", re.IGNORECASE)  # 01 on a line of its own, above a title
PICTURES = re.compile("^(?:[\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff\u2600-\u27bf]\ufe0f?\\s*)+")  # 📰 before a name
CONTACT = re.compile(
    r"^[（(]?(?:咨询|联系|服务|编辑部|投稿|通[讯信])?\s*(?:电\s*话|热\s*线|方\s*式|邮\s*箱|传\s*真|地\s*址|人|E-?mail|Tel)\s*[:：]",
    re.IGNORECASE,
)
SHARED = re.compile(  # one recipient: 各乡镇党委、政府; 市委、市政府办公室
    r"、(?:党委|党组|政府|人大|政协)(?:$|、)|^(?:[省市县区州](?:委|政府|人大(?:常委会)?|政协|纪委)、)+[省市县区州][^、]{1,6}办公[室厅]$"
)
COUNTED = re.compile(r"^(\d{1,2})\s*(?=[^\d\s年月日时点%％.,，、个家项名位只种条]\D)")  # 1 政策：…
NUMBER_BEHIND = re.compile(  # …的通知（云府发〔2026〕6号）
    r"(?<=[\w》])\s*[（(]?\s*[\u4e00-\u9fff]{2,12}[〔\[［（(【]\s*(?:19|20)\d\d\s*[〕\]］）)】]\s*第?\s*\d{1,5}\s*号\s*[)）]?$"
)
ABSTRACT = re.compile(r"^[【\[（(]?\s*(?:内容|核心|本文)?\s*(?:摘\s*要|提\s*要|提\s*示)\s*[】\])）]?\s*[:：】]")
LATIN_BEHIND = re.compile(r"(?<=[\u4e00-\u9fff])\s*[|｜/·]?\s*[A-Za-z][A-Za-z &'-]*$")  # 国际视野 | Global
TITLE_NOTE = re.compile(
    r"^[（(](?:试行|暂行|修订|征求意见稿|修订稿|送审稿|讨论稿|草案|公示稿|节选|摘要|摘编|全文)[)）]$"
)
EDITORS_NOTE = re.compile(
    r"^[【\[（(]?\s*(?P<name>编\s*者\s*按|编者的话|编辑按|按(?=\s*[:：])|按\s*语|卷\s*首\s*语|刊\s*首\s*语|导\s*语)\s*(?:[】\])）]\s*[:：]?|[:：]|$)\s*(?P<rest>.*)$"
)
GREETING = re.compile(r"^(?:各位|尊敬的|亲爱的|您好|你好|大家好|Dear\b)", re.IGNORECASE)
GREETED = 160  # characters that a mail says before its digest begins
INVITATION = re.compile(  # below a digest: what readers may do
    r"^[（(>＞☞👇*＊※]*\s*(?:点击|长按|扫码|扫描|扫一扫|欢迎(?:关注|订阅|转发|投稿|批评)|关注(?:我们|公众号)|阅读原文|更多(?:内容|资讯|精彩)"
    r"|转[载发](?:请|须)|如(?:需|不想|不愿|果您)[^。]{0,14}(?:订阅|退订|收到)|退订|订阅|投稿(?:邮箱|信箱|热线)|本(?:邮件|[周日月旬快简季]?[报刊]|期内容).{0,12}(?:自动发送|仅供)|版权(?:声明|所有)"
    r"|免责(?:声明|条款)|声明\s*[:：]|本[刊报](?:由|为)|特别(?:声明|提示|说明)|数据(?:来源|说明)\s*[:：]|(?:仅|只)供[^。]{0,8}(?:参考|参阅|交流|学习)|(?:请勿|不得|严禁)(?:外传|转载|扩散|公开|翻印)|(?:编辑部|本刊|联系我们|联系方式)\s*(?:电话|地址|邮箱|信箱|网址)?\s*[:：])"
)
