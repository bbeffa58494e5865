"""Forms of the lines that say who wrote an article and where it was taken from. Nothing here decides anything."""

import re

_SOURCE = r"(?:信息来源|文章来源|稿件来源|资料来源|内容来源|来\s*源|稿\s*源|source)"
_PEOPLE = (
    r"(?:作\s*者(?:\s*单\s*位|\s*简\s*介)?|责\s*编|责任编辑|编\s*辑|撰\s*稿|撰稿人|审\s*核|校\s*对|执\s*笔|整\s*理|记\s*者|通讯员|供\s*稿|供稿单位|摘\s*编|编\s*译"
    r"|浏\s*览(?:次\s*数|量)?|点\s*击(?:次数|数|量|率)?|阅\s*读(?:次数|数|量)|访\s*问\s*量|字\s*[号体]|发布时间|发布日期|发表时间|刊发时间|(?:日\s*期|时\s*间)(?=\s*[:：]\s*(?:19|20)\d\d)|author|editor)"
)
META = re.compile(rf"^[（(【\[>＞»●■◆▲*]*\s*(?:{_SOURCE}|{_PEOPLE})\s*[:：]", re.IGNORECASE)
META_SOURCE = re.compile(rf"{_SOURCE}\s*[:：]\s*(?P<name>.*)$", re.IGNORECASE)
META_NEXT = re.compile(
    rf"[\s　;；|｜,，/]+{_PEOPLE}\s*[:：].*$|\s*[|｜].*$|\s+(?:19|20)\d\d\s*[-./年].*$", re.IGNORECASE
)
_NAMES = r"(?P<name>[^:：|｜]{1,40}?)(?=\s*[)）】\]]?\s*(?:$|[\s;；|｜,，/]\S{2,6}\s*[:：]|[|｜]))"
META_AUTHOR = re.compile(
    rf"(?:作\s*者|撰\s*稿\s*人?|执\s*笔|记\s*者|通讯员|摘\s*编|编\s*译|整\s*理|author)\s*[:：]\s*{_NAMES}",
    re.IGNORECASE,
)
META_EDITOR = re.compile(rf"(?:责\s*编|责任编辑|编\s*辑|editor)\s*[:：]\s*{_NAMES}", re.IGNORECASE)
SIGNED = re.compile(  # a line of its own below the text: （投资促进局 供稿）
    r"^[（(]\s*(?P<name>[^（）()，。：:]{2,30}?)\s*(?:供\s*稿|来\s*稿|报\s*送|提\s*供|摘\s*自)\s*[)）]$"
)
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖"
    "贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_PERSON = r"[\u4e00-\u9fff·]{2,4}"
