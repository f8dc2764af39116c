"""What is found in a text, one rule a table. Larger texts: test_gold.py."""

from typing import Any

import pytest

from cqnspider.items import UNIT_KINDS, Metric
from cqnspider.metrics import extract


def one(text: str) -> Metric:
    [metric] = extract(text)
    return metric


def amount(metric: Metric) -> tuple[float | None, float | None, float | None, str]:
    return metric.value, metric.min_value, metric.max_value, metric.unit


@pytest.mark.parametrize(
    ("text", "printed", "expected"),
    [
        ("检查经营主体1.6万余家次。", "1.6万余家次", (16000, 16000, None, "家次")),
        ("近4万人参加。", "近4万人", (40000, None, 40000, "人")),
        ("罚没款356.8万元。", "356.8万元", (3568000, None, None, "元")),
        ("罚款500元至20000元不等。", "500元至20000元", (None, 500, 20000, "元")),
        ("选派10至20个工作组。", "10至20个", (None, 10, 20, "个")),
        ("培训3至5万人次。", "3至5万人次", (None, 30000, 50000, "人次")),
        ("收费六七十元。", "六七十元", (None, 60, 70, "元")),
        ("走访数十家企业。", "数十家", (None, 10, None, "家")),
        ("走访百余家企业。", "百余家", (None, 100, None, "家")),
        ("走访近百家企业。", "近百家", (None, None, 100, "家")),
        ("走访上百家企业。", "上百家", (None, 100, None, "家")),
        ("挽回损失逾千万元。", "逾千万元", (None, 10000000, None, "元")),
        ("合格率为百分之九十八点五。", "百分之九十八点五", (98.5, None, None, "%")),
        ("阳性率1.35‰。", "1.35‰", (1.35, None, None, "‰")),
        ("八成商户已整改。", "八成", (80, None, None, "%")),
        ("近七成半受访者满意。", "近七成半", (75, None, 75, "%")),
        ("房价上涨的民宿占两至三成。", "两至三成", (None, 20, 30, "%")),
        ("三分之二的商户已整改。", "三分之二", (0.666667, None, None, "")),
        ("约一半的样品合格。", "约一半", (0.5, None, None, "")),
        ("平均用时两个半小时。", "两个半小时", (2.5, None, None, "小时")),
        ("货值1万2元。", "1万2元", (12000, None, None, "元")),
        ("检查商户三万四千户。", "三万四千户", (34000, None, None, "户")),
        ("检查商户１，２０５户。", "１，２０５户", (1205, None, None, "户")),
        ("没收秤 12 台。", "12 台", (12, None, None, "台")),
        ("检定计量器具300台(套)。", "300台(套)", (300, None, None, "台套")),
        ("猪肉价格26元/公斤。", "26元/公斤", (26, None, None, "元/公斤")),
        ("抽检量达到5.2批次/千人。", "5.2批次/千人", (5.2, None, None, "批次/千人")),
        ("检出值14.6mg/kg。", "14.6mg/kg", (14.6, None, None, "mg/kg")),
        ("满意度指数为92.35。", "92.35", (92.35, None, None, "")),
        ("6部门联合印发通知。", "6部门", (6, None, None, "部门")),
        ("合格率不低于95%以上。", "不低于95%以上", (95, 95, None, "%")),
        ("进价不到40块。", "不到40块", (40, None, 40, "元")),
        ("温度为零下18℃。", "零下18℃", (-18, None, None, "℃")),
        ("-18℃到-5℃。", "-18℃到-5℃", (None, -18, -5, "℃")),
        ("万分之五。", "万分之五", (0.0005, None, None, "")),
        ("超过八成五的受访者满意。", "超过八成五", (85, 85, None, "%")),
        ("罚款人民币伍仟元整。", "伍仟元", (5000, None, None, "元")),
    ],
)
def test_amounts(text: str, printed: str, expected: tuple[Any, ...]) -> None:
    metric = one(text)
    assert (metric.text, amount(metric)) == (printed, expected)


@pytest.mark.parametrize(
    ("text", "comparator", "approximate", "qualifier"),
    [
        ("检查企业300家。", None, False, ""),
        ("检查企业约300家。", None, True, "约"),
        ("检查企业300家左右。", None, True, "左右"),
        ("检查企业300余家。", ">", True, "余"),
        ("检查企业300多家。", ">", True, "多"),
        ("检查企业近300家。", "<", True, "近"),
        ("检查企业超过300家。", ">", False, "超过"),
        ("检查企业逾300家。", ">", False, "逾"),
        ("检查企业不足300家。", "<", False, "不足"),
        ("检查企业至少300家。", ">=", False, "至少"),
        ("检查企业300家以上。", ">=", False, "以上"),
        ("检查企业300家以内。", "<=", False, "以内"),
        ("检查企业四十来家。", None, True, "来"),
        ("节约300元。", None, False, ""),  # 约 is part of 节约
        ("附近300家商户。", None, False, ""),
        ("通过300家企业。", None, False, ""),
    ],
)
def test_qualifiers(text: str, comparator: str | None, approximate: bool, qualifier: str) -> None:
    metric = one(text)
    assert (metric.comparator, metric.approximate, metric.qualifier) == (comparator, approximate, qualifier)


