"""What a quantity says: a level, a change with direction and basis, a share of a whole, or a target."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from cqnspider.metrics import lexicon
from cqnspider.metrics.amounts import NO_UNIT
from cqnspider.metrics.contexts import clause_start
from cqnspider.metrics.quantities import Quantity

_WORDS: Final = lexicon.longest_first(lexicon.CHANGES)
_VERB: Final = re.compile(f"(?P<verb>{_WORDS})(?P<of>幅度)?了?(?P<reached>(?:分别)?(?:高?达到?|了|分别|均|各))?$")
_NOUN: Final = re.compile(
    f"(?P<noun>{lexicon.longest_first(lexicon.CHANGE_NOUNS)})(?:分别|均|已|也)?(?:高?达到?了?|为|是|:)?$"
)
_WITH_OBJECT: Final = re.compile(
    "(?<!新)(?P<verb>净增|增加|减少|降低|缩短|压缩|缩减|压减|削减)了?[^,。;:!?、0-9的]{2,10}$"
)
_COMPARED: Final = re.compile("[比较]")
_YEAR: Final = re.compile(lexicon.YEAR_ON_YEAR)
_MONTH: Final = re.compile(lexicon.MONTH_ON_MONTH)
_BOTH: Final = re.compile("同比[、和与及]环比|环比[、和与及]同比")
_COMPARISON_CLAUSE: Final = re.compile(
    f"(?!同比|环比)(?:{lexicon.YEAR_ON_YEAR}|{lexicon.MONTH_ON_MONTH})(?:同期)?(?:相?比较?)?,"
)
_LIST: Final = re.compile(" ?(?:、|和|与|及|以及|,|或)? ?$|[、,]?(?:和|以及)$")
_FOLLOWS: Final = re.compile(",(?:增幅|降幅|涨幅)?(?:为|达)?")  # 比去年减少8吨,下降15%
_INTO: Final = re.compile("[^,。;:!?、]{0,6}[到至为]")  # 占比由32%升至41.7%
_SHARE: Final = re.compile("(?:占|比重|比例|份额)[^,。;:!?]{0,16}$|完成[^,。]{0,12}(?:任务|计划|目标)的$|合计$")
_OF_WHOLE: Final = re.compile(
    "的(?!增[长速幅]|速度|优惠|罚款|折扣|利率|关税|税率|价格|降幅|涨幅|目标|水平|差距|合格率|[,。])[一-龥“]"
)
_RATE: Final = re.compile("(?:率|度|量|额|价|费用|收入|成本)[^,。;]{0,20}$")
_IS_FRACTION: Final = re.compile("成|半|(?<![百千])分之|/")
_PLAN: Final = re.compile(lexicon.PLANS)
_CLAUSE_PLAN: Final = re.compile(lexicon.PLANS_OF_CLAUSE)
_DONE: Final = re.compile(lexicon.DONE)
_REACH: Final = 80  # characters back to the plan


class Said(NamedTuple):
    """Role, direction and basis of a quantity; `start` takes in the change verb."""

    start: int
    role: str = "level"
    direction: str | None = None
    basis: str | None = None


def read(folded: str, found: Sequence[Quantity], bounds: Sequence[tuple[int, int]]) -> list[Said]:
    """What each quantity says; a list shares verb and basis (同比分别增长5%、3%)."""
    said: list[Said] = []
    for index, quantity in enumerate(found):
        sentence = bounds[index][0]
        previous = found[index - 1] if index and found[index - 1].start >= sentence else None
        floor = max(sentence, previous.end) if previous else sentence
        now = _change(folded, quantity, floor, sentence)
        if previous:
            now = _go_on(folded, previous, said[-1], quantity, now)
        now = now or Said(quantity.start, _level_role(folded, quantity, floor, sentence))
        goes_on = previous and said[-1].role == "target" and not _DONE.search(folded, previous.end, quantity.number_at)
        if goes_on or _is_planned(folded, quantity, sentence):
            now = now._replace(role="target")
        said.append(now)
    return said


def _go_on(folded: str, previous: Quantity, before: Said, quantity: Quantity, now: Said | None) -> Said | None:
    """What a quantity says because the one before it says so."""
    if now is None and quantity.unit == previous.unit and _LIST.fullmatch(folded, previous.end, quantity.start):
        if before.role in ("change", "share"):
            return before._replace(start=quantity.start, basis=_second_basis(folded, previous) or before.basis)
    elif now is None and before.role == "share" and _INTO.fullmatch(folded, previous.end, quantity.start):
        return Said(quantity.start, "share")
    elif now is not None and now.basis is None and before.basis and _FOLLOWS.fullmatch(folded, previous.end, now.start):
        return now._replace(basis=before.basis)
    return now


def _change(folded: str, quantity: Quantity, floor: int, sentence: int) -> Said | None:
    """The verb or noun of change in front of a quantity; None where there is none."""
    at = quantity.start
    start = max(floor, at - 16)
    before = folded[start:at].rstrip(" ")
    direction = None
    if (match := _VERB.search(before)) and _is_verb(folded, start + match.start(), match["verb"], sentence):
        direction = lexicon.CHANGES[match["verb"]]
        if not match["of"] and (match["reached"] or "") in ("", "了"):
            at = start + match.start()
    elif match := _NOUN.search(before):
        direction = lexicon.CHANGE_NOUNS[match["noun"]]
    elif quantity.unit.name == "番":
        direction = "increase"
    elif quantity.unit.kind != "percent" and (match := _WITH_OBJECT.search(before)) and _changes(match, quantity):
        direction = lexicon.CHANGES[match["verb"]]
    return Said(at, "change", direction, _basis(folded, quantity.start, sentence)) if direction else None


def _changes(match: re.Match[str], quantity: Quantity) -> bool:
    """降低成本5亿元 is a change of 5亿元; 降低收费标准5项 counts standards."""
    return quantity.unit.kind != "classifier" or match["verb"] in ("净增", "增加", "减少")


def _is_verb(folded: str, at: int, verb: str, sentence: int) -> bool:
    """Not the end of another word (新|增), and with a comparison if it needs one (比去年|多3件)."""
    if at and folded[at - 1] in lexicon.NO_VERB_AFTER.get(verb, ""):
        return False
    return verb not in lexicon.NEED_BASIS or bool(_COMPARED.search(folded, clause_start(folded, at, sentence), at))


def _basis(folded: str, at: int, sentence: int) -> str | None:
    """同比 or 环比 in the clause; or a clause that is a comparison and holds for what follows (与去年同期相比,…)."""
    start = clause_start(folded, at, sentence)
    best: tuple[int, str] | None = None
    for pattern, name in ((_YEAR, "yoy"), (_MONTH, "mom")):
        for match in pattern.finditer(folded, start, at):
            if best is None or match.start() > best[0]:
                best = (match.start(), name)
    if _BOTH.search(folded, start, at):
        return "yoy" if folded.find("同比", start, at) < folded.find("环比", start, at) else "mom"
    if best:
        return best[1]
    for match in _COMPARISON_CLAUSE.finditer(folded, max(sentence, at - _REACH), start):
        best = (match.start(), "yoy" if _YEAR.search(match[0]) else "mom")
    return best[1] if best else None


def _second_basis(folded: str, first: Quantity) -> str | None:
    """同比、环比分别增长5%和3%: the second number has the second basis."""
    match = _BOTH.search(folded, max(0, first.start - 16), first.start)
    return None if match is None else "mom" if match[0].startswith("同比") else "yoy"


def _level_role(folded: str, quantity: Quantity, floor: int, sentence: int) -> str:
    """share or level."""
    if quantity.unit.kind != "percent" and quantity.unit is not NO_UNIT:
        return "level"
    start = clause_start(folded, quantity.start, floor)
    if _SHARE.search(folded, start, quantity.start):
        return "share"
    if _RATE.search(folded, clause_start(folded, quantity.start, sentence), quantity.start):
        return "level"
    printed = folded[quantity.number_at : quantity.end]
    return "share" if _IS_FRACTION.search(printed) or _OF_WHOLE.match(folded, quantity.end) else "level"


def _is_planned(folded: str, quantity: Quantity, sentence: int) -> bool:
    """A plan before it in the sentence, and nothing in between that says it is done."""
    start = max(sentence, quantity.number_at - _REACH)
    if folded[quantity.start - 1 : quantity.start] in ("由", "从"):
        return False
    last = None
    for match in _PLAN.finditer(folded, start, quantity.number_at):
        last = match
    for match in _CLAUSE_PLAN.finditer(folded, clause_start(folded, quantity.number_at, start), quantity.number_at):
        last = match
    return last is not None and not _DONE.search(folded, last.end(), quantity.number_at)
