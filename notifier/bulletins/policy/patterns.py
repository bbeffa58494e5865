"""How policy facts are written, as data: bodies, document numbers, dates, deadlines, places. Nothing here decides.

Digits in the text are folded to ASCII before these are applied (`facts.fold_digits`), one character for one.
"""

import re

CLAUSE_ENDS = "，。；：！？,;:!?\n《》"

# --- bodies that issue -----------------------------------------------------------------------------------------
BODY_ENDING = re.compile(
    r"(?:国务院|中央|办公厅|办公室|委员会|管委会|常委会|管理局|总局|总署|总会|协会|学会|联合会|商会|基金会|理事会"
    r"|工会|研究会|证监会"
    r"|监管局|中心|法院|检察院|研究院|科学院|工程院|设计院|学院|大学|银行|集团|公司|领导小组|工作组|专班|指挥部"
    r"|联席会议|人大|政协"
    r"|政府|党委|党组|军委|纪委|监委|省委|市委|区委|县委|州委|工委|团委|科协|妇联|文联|作协|残联|侨联|工商联"
    r"|[厅局署委部院]|[^两]办)$"
)
NO_BODY = frozenset((
    "部门", "有关部门", "相关部门", "各部门", "多部门", "全部", "内部", "外部", "东部", "西部", "南部", "北部",
    "中部", "干部", "总部", "局部", "大部", "各部委", "部委", "委员会", "办公室", "办公厅", "领导小组", "政府",
    "各级政府", "地方政府", "协会", "中心", "公司", "集团", "银行", "学院", "大学", "医院", "法院", "各地政府",
    "有关部委", "我委", "我局", "我厅", "我办", "我部", "本局", "本办", "布局", "格局", "结局",
))  # fmt: skip
BODY_NAME = re.compile(r"[\u3400-\u9fff〇（）()·“”]{2,40}$")
BODY_NEVER = re.compile(r"的|了|关于|印发|发布|出台|我们|各级|各市|各县|各地|等")
BODY_APART = re.compile(r"[、\s　]+|会同|联合(?!会)")
BODY_AND = re.compile(r"以及|[和与及]")
BODY_LEAD = re.compile(
    r"^.*(?:近日|日前|近期|获悉|据悉|据了解|消息|报道|报讯|今年以来|今年|去年|昨日|今日|同日|此前|随后|目前|其中"
    r"|\d日|日电"
    r"|[由据请被令]|经(?!济|信|贸|开|委|研|营)|在(?!线))\s*"
)
CITING = re.compile(r"根据|依据|按照|依照|贯彻|落实|遵照|执行|参照|此前|曾|先后|响应|围绕|结合|转载")
BEFORE_VERB = re.compile(  # between the bodies and their verb
    r"(?:等?\s*(?:\d{1,2}|[一二两三四五六七八九十]{1,3})?\s*个?(?:省级|中央|市级|国家)?(?:部门单位|部门和单位|部门"
    r"|单位|部委|委办局"
    r"|厅局|机关|家单位|家)|等)?\s*(?>联合|共同|正式|近日|日前|今日|今天|昨日|已经?|又|还|再次|首次|牵头|组织|研究|集中"
    r"|于?[\d年月日 ]{4,12}|\s)*+$"  # possessive: a row of digits can be cut up in endless ways
)
ISSUES = re.compile(
    r"(?:制定|制订|修订)?(?:印发|出台|发布|下发|公布|颁布|转发|发出|制发)(?:实施|并实施)?了?(?=\s*[“‘]?《|关于"
    r"|[^，。；：！？\n《》]{0,24}(?:通知|意见|方案|办法|规划|措施|细则|条例|公告|通告|指南|清单|计划|政策|要点"
    r"|规定|标准))"
)
REDHEAD = re.compile(r"^(?P<bodies>.{3,80}?)\s*(?:文\s*件|令|公告|通告)$")
ISSUER_LABEL = re.compile(
    r"(?:发文机关|发布机关|发文机构|发布机构|发文单位|发布单位|制定机关|印发机关|印发单位|公开主体)\s*[:：]\s*"
    r"(?P<bodies>[^\s:：|；;，。][^:：|；;，。\n]{1,80})"
)
LABEL_NEXT = re.compile(r"\s+\S{2,6}$")  # the next label on the same line, up to its colon
LEAD_BLOCKS = 3  # paragraphs in which an article says who issued what it is about
BARE_BODY = re.compile(r"^(?:我|本|全)?(?P<kind>自治区|省|市|州|县|区)(?!场|域|际|直|外|内|政建|政工)")

