"""Names of people and organisations in Chinese, as far as a byline needs to tell them from other words.

In: a token without spaces. Out: whether it is a name. A name with a role word beside it (记者, 通讯员) may be any two to four characters; without one it
must begin with a surname.
"""

from __future__ import annotations

import re
from typing import Final

# 百家姓 and the more frequent others: a name without a role word beside it must begin with one of these.
_SURNAMES: Final = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和"
    "穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴"
    "陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵"
    "冉宰郦雍璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺"
    "权逯盖益桓公仉督岳帅缑亢况郈有琴归海晋楚闫法汝鄢涂钦肖付代覃佟兰岩代苟仝原鹿隋豆展英麦来普布丹扎措格次旦洛白仁尼占买阿艾努古热玛依塔"
)
# Surnames of two characters.
_COMPOUND: Final = (
    "欧阳",
    "司马",
    "上官",
    "诸葛",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "令狐",
    "司徒",
    "夏侯",
    "东方",
    "端木",
    "百里",
    "呼延",
    "南宫",
    "宇文",
    "长孙",
    "拓跋",
    "赫连",
)
_ORGANISATION = re.compile(
    r".{2,}?(?:局|委员会|委|协会|学会|中心|公司|集团|院|所|支队|大队|总队|站|办公室|办|厅|部|科|处|报社|电视台|融媒体|街道|党组|学校|大学|日报|晚报|晨报|早报|商报|新闻网|通讯社)"
)
_CLAUSE = re.compile("根据|按照|内容|整理|提供|了解|获悉|联合|开展")  # part of a sentence, not of a name
_CJK_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]{1,6}·[\u4e00-\u9fff·]{1,10}")
_NO_NAME: Final = frozenset(
    {"完", "图", "组图", "图文", "上接", "下转", "待续", "略", "下同", "试行", "来源", "附", "摘要", "节选"}
)


def is_organisation(token: str) -> bool:
    """Whether a token ends like a bureau, company, institute … (江苏省仪征市市场监管局)."""
    return len(token) <= 30 and not _CLAUSE.search(token) and _ORGANISATION.fullmatch(token) is not None


def is_name(token: str, *, strict: bool) -> bool:
    """Whether a token can be a person's name; `strict` where no role word vouches for it."""
    if (
        not _CJK_NAME.fullmatch(token)
        or token in _NO_NAME
        or token[-1] in "省市县区镇乡村局"
        or (len(token) > 3 and is_organisation(token))
    ):
        return False
    if not strict or "·" in token or token.startswith(_COMPOUND):
        return True
    # Four characters are two surnames and a name.
    return token[0] in _SURNAMES and (len(token) <= 3 or token[1] in _SURNAMES)


def split_organisation(token: str) -> tuple[str, str] | None:
    """Affiliation and name that are printed without a space.

    >>> split_organisation("仪征市市场监管局宦琪")
    ('仪征市市场监管局', '宦琪')
    """
    for match in reversed(list(_ORGANISATION.finditer(token))):
        name = token[match.end() :]
        if match.end() >= 4 and is_organisation(token[: match.end()]) and is_name(name, strict=True):
            return token[: match.end()], name
    return None
