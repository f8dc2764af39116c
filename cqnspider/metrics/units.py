"""Units (单位) and classifiers (量词): which words may follow a number, their one canonical spelling, kind and code.

To add a word, add it to a table below. A classifier that also begins another word (件 in 件数) names what must not follow in `NOT_BEFORE`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Unit:
    """`name`: canonical spelling; `kind`: see `items.Metric.unit_kind`; `code`: UCUM, or ISO 4217 for currencies; `noun`: also what is counted."""

    name: str
    kind: str
    code: str | None = None
    noun: bool = False


# canonical spelling, kind, code, further spellings
_UNITS: Final = """
元 currency CNY 元钱 块钱 元人民币 元(人民币)
角 currency - 毛钱 毛
美元 currency USD 美金
欧元 currency EUR
港元 currency HKD 港币
日元 currency JPY
英镑 currency GBP
卢布 currency RUB
韩元 currency KRW
澳元 currency AUD
% percent % 个百分比
‰ percent [ppth]
百分点 percentage_point - 个百分点
千分点 other - 个千分点
基点 other - 个基点
倍 multiple -
番 multiple -
公斤 mass kg 千克 kg KG Kg
克 mass g g
毫克 mass mg mg
微克 mass ug μg ug
吨 mass t 公吨
斤 mass - 市斤
公里 length km 千米 km KM
米 length m m
厘米 length cm cm 公分
毫米 length mm mm
微米 length um μm
海里 length [nmi_i]
平方米 area m2 平米 ㎡ m² m2 平方
平方公里 area km2 平方千米
亩 area -
公顷 area har
立方米 volume m3 立方 m³ m3 方
升 volume L L
毫升 volume mL ml mL ML
年 duration a
月 duration mo 个月 个多月
周 duration wk
星期 duration wk 个星期
天 duration d 日
工作日 duration - 个工作日
小时 duration h 个小时 个钟头
分钟 duration min 分种
秒 duration s 秒钟
学时 duration - 个学时
课时 duration - 个课时
千瓦时 energy kW.h kWh KWh kW·h 度电
兆瓦时 energy MW.h MWh
千瓦 other kW kW
兆瓦 other MW MW
吨标准煤 energy - 吨标煤
焦耳 energy J
℃ temperature Cel 摄氏度 °C
度 other -
分贝 other dB dB
兆帕 other MPa MPa
千伏 other kV kV
伏 other V V
赫兹 other Hz Hz
g/kg other g/kg 克/千克 克/公斤
mg/kg other mg/kg 毫克/千克 毫克/公斤
μg/kg other ug/kg 微克/千克 微克/公斤 ug/kg
mg/L other mg/L 毫克/升 mg/l
g/100g other - g/100克 克/100克 克/百克
CFU/g other [CFU]/g cfu/g CFU/克
CFU/mL other [CFU]/mL CFU/ml cfu/ml CFU/毫升
mg/m³ other mg/m3 毫克/立方米 mg/m3
分 other -
折 other -
"""

# Classifiers, compound ones too; the second part may stand in brackets: 台(套).
_CLASSIFIERS: Final = """
个 名 位 人 家 户 项 件 起 例 宗 桩 批 次 场 期 轮 届 回 遍 台 套 辆 艘 架 部 条 张 份 册 本 篇 幅 块 面 片 支 只 头 羽 尾 匹 口 株 棵 颗 粒 枚 瓶 箱 盒 袋 包 桶 罐 听 盘 卷
筒 捆 组 双 副 队 班 类 种 款 型 道 层 栋 幢 座 间 所 处 门 堂 节 课 单 笔 票 封 首 集 版 句 字 盏 杆 根 顶 把 挺 枝 滴 剂 车 船 段 桌 床
批次 场次 家次 人次 户次 车次 台次 艘次 项次 频次 点次 件次 例次 班次 组次 篇次 条次 站次 店次 门次 箱次 册次 架次 航次 份次 款次 只次 张次 宗次 期次 处次 座次 笔次 辆次 个次 校次 所次 村次 单次
套次 枚次 头次 羽次 瓶次 袋次 样次 种次 台件 台套 件套 人份 箱件 册份 组批 批件 件批 批组 标箱 班组 工时 车皮 台班 人天 轮次 枪 则 帧 大类 小类 大项 具 路 瓶组
"""

# Nouns that stand right behind a number, without a classifier: unit and counted noun at once (6部门, 7省19市).
_NOUNS: Final = """
部门 省 市 县 区 镇 乡 村 州 街道 社区 乡镇 镇街 镇乡 县市 市县 县区 区县 市州 市区 省市 省区 县(市、区) 县(市区) 市县(区) 县(区) 区(县) 区县(市) 县(市) 市(州) 州(市) 市(县) 乡(镇) 乡镇(街道) 乡(镇、街道) 镇(街) 镇(乡) 镇(街道)
国 国家 地 地区 城 城市 校 学校 院校 高校 园区 景区 商圈 厂 店 站 院 馆 园 企业 单位 公司 机构 商户 门店 网点 商家 医院 药店 协会 学会 方面 领域 环节 行业 品种 品类 项目 品牌 平台 品目
成员单位 委办局 厅局 局 科室 支部 媒体 中心 农户 商超 超市 网站 摊位 样品 产品 指标 党员 窗口 市级部门 县级部门
"""

# A unit is none where it begins another word: 次日, 批准, 人民. What must not follow, as a regular expression.
_NOT_BEFORE: Final = {
    "个": "季度|学期|年度|世纪|别|性|体(?![工经户])", "名": "称|牌|录|誉|义", "位": "于|置|列|居", "人": "民|大(?!代)|才|工智|格|身|均(?!为|已|被|具|持|未)", "家": "庭(?!农)|长", "户": "籍|外|型|口",
    "项目": "标", "件": "数", "起": "到|来|草|诉|步|源|点", "例": "如|外|行|会", "批": "准|评|复|发(?![现放生])|示|量|改", "次": "产业|日|年|级|月|品|序|要|新|氯", "场": "所|地|景|监", "期": "间|限|末|待|望",
    "回": "收|访|复|头|应|落|升|归|顾", "台": "湾|账|风|州", "套": "餐|利|现|取", "部": "门|分|委|件|署|长|队", "份": "额", "本": "市|省|县|区|次|年|月|级|地|报|届|网|期|周", "张": "家|掖|北|贴",
    "类": "似|别|比", "处": "理|罚|置|以|于|分|长|级|方", "组": "织|成|合(?!格)|建|长|团|装", "支": "持|付|部|出|撑|行|架|援|队(?!伍)", "节": "能|约|日|假|前|后|水|气|俭|点", "间": "隔|接|距",
    "座": "谈|椅", "只": "是|要|有|能|需|为|见|用", "条": "例|件|款|码", "种": "植(?!物)|养|粮", "面": "对|向|临|前|积|粉|条|料|貌|议", "头": "部|等|脑|盔", "门": "店|口|诊|窗|头|槛|户", "班": "子|长",
    "口": "子|之家|头|碑|罩|号|岸|味", "课": "题", "单": "位|独|元|一|价", "票": "据|价|否", "首": "届|次|批|个|都|先|要|席|府|家", "集": "中|体|合|团|市|聚|成|约", "版": "权|本|块", "字": "号|样|体|迹",
    "根": "据|源|本|除|治", "把": "好|握|关|控|脉|守|企|产|食|监|问|质", "车": "间|站|辆|主|内|用", "船": "舶|员", "双": "方|随|创|向|重|打|碳", "片": "区|面", "包": "括|装|含|容|保|联|子", "层": "面|级|次(?![监次])",
    "道": "路|德|理|歉|闸", "队": "伍|员|长", "架": "构|设|空", "款": "式|项", "型": "号|材|企", "段": "落|位", "剂": "量", "所": "有(?!制)|谓|属|需|涉|以|在|得|占|示|致|长|辖", "盘": "活|查|点", "卷": "烟|帘|闸|心|尺",
    "顶": "层|级|部|点", "挺": "进", "副": "食|市|县|局|主|总|书|会|秘|组|厅|校|董", "遍": "布|及|地", "轮": "岗|胎|候|流|番|训|椅|船|换", "届": "时|满", "床": "上|垫|品", "幅": "度", "听": "取|证|力", "颗": "粒",
    "市": "场|民|级|面|售|政|值|容|价|委|局|直|长", "省": "级|委|局|内|外|份|厅|长|直|心|去|力|时", "县": "级|委|局|域|长|内|直", "区": "域|级|间|别|内|分|块|委|局|直", "国": "家|内|际|产|标|有|道|务|资|庆|外|债|营|强|旗|网|货|潮",
    "地": "方|区|点|铁|址|位|面|块|理|下|标|处|域|产|毯|质|板|级|市|税|推|道|将|对|打|开|提|进|共同|联合", "院": "长|内|士|校|落", "村": "民|委|级|干|支|落|内|庄", "镇": "级|政|域|区|长|上", "乡": "级|亲|土|愁|贤", "州": "级|委|局|府",
    "局": "部|面|长|限|势|党|机|领", "厂": "家|房|区|商|长|址|名", "店": "铺|主|家|员|长|内|面|名", "站": "点|位|台|长|式|在", "馆": "内|长|藏", "园": "林|艺|内|长", "校": "长|准|外|内|企|方|车|服|正|验|对", "城": "镇|乡|管|关|内|建|投|际",
    "街道": "办", "地区": "生产|性", "企业": "家|化", "单位": "面积|产品|GDP", "元": "素|旦|件|宵|首", "角": "度|色|落|膜|逐", "方": "面|式|案|向|便|法|位|可|能|圆|米", "年": "度|代", "天": "然|津|府|平", "周": "期|年|边|围|岁", "度": "假|[0-9]|白酒|酒|飞天|酱|浓",
    "分": "别|析|类|局|店|公司|支|期|批|级|布|成|部|配|之|散|享|管|层|阶|步|头|工|组|会|队|行|院|解|值|明|子|拣|包|区|众|段|流|时|发|装", "%": "vol|VOL|RH|Vol", "路": "公交|段|口|线|灯|面|边|过|程", "具": "有|体|备", "枪": "支|击|杀", "则": "为|会|是|在|要|通|可|将", "毛": "[^,。;钱]", "帧": "率", "折": "扣|合|射|旧|叠|算", "克": "拉|服|隆|扣", "安": "全|装|徽|检|排|心|置|阳|康|庆",
    "升": "级|旗|学|高|降|温|值|幅|至|到|为", "米": "粉|线|饭|酒|糠", "倍": "率|数|增|加", "番": "茄|号|禺|薯", "伏": "安|特", "平方": "公", "立方": "公", "月": "日|底|初|末|份|中旬|上旬|下旬", "日": "日|前|起|内|常|均|上午|下午|晚|至|在|用|化|报|志",
} | dict.fromkeys(("m", "g", "L", "V", "t", "J", "kg", "mg", "km", "W", "kW"), "[A-Za-z0-9]")  # fmt: skip
# After 一 to 九 these are more often another word than a unit: 三方, 一度, 两地, 三分.
ARABIC_ONLY: Final = frozenset(
    [
        "方",
        "度",
        "路",
        "分",
        "地",
        "角",
        "折",
        "国",
        "省",
        "市",
        "城",
        "段",
        "字",
        "头",
        "门",
        "型",
        "道",
        "安",
        "升",
        "单",
        "伏",
        "块",
        "区",
        "片",
        "环",
    ]
)

_NO_CODE: Final = "-"


def _table() -> dict[str, Unit]:
    units: dict[str, Unit] = {}
    for noun in _NOUNS.split():
        units[noun] = units[f"大{noun}"] = Unit(noun, "classifier", noun=True)  # 三大领域
    for name in _CLASSIFIERS.split():
        units[name] = Unit(name, "classifier")
    for line in _UNITS.split("\n"):
        if line:
            name, kind, code, *spellings = line.split(" ")
            unit = Unit(name, kind, None if code == _NO_CODE else code)
            units |= dict.fromkeys([name, *spellings], unit)
    for first, second in (name for name in _CLASSIFIERS.split() if len(name) == 2):
        units[f"{first}({second})"] = units[first + second]
    return units


TABLE: Final = _table()


def _alternatives(words: Iterable[str]) -> str:
    """A regular expression for any of the words, the longest first, as a tree of first letters: its cost does not grow with the table."""
    tree: dict[str, list[str]] = {}
    for word in words:
        tree.setdefault(word[:1], []).append(word[1:])
    ends = tree.pop("", None) is not None
    branches = [re.escape(char) + _alternatives(rest) for char, rest in tree.items()]
    if not branches:
        return ""
    body = branches[0] if len(branches) == 1 and not ends else f"(?:{'|'.join(branches)})"
    return f"(?:{body})?" if ends else body


# One unit behind a number, or a ratio of two (元/公斤, 批次/千人).
UNIT: Final = re.compile(_alternatives(TABLE))
_RATIO: Final = re.compile(rf"/(?:百|千|万)?(?:{_alternatives(TABLE)}|晚|夜|季|学年)")
_REFUSED: Final = {word: re.compile(rest) for word, rest in _NOT_BEFORE.items()}


def unit_at(text: str, at: int) -> tuple[Unit, int] | None:
    """The longest unit that begins at an offset, and where it ends; None where no unit or another word begins there."""
    found = UNIT.match(text, at)
    while found:
        word, end = found[0], found.end()
        if ratio := _RATIO.match(text, end):
            left, right = TABLE[word], ratio[0][1:]
            kind = left.kind if left.kind in ("currency", "classifier") else "other"
            return Unit(f"{left.name}/{_canonical(right)}", kind), ratio.end()
        refused = _REFUSED.get(word)
        if refused is None or not refused.match(text, end):
            return TABLE[word], end
        found = UNIT.match(text, at, end - 1)  # 村次日 is no 村次: try the shorter word
    return None


def _canonical(word: str) -> str:
    """批次/千人: the power stays, the unit behind it gets its one spelling."""
    power = word[0] if word[0] in "百千万" else ""
    unit = TABLE.get(word[len(power) :])
    return word if unit is None else power + unit.name