# --- document numbers ------------------------------------------------------------------------------------------
DOCNO_TAIL = re.compile(
    r"[〔﹝\[（(【［〈]\s?(?P<year>(?:19|20)\d\d)\s?[〕﹞\])）】］〉]\s?第?\s?(?P<number>\d{1,5})\s?号"
)
DOCNO_HEAD = re.compile(
    r"(?P<head>[\u3400-\u9fff]{1,14}(?:[（(][\u3400-\u9fff]{1,6}[)）][\u3400-\u9fff]{0,6})?|[A-Z]{2,8})\s?$"
)
DOCNO_RUNNING = re.compile(  # running text before a number's own characters
    r"^.*(?:根据|依据|依照|按照|以|按|见|文件|通知|印发|转发|发布|下发|执行|落实|贯彻|关于|和|及|与|由|的|了|文号"
    r"|字号|为|是|原|即|废止|参照|遵照"
    r"|附件|号|等|对|在|经|将|从|其|本|该)(?=[\u3400-\u9fff])"
)
NOTICE_NUMBER = re.compile(
    r"(?P<kind>公告|通告"
    r"|令)\s?[（(〔\[]?\s?(?:(?P<year>(?:19|20)\d\d)\s?年?)?\s?[)）〕\]]?\s?第\s?(?P<number>\d{1,5})\s?号"
)
DOCNO_LABEL = re.compile(r"(?:发文字号|文\s?号|字号|文件编号|发文号)\s*[:：]?\s*[（(【\[]?\s*$")
CITED_BEFORE = re.compile(
    r"(?:根据|依据|依照|按照|贯彻|落实|遵照|执行|参照|见|废止|依|按|以下简称|同时)[^。；\n]{0,80}\Z"
)
ENDED_BEHIND = re.compile(r"[)）]?[^。；\n]{0,12}(?:废止|失效)")
ANNOUNCED = re.compile(r"(?:印发|出台|发布|下发|公布|颁布|制发|制定|转发)(?!之日)[^。；\n]{0,80}》\s*[（(]?\s*\Z")
HEAD_LINES = 6  # lines at the head of a body in which its own number stands alone

# --- dates -----------------------------------------------------------------------------------------------------
_CN = "〇○零一二三四五六七八九十"
DAY = re.compile(
    rf"(?=[0-9今本明去{_CN}])(?:"
    r"(?<!\d)(?:(?P<y>(?:19|20)\d\d)\s?年|(?P<rel>今年|本年|明年|去年))?\s?(?:(?P<m>\d{1,2})\s?月份?|(?P<rm>本月))\s?"
    r"(?:(?P<d>\d{1,2})\s?[日号]|(?P<e>[底末]))"
    r"|(?<![\d.])(?P<y2>(?:19|20)\d\d)(?P<s>[-./])(?P<m2>\d{1,2})(?P=s)(?P<d2>\d{1,2})(?![\d.%])"
    rf"|(?P<y3>[{_CN}]{{4}})年(?P<m3>[{_CN}]{{1,2}})月(?P<d3>[{_CN}]{{1,3}})日)"
)
RANGE = re.compile(r"\s*(?:起\s*)?(?:至|到|[-—–~～－―]{1,2})\s*")
RANGE_DAY = re.compile(r"(?P<d>\d{1,2})\s?日")
HOUR = re.compile(
    r"(?:\s?[（(](?:星期|周)[一二三四五六日天][)）])?\s?(?P<half>上午|下午|中午|晚上|晚|凌晨)?\s?(?P<h>\d{1,2})\s?"
    r"(?:[:：]\s?(?P<min>\d\d)(?:[:：]\d\d)?|[时点](?:(?P<min2>\d{1,2})分|(?P<hf>半))?)"
)
WEEKDAY = re.compile(r"\s?[（(](?:星期|周)[一二三四五六日天][)）]")