LOOK_ALIKES = """
2023年10月19日15时04分, 10月19日至21日, 2021—2023年, 二〇二三年三月, “十四五”期间, 前三季度, 近3年来, 为期3个月的行动。 国市监〔2023〕191号文件。
第12号令第三十四条。 GB␣10631-2013要求。 GB/T␣19001-2016和ISO␣9001:2015, 拨打12315、12345热线, 电话010-84648459。 型号为A4的CR400列车, 5G网络和3C认证,
第四批、首批和第二批, 荣获一等奖, 第三方机构, 一是加强领导;二是强化责任。 (二)加强监管。 “33618”现代制造业, “两个100%”要求。 双随机、一公开监管。
三包服务和一站式办理。 一带一路沿线。 两地四方联动。 万州区和九江市。 “平阳5.1”事故。 千家万户。 一家超市、一批商品和一系列措施。 每2年一次。 每周一次。
60岁以上老人。 使用15年以上的电梯。 规模以上企业。 标称500克的大米。 每50公斤一袋。 依法可处五万元以上十万元以下罚款。 应当在7日内办结。 不得低于95%。
单价500元以上的礼盒。 “三品一标”认证。 百城千企行动。 四不两直检查。 二维码和三轮车。 统一部署,进一步加强。 川渝两省市联合。
"""


@pytest.mark.parametrize("text", LOOK_ALIKES.split())
def test_look_alikes(text: str) -> None:
    assert extract(text.replace("␣", " ")) == []


# Words of norms, claims and plans that mean none here: each text reports one level.
FACTS = """
全市商标注册申请量达3560件。 查获超过保质期食品25袋。 没收超过有效期的药品25盒。 不符合规定的企业12家。 抽检不符合规定的药品36批次。
发现净含量不合格产品12批次。
商品净含量合格率98%。 展会服务期间受理投诉25件。 通过提质保供专项检查企业25家。 制定地方标准为56项。 按照要求检查企业25家。 依照职责检查企业25家。
查处未明码标示价格的商户12家。 必须持证上岗的人员有25人。 截至2022年底,全市共有特种设备1.2万台。 圆满完成年度目标,检查企业300家。 达到预期目标,合格率98%。
该局按计划检查企业300家。 确保安全,出动人员300人次。 将检查出的12台问题电梯停用。 将抽检不合格的36批次产品下架。 模拟演练25场次。 售价25元/瓶。
汽油每升7.85元。 三元区市场监管局走访企业12家。 查处APP15款。
"""


@pytest.mark.parametrize("text", FACTS.split())
def test_facts_beside_words_of_rules_and_plans(text: str) -> None:
    metric = one(text)
    assert (metric.role, metric.direction) == ("level", None)


@pytest.mark.parametrize(
    ("text", "printed", "expected"),
    [
        ("投诉量同比增长12.6%。", "增长12.6%", ("change", "increase", "yoy")),
        ("投诉量环比下降3个百分点。", "下降3个百分点", ("change", "decrease", "mom")),
        ("投诉量较去年同期减少了近12起。", "减少了近12起", ("change", "decrease", "yoy")),
        ("投诉量比上月上升5%。", "上升5%", ("change", "increase", "mom")),
        ("专利量增长2.3倍。", "增长2.3倍", ("change", "increase", None)),
        ("专利量翻一番。", "翻一番", ("change", "increase", None)),
        ("销售额负增长5.6%。", "负增长5.6%", ("change", "decrease", None)),
        ("合格率上升到2021年的94.1%。", "94.1%", ("level", None, None)),
        ("销售额增幅达12.6%。", "12.6%", ("change", "increase", None)),
        ("投诉比去年多3件。", "多3件", ("change", "increase", "yoy")),
        ("不合格率下降至7.9%。", "7.9%", ("level", None, None)),
        ("新增企业300家。", "300家", ("level", None, None)),
        ("是去年的2.3倍。", "2.3倍", ("level", None, None)),
        ("食品类投诉占35%。", "35%", ("share", None, None)),
        ("98%的企业已整改。", "98%", ("share", None, None)),
        ("计划培训500人。", "500人", ("target", None, None)),
        ("力争到2025年建成30个。", "30个", ("target", None, None)),
        ("截至目前,计划的检查已完成500家。", "500家", ("level", None, None)),
    ],
)
def test_roles(text: str, printed: str, expected: tuple[str, str | None, str | None]) -> None:
    metric = one(text)
    assert (metric.text, (metric.role, metric.direction, metric.basis)) == (printed, expected)


