"""Which quantities are not reported facts: norms, deadlines, periods, nominal values, classes by a threshold, and 一 as an article.

These are quantities by their form; the words around them say that nothing was counted or measured.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from cqnspider.metrics import lexicon
from cqnspider.metrics.amounts import NO_UNIT
from cqnspider.metrics.quantities import Quantity

_NORM: Final = re.compile(lexicon.NORMS)
_CLAIM: Final = re.compile(lexicon.CLAIMS)
_PLAN: Final = re.compile(lexicon.PLANS)
_LASTED: Final = re.compile(lexicon.LASTED)
_CUT: Final = "压缩|缩短|压减|减少到|缩减|降[至到]|减至"
_YEARS_LASTED: Final = re.compile(f"{_CUT}|延长")
_SOON: Final = re.compile(f"{_CUT}|就|即可|便可|才能|后(?:赶到|到达|抵达)|出报告|出结果|出证")
_FINE: Final = re.compile("处(?!理|置)[^,。]{0,10}$")
_BOUNDED: Final = re.compile("以[上下]$")
_OF_FINE: Final = re.compile("的?罚款")
_BOUND_OF: Final = re.compile("不(?:超过|低于|高于|少于)[^,。]{1,10}的$")
_RULE: Final = re.compile("要求|规定|须|不得|应(?=[^,。]{0,6}$)|每(?=[^,。年月]{0,6}$)")
_LIMITS: Final = ("不少于", "不低于", "不超过", "不高于", "不大于", "不小于", "至少")
_KEPT_AT: Final = re.compile("(?:的?条件下)?(?:冷藏|贮存|储存|保存|避光)")
_SUBSTANCE: Final = re.compile("的?[热温开冷]?水")
_CONTAINER: Final = re.compile("[一-龥]{0,5}[瓶桶罐](?![装头体,。])|标准砝码|砝码")
_PACKED: Final = re.compile("装(?![置备修饰潢裱订配运卸车点载箱甲]|/)|/[盒袋瓶包桶罐箱支片]|规格|型(?!号)|级|式")
_PACKS: Final = frozenset("盒瓶袋包桶罐箱支片")
_AROUND: Final = re.compile("(?:周边|方圆|半径|周围|相距|距离?|两侧)$")
_INSIDE: Final = ("范围", "以外", "外的", "内的")
_EACH: Final = re.compile("每(?:加|销售|使用|生产|消费|购|买|充|满|隔)?$")
_BASES: Final = frozenset(["mass", "volume", "length", "area", "energy", "duration"])
_CLASSES: Final = frozenset(("超过", "高于", "低于", "不足", "大于", "小于", "多于", "少于"))
_ALLOWED: Final = re.compile("的(?:允许|标准|要求|规定|限)|包装")
_RATED: Final = frozenset(("伏", "千伏", "千瓦", "兆瓦"))
_HAN: Final = re.compile("[一-龥]")
_RULED: Final = re.compile("的|[一-龥]{2,4}(?:均|都|须|应|必须|一律)")
_THRESHOLD: Final = re.compile("(?!不)[的及]?[一-龥]")
_LEADING: Final = re.compile("(?:前|排名|位列|位居|列)$")
_RANKS: Final = frozenset(("位", "名"))
_RANKED: Final = frozenset(("位", "名", "家", "强", "个", "项"))
_REPEATED: Final = re.compile("连续$|[年月日天]内(?:连续|累计)?$")
_ARTICLE_BEFORE: Final = frozenset("的每某任这那同另唯统万专单少坏多隔同有无缺任哪进再又用像如")
_NO_COUNT_BEFORE: Final = ("其中", "没有", "发现", "不漏", "查实")
_COUNTED_ONE: Final = frozenset(["个", "起", "家", "件", "例", "宗", "名", "批次", "人", "户", "台", "处", "份", "条"])
_LISTED: Final = re.compile("[^,。;:!?]{0,12}(?:、|和|及)")
_CLAUSE_END: Final = frozenset(",。;:!?、)\n")
_LAST_MARK: Final = re.compile("(?s:.*)[,。;:!?\n]")
_NEAR: Final = 40  # characters in which a count of the same kind makes 一 a count too


def reported(folded: str, found: Sequence[Quantity], bounds: Sequence[tuple[int, int]]) -> list[Quantity]:
    """The quantities that state a fact. `bounds[i]` is the sentence of `found[i]`."""
    kept = []
    for index, quantity in enumerate(found):
        if quantity.generic and quantity.unit.kind not in ("multiple", "percent"):
            states = _counts_one(folded, found, index, bounds[index])
        else:
            states = not _is_ruled_out(_place(folded, quantity, bounds[index][0]))
        if states:
            kept.append(quantity)
    return kept


def clause_start(folded: str, at: int, floor: int) -> int:
    """Where the clause of an offset begins: behind the last comma or stop, not before `floor`."""
    floor = max(floor, at - 60)
    mark = _LAST_MARK.match(folded, floor, at)
    return mark.end() if mark else floor


class _Place(NamedTuple):
    """A quantity, the clause in front of its number, and what stands behind it."""

    quantity: Quantity
    kind: str
    before: str  # the clause up to the numeral, qualifiers included
    last: str  # the character in front of the qualifiers
    printed: str
    behind: str
    sentence: str  # up to the quantity, not farther back than 60 characters


def _place(folded: str, quantity: Quantity, sentence: int) -> _Place:
    start, at = clause_start(folded, quantity.start, sentence), quantity.start
    return _Place(
        quantity,
        quantity.unit.kind,
        folded[start : quantity.number_at],
        folded[at - 1 : at],
        folded[quantity.number_at : quantity.end],
        folded[quantity.end : quantity.end + 10],
        folded[max(sentence, at - 60) : at],
    )


def _is_norm(place: _Place) -> bool:
    """不得低于95%, 标准要求不大于6秒; but 超出限值160倍 says what was measured."""
    if place.kind == "multiple" and re.search("超|是|为", place.before):
        return False
    return bool(_NORM.search(place.before))


def _is_claim(place: _Place) -> bool:
    """标称500克, 宣称有效率95%."""
    claim = _CLAIM.search(place.before)
    return claim is not None and (place.kind != "classifier" or claim[0][0] in "宣声自号")


def _is_fine_of_law(place: _Place) -> bool:
    """处五万元以上十万元以下罚款."""
    return bool(_FINE.search(place.before) and _BOUNDED.search(place.printed) and _OF_FINE.match(place.behind))


def _is_bound_of_rule(place: _Place) -> bool:
    """要求每餐留样不少于125克; a plan is no rule (力争不低于95%)."""
    if not place.quantity.qualifier.startswith(_LIMITS) and not _BOUND_OF.search(place.before):
        return False
    return bool(_RULE.search(place.sentence)) and not _PLAN.search(place.sentence)


def _is_nominal(place: _Place) -> bool:
    """50公斤气液双相瓶, 250克/盒, 八枚装, 95℃热水, 在2℃至8℃冷藏, 48伏锂电池."""
    unit = place.quantity.unit.name
    if place.kind in ("mass", "volume") and _CONTAINER.match(place.behind):
        return True
    if place.kind == "temperature" and (_KEPT_AT.match(place.behind) or _SUBSTANCE.match(place.behind)):
        return True
    if unit in _RATED and _HAN.match(place.behind):
        return True
    if place.kind != "currency" and "/" in unit and unit[-1] in _PACKS:
        return True
    return place.kind in ("mass", "volume", "length", "classifier") and bool(_PACKED.match(place.behind))


def _is_distance(place: _Place) -> bool:
    """校园周边200米, 300公里外的省城."""
    if place.kind not in ("length", "area"):
        return False
    return bool(_AROUND.search(place.before)) or place.behind.startswith(_INSIDE)


def _is_base(place: _Place) -> bool:
    """每加20升少给1升: the first is what the second is measured by."""
    return place.kind in _BASES and bool(_EACH.search(place.before))


def _is_period(place: _Place) -> bool:
    """A stretch of time, unless the clause says that something took it (平均用时2.5小时)."""
    if place.kind != "duration" or place.quantity.unit.name in ("学时", "课时"):
        return False
    if place.last in ("前", "第", "满", "距") or place.quantity.qualifier.startswith("近"):
        return True
    if _SOON.match(place.behind):
        return False
    lasted = _YEARS_LASTED if place.quantity.unit.name == "年" else _LASTED
    return not lasted.search(place.before[-26:])


def _is_rank(place: _Place) -> bool:
    """居前三位, 排名第二; 位列14个所第二 counts them."""
    leading = _LEADING.search(place.before)
    return leading is not None and place.quantity.unit.name in (_RANKED if leading[0] == "前" else _RANKS)


def _is_condition(place: _Place) -> bool:
    """连续两次抽查不合格, 三次以上不合格的."""
    if place.quantity.unit.name != "次":
        return False
    return bool(_REPEATED.search(place.before)) or place.quantity.qualifier.endswith(("以上", "以下"))


def _is_class(place: _Place) -> bool:
    """500元以上的礼盒, 百元以下月饼, 10桌以上聚餐均派员, 超过0.3%的允许范围; 95%以上的企业 is a share."""
    qualifier, kind = place.quantity.qualifier, place.kind
    if qualifier in _CLASSES:
        measured = kind not in ("classifier", "percent") and place.behind.startswith("的")
        return measured or bool(_ALLOWED.match(place.behind))
    if qualifier.endswith("以内"):
        return kind == "currency" and place.behind.startswith("的")
    if not qualifier.endswith(("以上", "以下")) or place.quantity.unit is NO_UNIT or kind == "percent":
        return False
    return bool((_RULED if kind == "classifier" else _THRESHOLD).match(place.behind))


_RULES: Final[tuple[Callable[[_Place], bool], ...]] = (
    _is_norm, _is_claim, _is_fine_of_law, _is_bound_of_rule, _is_nominal, _is_distance, _is_base, _is_period, _is_rank, _is_condition, _is_class,
)  # fmt: skip


def _is_ruled_out(place: _Place) -> bool:
    # A loop: `any` would start a generator for each quantity.
    for rule in _RULES:  # noqa: SIM110 – measured
        if rule(place):
            return True
    return False


def _counts_one(folded: str, found: Sequence[Quantity], index: int, sentence: tuple[int, int]) -> bool:
    """一起 counts where others of its kind are counted beside it, or where it closes its clause behind a noun."""
    quantity = found[index]
    before = folded[max(0, quantity.start - 3) : quantity.start]
    if before.endswith(("另有", "只", "仅", "只有", "仅有")):
        return True
    if before[-1:] in _ARTICLE_BEFORE or before.endswith(_NO_COUNT_BEFORE):
        return False
    if any(_beside(folded, quantity, other, sentence) for other in found[max(0, index - 3) : index + 4]):
        return True
    after = folded[quantity.end : quantity.end + 1]
    closes = (not after or after in _CLAUSE_END) and before[-1:] not in _CLAUSE_END
    return closes and quantity.unit.name in _COUNTED_ONE


def _beside(folded: str, one: Quantity, other: Quantity, sentence: tuple[int, int]) -> bool:
    """Whether a count stands beside 一 + classifier: in the same unit, or in the same list (一条生产线、两口锅)."""
    near = sentence[0] <= other.start < sentence[1] and abs(other.start - one.start) <= _NEAR
    if other is one or not near or other.generic:
        return False
    first, second = sorted((other, one), key=lambda each: each.start)
    listed = other.unit.kind == "classifier" and _LISTED.fullmatch(folded, first.end, second.start)
    return other.unit == one.unit or bool(listed)