# --- what a date is: before it, behind it ------------------------------------------------------------------------
_NOUN = (
    r"(?:申报|申请|受理|报名|注册|征求意见|意见征集|征集|反馈|意见|建议|公示|填报|提交"
    r"|报送|推荐|提名|投稿|征稿|征文|投标|递交|缴费|评审|审核|审查|答疑|参会|参赛|网报|接收|申领|兑现|兑付|揭榜|认领|回执)"
)
SIGNED_LABEL = re.compile(r"(?:成文|签发|落款)(?:日期|时间)?\s*[:：]?\s*$")
PUBLISHED_LABEL = re.compile(r"(?:发布|公布|印发|颁布|公开|发文)(?:日期|时间)\s*[:：]?\s*$")
PUBLISHED_AFTER = re.compile(r"\s*(?:正式|联合)*(?:发布|公布|印发|颁布|出台|下发)")
PUBLISHED_BEFORE = re.compile(r"(?:已?于|在)\s*$")
EFFECTIVE_BEFORE = re.compile(r"(?:自|从|于)\s*$|(?:施行|实施|生效)(?:日期|时间)\s*[:：]?\s*$")
EFFECTIVE_LABEL = re.compile(r"(?:施行|实施|生效)(?:日期|时间)\s*[:：]?\s*$")
EFFECTIVE_AFTER = re.compile(
    r"\s*起?\s*(?:正式|开始)*(?:施行|实施|执行|生效|试行)(?!方案|办法|细则|意见)|\s*起[^，。；\n]{0,24}有效"
)
EXPIRES_BEFORE = re.compile(
    r"(?:有效期|有效期限|执行期限?|实施期限?|试行期)[^，。；\n]{0,10}(?:至|到|截止)\s*$|有效期(?:限)?\s*[:：]\s*$"
)
EXPIRES_RANGE = re.compile(r"(?:有效期|执行期限?|实施期限?|试行期)[^，。；\n]{0,8}$")
EXPIRES_AFTER = re.compile(r"\s*(?:起)?(?:失效|废止|止?有效)")
CLOSING_LABEL = re.compile(
    rf"(?:截止|截至)\s*(?:时间|日期|期限)(?:[^，。；\d\n]{{0,6}})$|{_NOUN}[^，。；：\n]{{0,8}}(?:截止"
    rf"|截至)\s*(?:[:：为是到至于])*\s*$"
)
CLOSING_AFTER = re.compile(r"\s*(?:截止|止(?![^，。；）)\s]))")
BEFORE_AFTER = re.compile(r"\s*[（(]?\s*(?:下班|中午)?(?:之前|以前|前)(?:[^往进期]|$)")  # 3月15日前
ACTION = re.compile(
    r"报送|上报|报至|报我|报省|报市|报科技|报名|报(?=[^告道刊纸表考销价酬业])|提交|反馈|申报|寄|发送|发至|上传|填报"
    r"|推荐|回复|填写|送达|递交|送交|送至|登录|注册|缴"
    r"|提出|反映|受理|投递|投稿|完成|办理|签到|汇总"
)
WINDOW = re.compile(  # 申报时间为, 受理期限：, 公示期自
    rf"{_NOUN}[^，。；：\n]{{0,8}}(?:时间|期限|日期|起止|期|阶段|窗口)[^，。；\d\n]{{0,6}}$|公示(?:期"
    rf"|时间)?[^，。；\d\n]{{0,4}}$"
)
SINCE = re.compile(r"(?:即日|发布之日|印发之日|之日)起?\s*(?:[^，。；\n]{0,4})(?:至|到|[-—–~～])\s*$")
DEADLINE_WORDS = (  # the first that is found says what ends; the nearest before the date, then behind it
    ("comments", re.compile(r"征求意见|意见|建议|反馈")),
    ("notice", re.compile(r"公示|异议")),
    ("registration", re.compile(r"报名|注册|参会|参赛")),
    ("application", re.compile(r"申报|申请|受理|推荐|提名|网报|填报|征集|接收|申领|兑现|揭榜")),
    ("submission", re.compile(r"报送|上报|提交|寄|送|递交|上传|报(?=[^告道])|回复|投稿|投标|征稿|征文|稿件")),
)
PROLONGED_AFTER = re.compile(r"\s*(?:延长|延期|推迟|顺延|调整)(?:到|至|为)")  # what is no longer the deadline
PROLONGED_BEFORE = re.compile(r"(?:延长|延期|推迟|顺延|调整)(?:到|至|为)\s*$")
SPAN_BEFORE = re.compile(r"(?:自|从)\s*$")
SPAN_BEHIND = re.compile(  # 自…至2027年12月31日执行: behind its first day
    r"\s*起?\s*(?:至|到|[-—–~～－―]{1,2})\s*(?:(?:19|20)\d\d\s?年)?\s?(?:\d{1,2}\s?月)?\s?\d{1,2}\s?日\s*(?:期间)?(?:止)?(?:施行|实施|执行|有效|试行)"
)
SPAN_END = re.compile(r"\s*(?:期间)?(?:止)?(?:施行|实施|执行|有效|试行)")
PERIOD = re.compile(  # 自公告发布之日起30日内
    r"(?:(?:发布|公布|印发|下发|发出|公示|公告|通知|发文)之日|即日)起?\s?(?P<n>\d{1,3}|[一二三四五六七八九十]{1,3})\s?(?P<unit>个月|日历日|个自然日|自然日|日|天|周)(?:之|以)?内"
)
DATE_CONTEXT = 44  # characters around a date that say what it is

