"""Which quantities are not reported facts: norms, deadlines, periods, nominal values, classes by a threshold, and 一 as an article.

These are quantities by their form; the words around them say that nothing was counted or measured.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from cqnspider.metrics import lexicon
from cqnspider.metrics.quantities import NO_UNIT, Quantity

_NORM: Final = re.compile(lexicon.NORMS)
_CLAIM: Final = re.compile(lexicon.CLAIMS)
_LASTED: Final = re.compile(lexicon.LASTED)
_YEARS_LASTED: Final = re.compile("压缩|缩短|压减|减少到|缩减|降[至到]|减至|延长")
_PLAN: Final = re.compile(lexicon.PLANS)
_FINE: Final = re.compile("处(?!理|置)[^,。]{0,10}$")
_OF_FINE: Final = re.compile("的?罚款")
_BOUNDED: Final = re.compile("以[上下]$")
_BOUND_OF: Final = re.compile("不(?:超过|低于|高于|少于)[^,。]{1,10}的$")
_RULE: Final = re.compile("要求|规定|须|不得|应(?=[^,。]{0,6}$)|每(?=[^,。年月]{0,6}$)")
_LIMITS: Final = ("不少于", "不低于", "不超过", "不高于", "不大于", "不小于", "至少")
_KEPT_AT: Final = re.compile("(?:的?条件下)?(?:冷藏|贮存|储存|保存|避光)")
_CONTAINER: Final = re.compile("(?:[一-龥]{0,5}[瓶桶罐](?!装|,|。)|标准砝码|砝码)")  # 50公斤气液双相瓶
_PACKS: Final = frozenset("盒瓶袋包桶罐箱支片")
_AROUND: Final = re.compile("(?:周边|方圆|半径|周围|相距|距离?|两侧)$")
_EACH: Final = re.compile("每(?:加|销售|使用|生产|消费|购|买|充|满|隔)?$")
_BASES: Final = frozenset(["mass", "volume", "length", "area", "energy", "duration"])
_SOON: Final = re.compile(
    "压缩|缩短|压减|减少到|缩减|降[至到]|减至|就|即可|便可|才能|后(?:赶到|到达|抵达)|出报告|出结果|出证"
)
_PACKED: Final = re.compile("装(?![置备修配运卸车点载]|/)|/[盒袋瓶包桶罐箱支片]|规格|型(?!号)|级|式")
_SUBSTANCE: Final = re.compile("(?:的)?(?:热水|温水|开水|冷水|水)")
_RULED: Final = re.compile("[一-龥]{2,4}(?:均|都|须|应|必须|一律)")  # 10桌以上聚餐均派员到场
_CLASSES: Final = frozenset(("超过", "高于", "低于", "不足", "大于", "小于", "多于", "少于"))
_ALLOWED: Final = re.compile("的(?:允许|标准|要求|规定|限)|包装")
_RATED: Final = frozenset(("伏", "千伏", "千瓦", "兆瓦", "安"))  # 48V|锂电池
_WITHIN: Final = re.compile("[年月日天]内(?:连续|累计)?$")
_THRESHOLD: Final = re.compile("(?:的|及)?[一-龥]")
_LEADING: Final = re.compile("(?:前|排名|位列|位居|列)$")
_RANKS: Final = frozenset(("位", "名"))
_RANKED: Final = frozenset(("位", "名", "家", "强", "个", "项"))
_ARTICLE_BEFORE: Final = frozenset("的每某任这那同另唯统万专单少坏多隔同有无缺任哪进再又用像如")
_COUNTED_ONE: Final = frozenset(["个", "起", "家", "件", "例", "宗", "名", "批次", "人", "户", "台", "处", "份", "条"])
_LISTED: Final = re.compile("[^,。;:!?]{0,12}(?:、|和|及)")
_CLAUSE_END: Final = frozenset(",。;:!?、)\n")
_NEAR: Final = 40  # characters in which a count of the same kind makes 一 a count too


def reported(folded: str, found: Sequence[Quantity], bounds: Sequence[tuple[int, int]]) -> list[Quantity]:
    """The quantities that state a fact. `bounds[i]` is the sentence of `found[i]`."""
    kept = []
    for index, quantity in enumerate(found):
        start, end = bounds[index]
        if quantity.generic and quantity.unit.kind not in ("multiple", "percent"):
            if not _counts_one(folded, found, index, (start, end)):
                continue
        elif _is_norm(folded, quantity, start) or _is_period(folded, quantity, start) or _is_class(folded, quantity):
            continue
        kept.append(quantity)
    return kept


def clause_start(folded: str, at: int, floor: int) -> int:
    """Where the clause of an offset begins: behind the last comma or stop, not before `floor`."""
    floor = max(floor, at - 60)
    return max(floor, *(folded.rfind(mark, floor, at) + 1 for mark in ",。;:!?\n"))


def _is_norm(folded: str, quantity: Quantity, sentence: int) -> bool:
    start = clause_start(folded, quantity.start, sentence)
    before = folded[start : quantity.number_at]
    if quantity.unit.kind == "multiple" and re.search("超|是|为", before):
        return False
    claim = _CLAIM.search(before)
    if _NORM.search(before) or (claim and (quantity.unit.kind != "classifier" or claim[0][0] in "宣声自号")):
        return True
    behind = folded[quantity.end : quantity.end + 6]
    if _FINE.search(before) and _OF_FINE.match(behind) and _BOUNDED.search(folded[quantity.number_at : quantity.end]):
        return True
    if quantity.qualifier.startswith(_LIMITS) or _BOUND_OF.search(before):
        rule = folded[max(sentence, quantity.start - 60) : quantity.start]
        if _RULE.search(rule) and not _PLAN.search(rule):
            return True
    kind = quantity.unit.kind
    if kind in ("mass", "volume") and _CONTAINER.match(folded, quantity.end):
        return True
    if (kind == "temperature" and _KEPT_AT.match(behind)) or (
        kind != "currency" and "/" in quantity.unit.name and quantity.unit.name[-1] in _PACKS
    ):
        return True
    if kind in ("length", "area") and (_AROUND.search(before) or behind.startswith(("范围", "以外", "外的", "内的"))):
        return True
    if kind in _BASES and _EACH.search(before):
        return True
    return kind in ("mass", "volume", "length", "classifier") and bool(_PACKED.match(behind))


def _is_period(folded: str, quantity: Quantity, sentence: int) -> bool:
    """A stretch of time, unless the clause says that something took it (平均用时2.5小时)."""
    if quantity.unit.kind != "duration" or quantity.unit.name in ("学时", "课时"):
        return False
    if folded[quantity.start - 1 : quantity.start] in ("前", "第", "满", "距") or quantity.qualifier.startswith("近"):
        return True
    if _SOON.match(folded, quantity.end):
        return False
    start = clause_start(folded, quantity.start, sentence)
    lasted = _YEARS_LASTED if quantity.unit.name == "年" else _LASTED
    return not lasted.search(folded, max(start, quantity.start - 24), quantity.number_at)


def _is_class(folded: str, quantity: Quantity) -> bool:
    """500元以上的礼盒, 百元以下月饼; 前三位."""
    leading = _LEADING.search(folded, max(0, quantity.start - 2), quantity.start)
    if leading and quantity.unit.name in (_RANKED if leading[0] == "前" else _RANKS):
        return True
    if quantity.unit.name == "次" and folded.endswith("连续", 0, quantity.start):
        return True
    if quantity.unit.name == "次" and _WITHIN.search(folded, max(0, quantity.start - 6), quantity.start):
        return True
    kind = quantity.unit.kind
    if (
        kind not in ("classifier", "percent")
        and quantity.qualifier in _CLASSES
        and folded.startswith("的", quantity.end)
    ):
        return True
    if quantity.qualifier in _CLASSES and _ALLOWED.match(folded, quantity.end):
        return True
    if kind == "other" and quantity.unit.name in _RATED and "一" <= folded[quantity.end : quantity.end + 1] <= "龥":
        return True
    if quantity.unit is NO_UNIT:
        return False
    if kind == "temperature" and _SUBSTANCE.match(folded, quantity.end):
        return True
    if kind == "currency" and quantity.qualifier.endswith("以内") and folded.startswith("的", quantity.end):
        return True
    if not quantity.qualifier.endswith(("以上", "以下")):
        return False
    behind = folded[quantity.end : quantity.end + 2]
    if quantity.unit.name == "次":
        return True
    if quantity.unit.kind == "classifier":
        return behind.startswith("的") or bool(_RULED.match(folded, quantity.end))
    return quantity.unit.kind != "percent" and bool(_THRESHOLD.match(behind)) and not behind.startswith("不")


def _counts_one(folded: str, found: Sequence[Quantity], index: int, sentence: tuple[int, int]) -> bool:
    """一起 counts where others of its kind are counted beside it, or where it closes its clause behind a noun."""
    quantity = found[index]
    before = folded[quantity.start - 1 : quantity.start]
    if folded[max(0, quantity.start - 2) : quantity.start] == "另有":
        return True
    if before in ("只", "仅") or folded[max(0, quantity.start - 3) : quantity.start - 1] in ("只有", "仅有"):
        return True
    if before in _ARTICLE_BEFORE or folded[max(0, quantity.start - 2) : quantity.start] in (
        "其中",
        "没有",
        "发现",
        "不漏",
        "查实",
    ):
        return False
    for other in found[max(0, index - 3) : index + 4]:
        near = sentence[0] <= other.start < sentence[1] and abs(other.start - quantity.start) <= _NEAR
        if other is not quantity and near and not other.generic:
            if other.unit == quantity.unit:
                return True
            first, second = sorted((other, quantity), key=lambda each: each.start)
            if other.unit.kind == "classifier" and _LISTED.fullmatch(folded, first.end, second.start):
                return True
    after = folded[quantity.end : quantity.end + 1]
    return quantity.unit.name in _COUNTED_ONE and (not after or after in _CLAUSE_END) and before not in _CLAUSE_END