def test_a_comparison_holds_for_its_sentence() -> None:
    found = extract("与去年同期相比,投诉量下降12%,举报量上升3%。咨询量上升5%。")
    assert [(each.direction, each.basis) for each in found] == [
        ("decrease", "yoy"),
        ("increase", "yoy"),
        ("increase", None),
    ]


def test_two_bases_for_two_numbers() -> None:
    found = extract("同比、环比分别增长5%和3%。")
    assert [each.basis for each in found] == ["yoy", "mom"]


@pytest.mark.parametrize(
    ("text", "nouns"),
    [
        ("25个市级部门联合印发方案。", [("市级部门", "部门")]),
        ("挂牌19个符合标准的质量服务站。", [("质量服务站", "服务站")]),
        ("发放宣传资料2000余份。", [("宣传资料", "资料")]),
        ("出动执法人员1200人次。", [("执法人员", "人员")]),
        ("检查食品生产企业298家次。", [("食品生产企业", "企业")]),
        ("罚款5万元,涉案货值30万元。", [("罚款", "罚款"), ("货值", "货值")]),
        ("处3万元罚款。", [("罚款", "罚款")]),
        ("合格率为98%,不合格率2%。", [("合格率", "合格率"), ("不合格率", "不合格率")]),
        ("98%的企业已整改。", [("企业", "企业")]),
        ("责令整改298家,立案12起。", [("", ""), ("", "")]),
        ("责令停产停业12家,停业整顿3家。", [("", ""), ("", "")]),
        ("全市建成星级市监所12个。", [("星级市监所", "市监所")]),
        ("近4万人参加。", [("", "")]),
        ("检查1200家次。", [("", "")]),
        ("优秀104个、良好33个。", [("优秀", "优秀"), ("良好", "良好")]),
        ("抽检食品23家23批次。", [("", ""), ("食品", "食品")]),
        ("抽检食品60批次,合格58批次,合格率96.7%。", [("食品", "食品"), ("食品", "食品"), ("合格率", "合格率")]),
        ("经营主体和一线员工参与数量分别达到1.6万余家次和6.8万余人次。", [("经营主体", "主体"), ("一线员工", "员工")]),
        ("投诉41件、举报15件,分别占73%和27%。", [("投诉", "投诉"), ("举报", "举报")] * 2),
        ("不合格率从10.6%下降至7.9%。", [("不合格率", "不合格率")] * 2),
        ("投诉1205件,同比增长12.6%。", [("投诉", "投诉")] * 2),
        ("7支质量提升青年突击队成立。", [("质量提升青年突击队", "突击队")]),
        ("16家企业的18批次食品不合格。", [("企业", "企业"), ("食品", "食品")]),
        ("12家企业生产的15批次产品甲醛超标。", [("企业", "企业"), ("产品", "产品")]),
        ("其中8家证照不全,2家虚假宣传。", [("", ""), ("", "")]),
        ("王女士花1.28万元。", [("", "")]),
        ("143家生产、销售企业抽取样品。", [("销售企业", "企业")]),
        ("31个省(区、市)。", [("省", "省")]),
        ("纺织品抽查412批次。", [("纺织品", "纺织品")]),
        ("给予100万元和30万元奖励。", [("奖励", "奖励")] * 2),
        ("三方面17类问题。", [("方面", "方面"), ("问题", "问题")]),
    ],
)
def test_counted_nouns(text: str, nouns: list[tuple[str, str]]) -> None:
    assert [(each.entity, each.entity_head) for each in extract(text)] == nouns


def test_evidence() -> None:
    text = "　　检查结束。执法人员检查企业３００余家，罚款５万元！下一步，继续检查。"
    first, second = extract(text, paragraph=4)
    assert (first.paragraph, first.start, first.end, first.text) == (4, 15, 20, "３００余家")
    assert first.sentence == second.sentence == "执法人员检查企业３００余家，罚款５万元！"
    assert second.unit_code == "CNY"


def test_kinds_are_those_of_the_schema() -> None:
    text = "30家、5元、3%、2个百分点、2倍、5公斤、3公里、6亩、7升、用时3小时、8千瓦时、9℃、5分贝,"
    kinds = [metric.unit_kind for metric in extract(text)]
    assert kinds == list(UNIT_KINDS)