# --- places ----------------------------------------------------------------------------------------------------
OWN_PLACE = re.compile(
    r"(?P<p>(?<!自)我|(?<![日基根原资成书文版样剧])本|(?<![健安完齐保成周不俱顾双十])全)(?P<kind>自治区|省|市|州"
    r"|县)(?!场|值|域网|略|察|思|得|民营)"
)
FOREIGN_SECTION = re.compile(r"省外|市外|外省|外地|国外|境外|国际|海外|域外|兄弟|他山|全国各地|各地")
NEXT_WORDS = frozenset((  # the last character of a division's name may begin one of these instead
    "市场", "市值", "市面", "区别", "区分", "区间", "区块", "区域", "省略", "省察", "州际", "旗舰", "旗下", "旗帜",
    "盟友",
))  # fmt: skip
COMMON_NAMES = frozenset((  # full names that are words as well: a place only where the article names their parent
    "新城区", "老城区", "城中区", "城东区", "城西区", "城北区", "城南区", "市中区", "城厢区", "海港区", "港口区",
    "港北区", "港南区", "湖滨区", "中原区", "平原县", "向阳区", "振兴区", "前锋区", "红旗区", "工农区", "开平区",
    "临港区", "新市区", "城郊区", "南郊区", "北市区", "南市区", "路南区", "路北区", "桥东区", "桥西区", "河东区",
    "河西区", "江南区", "江北区",
))  # fmt: skip
NO_PLACE_AFTER = re.compile(
    r"[东南西北中]?(?:路(?![径线演桥])|大道|大街)|街(?!道)|时间|生产建设兵团|\d{1,2}月\d{1,2}日电|(?:(?:农业|交通|师范|理工|科技|工业|医科|医学"
    r"|中医药|财经|工程|民族|外国语|邮电|职业|技术"
    r"|航空|航天|工商|电子|信息|政法|体育|音乐|美术|石油|林业|工学|商业|旅游|城市|轻化工|文理|建筑|水利|警察|传媒"
    r"|幼儿)*(?:大学(?![生城])|学院))|银行(?!业)|证券|啤酒"
)
HAN = re.compile(r"[\u3400-\u9fff]")

# --- documents -------------------------------------------------------------------------------------------------
DOCUMENT_LENGTH = 150  # characters of a name between 《 and 》