_PERSONS = rf"{_PERSON}(?:[\s、，,]+{_PERSON}){{0,4}}"
_ROLE = r"(?:(?:特约|首席|见习|实习|驻\S{1,6})?(?:记者|通讯员|评论员|观察员|撰稿人?)|实习生)"
REPORTED = re.compile(  # 科技日报记者 张三; □ 本报记者　张三　通讯员　李四; 本报评论员
    rf"^[□■◇●（(【\[]?\s*(?:(?P<medium>[\u4e00-\u9fff]{{2,10}}?)\s*{_ROLE}(?:文章)?\s*[:：]?|{_ROLE}\s*[\s:：])\s*"
    rf"(?P<people>{_PERSONS}(?:\s+{_ROLE}\s*{_PERSONS}){{0,2}})?\s*[)）】\]]?$"
)
NAMES_ONLY = re.compile(
    rf"^□\s*(?!\S*(?:记者|通讯员|评论员)){_PERSONS}$"
    rf"|^[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}(?:[\s　]+[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}){{1,4}}$"
)  # 王某　李某某
ROLE = re.compile(_ROLE)
WRITTEN = re.compile(  # 文／张三　图／李四
    rf"^[（(]?(?:(?:撰?文|图文|文图|撰稿|整理|编译)\s*[/／|｜]|文\s*[/／、]?\s*图)\s*(?P<people>{_PERSONS})"
    rf"(?:[\s　]+[图摄][\u4e00-\u9fff]{{0,2}}\s*[/／|｜]\s*{_PERSONS})?\s*[)）]?$"
)
BODY = re.compile(  # whose text it is, below its title: 清江县人民政府, （民进晋河市委会）, 李牧野
    r"^(?:中共)?[\u4e00-\u9fff（）]{2,16}(?:人民政府|(?:省|市|县|区|州)(?:委会?|政协|工商联)|委员会|管委会|有限公司|集团|研究院|研究所|大学|学院"
    r"|(?:技术|信息化|改革|教育|财政|农村)(?:厅|局|委))$"
    r"|^[（(][\u4e00-\u9fff]{2,18}(?:会|委|局|厅|办|院|所|中心|公司|大学|学校|学院|政府|处|科|支部|集团)[)）]$"
    r"|^[\u4e00-\u9fff]{2,4}[省市县区州镇乡](?:[\u4e00-\u9fff]{0,8}(?:局|办|委|[工商侨残妇文社]联|会|科协|中心|院|站))$"
    rf"|^[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}$"
)
PERSON = re.compile(rf"^[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}$")
_ROLES = "书记|常委|长|主任|主席|教授|院士|研究员|工程师|经理|总裁|代表|委员|秘书|理事"
SPOKEN = re.compile(  # who spoke, below a title: 市委常委、副市长　高建平
    rf"^[（(]?(?P<name>[\u4e00-\u9fff（）、]{{2,30}}(?:{_ROLES}))[\s　]+"
    rf"(?P<people>[{_SURNAMES}][\u4e00-\u9fff][\s　]?[\u4e00-\u9fff]?)[)）]?$"
)
NAMED = re.compile(  # 邱某　院士
    rf"^[（(]?(?P<people>[{_SURNAMES}][\u4e00-\u9fff]{{1,2}})[\s　]+"
    rf"(?P<name>(?:[\u4e00-\u9fff]{{0,12}})(?:{_ROLES}|博士))[)）]?$"
)
OF_BODY = re.compile(  # 北礁镇　吴海生: of which body the writer is
    rf"^(?P<name>[\u4e00-\u9fff（）]{{1,20}}(?:厅|局|委|办|院|所|中心|会|处|科|室|大学|学校|公司|[镇乡县区市村]|街道|支部|[站队馆]))"
    rf"[\s　]+(?P<people>[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}(?:[\s　、]+[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}){{0,3}})$"
)
WITH_BODY = re.compile(  # 黄梅　桐川市第三中学
    rf"^(?P<people>[{_SURNAMES}][\u4e00-\u9fff]{{1,2}})[\s　]+"
    r"(?P<name>[\u4e00-\u9fff（）]{3,20}(?:厅|局|委|办|院|所|中心|会|处|大学|学校|[中小]学|公司|医院|政府|[站馆]))$"
)
TRANSLATED = re.compile(  # 〔英〕J. 哈珀 等　　杨晓海 编译
    r"^(?:[〔［\[（(][\u4e00-\u9fff]{1,5}[〕］\])）][^，。]{1,40}?[\s　]+)?"
    rf"(?P<people>[{_SURNAMES}][\u4e00-\u9fff]{{1,2}})[\s　]+(?:编译|摘译|翻译|译)$"
)
TAKEN = re.compile(  # ——摘自《求是》2026年第18期
    r"^[—–─-]{1,4}\s*(?:摘自|转自|选自|原载|来源|据)\s*[:：]?\s*(?P<name>《[^《》]{2,20}》|[^，。]{2,30}?)(?:\s*\S*(?:期|版|日|月))?$"
)
ON_DAY = re.compile(r"\s+(?:(?:19|20)\d\d年)?\d{1,2}月\d{1,2}日(?:\s*第?\d{1,3}版)?$")
OUR_OWN = re.compile(r"^本[报刊网社台]$")
NOTE_BEHIND = re.compile(r"(?<=[。！？!?…”’」』])\s*(?P<note>[（(【\[](?P<said>[^（）()【】\[\]。]{2,60})[)）】\]])$")
NOTE = re.compile(r"^[（(【\[](?P<said>[^（）()【】\[\]。]{2,60})[)）】\]]$")
ALIKE = re.compile(
    r"^(?!详?见|参见|附|注|图|表|如|待续|下同)[\u4e00-\u9fff·、\s]{2,16}$"
)  # said in brackets behind most texts
NOTED = tuple(  # what stands in brackets behind a text: named groups name, people
    re.compile(form)
    for form in (
        rf"^{_SOURCE}\s*[:：]\s*(?P<name>.+)$",
        r"^(?P<name>[^，,:：]{2,30}?)\s*(?:供\s*稿|来\s*稿|报\s*送|提\s*供)$",
        r"^(?:摘自|转自|选自|原载|据)\s*(?P<name>[^，,:：]{2,30}?)\s*(?:\d{1,2}月\d{1,2}日)?\s*(?:报道|消息|讯|电)?$",
        r"^(?P<name>《[^《》]{2,20}》)\s*(?:(?:\d{4}年)?\d{1,2}月\d{1,2}日)?\s*(?:第?\d{1,3}版)?$",
        rf"^(?P<name>[\u4e00-\u9fff（）()]{{2,20}}(?:厅|局|委|办|部|院|所|中心|会|处|科|室|司|学|校|社|报|网|区|园|镇|乡|县|市))\s+(?P<people>{_PERSONS})$",
        rf"^(?P<name>[\u4e00-\u9fff]{{2,20}}(?:厅|局|委|办|院|所|中心|处|科|镇|乡))(?P<people>[{_SURNAMES}][\u4e00-\u9fff]{{1,2}})$",
        r"^(?P<name>(?:省|市|县|区|州)[\u4e00-\u9fff]{2,14}(?:厅|局|委|办|部|院|中心|社|会|科协|工商联))$",
        r"^(?!详?见|参见|附|登录|请|本|下|上|以)(?P<name>[\u4e00-\u9fff（）]{2,14}(?:厅|局|委|办|网站|网|社|台|报|大学|学院|研究院|研究所|公司|集团|客户端|公众号|编辑部|办公室|政府|街道))$",
        rf"^(?P<name>[\u4e00-\u9fff]{{2,10}}?)?{_ROLE}\s*[:：]?\s*(?P<people>{_PERSONS}(?:\s+{_ROLE}\s*{_PERSONS}){{0,2}})$",
        r"^(?P<name>(?:新华社|中新社|中新网|人民网|新华网|央视网|澎湃新闻|第一财经|界面新闻|[\u4e00-\u9fff]{2,6}(?:日报|晚报|时报|早报|商报|周刊|新闻|客户端|公众号)))$",
    )
)
