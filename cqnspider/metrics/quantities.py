"""Finds the quantities of a text: numeral, unit and qualifiers with their offsets; look-alikes are passed over.

`find(folded)` goes through the text once, from left to right: a look-alike is skipped whole, a numeral is a quantity if a unit stands behind
it. What a quantity counts and whether it is a change is not decided here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final, NamedTuple

from cqnspider.metrics import guards, lexicon, numerals
from cqnspider.metrics.amounts import NO_UNIT, TEN, Amount, amount_at
from cqnspider.metrics.numerals import Number
from cqnspider.metrics.units import ARABIC_ONLY, TABLE, Unit

# 过半 is no part of 超过半数.
_LEXICAL: Final = "|".join(f"(?<!超){word}" if word[0] == "过" else word for word in lexicon.LEXICAL)
# Trying the look-alikes one by one at every character is what would cost most of the time.
_FIRST: Final = "".join(sorted({*guards.FIRST, *numerals.FIRST, *"-−零", *(word[0] for word in lexicon.LEXICAL)}))
_EVERYTHING: Final = (
    f"(?P<skip>{guards.LOOK_ALIKE})|(?P<lexical>{_LEXICAL})"
    rf"|(?P<sign>(?:(?<![0-9A-Za-z一-龥%)])|(?<=[达为是至到下比长幅速率]))[-−](?=[0-9])|零下(?=[0-9]))?{numerals.NUMERAL}"
)
_SCAN: Final = re.compile(f"(?=[{re.escape(_FIRST)}])(?:{_EVERYTHING})")
_NUMERAL: Final = re.compile(numerals.NUMERAL)
_TO: Final = re.compile(" ?(?:[-–—~―]{1,2}|至|到) ?")
_MINUS: Final = re.compile("[-−]|零下")
_ABOVE: Final = re.compile("以上(?:至|到|、)?")
_RANGE_FIRST: Final = frozenset(" -–—~―至到以")  # what the two above begin with
_BELOW: Final = re.compile("以下|以内")
_FROM: Final = re.compile("[从由自](?:[^,。、;]{0,8}的)?$")
_ACROSS: Final = re.compile("(?:横跨|涉及|跨|覆盖|来自|涉)$")  # 横跨三省 counts the provinces
_AHEAD: Final = re.compile("(?<![节签违预合])(约|近|超过|不足)占(?:比)?$")
_FRONT: Final = re.compile(rf"(?:{lexicon.longest_first(lexicon.FRONT)}) ?\Z")
_ONLY_THERE: Final = ("起", "多", "余")  # qualifiers behind a number in some places alone
_BEHIND: Final = re.compile(
    f"(?:{lexicon.longest_first(lexicon.BEHIND.keys() - _ONLY_THERE)})(?![简称问几措情行类联级游一岸手])"
    "|(?<=[元角])起(?=[,。、;:!?)]|$)|(?<=半)多|[余多](?=[,。、;:!?)的 ]|$)"
)
# A number without a unit is a metric behind these: 指数为92.35.
_INDEX: Final = re.compile(
    "(?:指数|得分|评分|分值|总分|均分|系数|成交额)(?:值|均|已|约|实测|检测|平均|总体|最终|综合|分别)*"
    "(?:高?达到?|为|是|[升降增][至到]|[提降升上]\\w[至到]|:)?(?:了|约|近|超过?)?$"
    "|(?:指数|得分|评分)[^。;]{0,30}(?:提升|提高|上升|下降|增长|增加|降低|回落)了?$"
)
_SMALL: Final = Decimal(5)  # below it a Chinese numeral before a place is a name: 两地, 三省


class Quantity(NamedTuple):
    """A number with its unit: `[start, end)` takes in the qualifiers, the numeral itself begins at `number_at`."""

    start: int
    number_at: int
    end: int
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    comparator: str | None
    approximate: bool
    qualifier: str
    unit: Unit
    generic: bool = False  # 一 + classifier: an article more often than a count


def find(folded: str) -> Iterator[Quantity]:
    """Quantities in the order of the text; they never overlap."""
    done = 0
    for match in _SCAN.finditer(folded):
        if match["skip"] is None and match.start() >= done:
            quantity = _lexical(folded, match, done) if match["lexical"] else _quantity(folded, match, done)
            if quantity is not None:
                done = quantity.end
                yield quantity


def _quantity(folded: str, match: re.Match[str], done: int) -> Quantity | None:
    start = match.start()
    if guards.BEFORE.search(folded, max(done, start - 8), start):
        return None
    if start and folded[start - 1] in "0123456789." and "0" <= folded[start] <= "9":
        return None
    first = amount_at(folded, match)
    if first is None:
        return None
    if ranged := _range(folded, first, start, negative=bool(match["sign"])):
        number, unit, end = ranged
    else:
        number, end = first.number, first.end
        if first.unit is not None:
            unit = first.unit
        elif number.value is not None and _INDEX.search(folded, max(0, start - 44), start):
            unit, end = NO_UNIT, first.end
        else:
            return None
    if match["sign"] and number.value is not None:
        number = number._replace(value=-number.value)
    quantity = _qualified(folded, (start, end), number, unit, done)
    if first.chinese and _is_a_word(first, quantity) and not _ACROSS.search(folded, max(0, start - 3), start):
        return None
    return quantity._replace(generic=True) if first.text == "一" and number.value == 1 else quantity


def _is_a_word(part: Amount, quantity: Quantity) -> bool:
    """Chinese numerals inside words: 两地, 三方, 百家(企业)."""
    unit, number = quantity.unit, part.number
    if number.value == 0:  # 零件, 零分
        return True
    if part.text == "二":  # 二类
        return unit.kind == "classifier"
    if number.bare and number.value != TEN and not quantity.qualifier and part.text != "%":
        return True
    if part.spelling in ARABIC_ONLY and number.value is not None:
        return number.value < (_SMALL if unit.noun else TEN)
    return False


def _range(folded: str, first: Amount, start: int, *, negative: bool = False) -> tuple[Number, Unit, int] | None:
    """10至20个, 500元至2万元, 3至5万元, 五千元以上三万元以下: the number with both ends, its unit, where it ends."""
    if folded[first.end : first.end + 1] not in _RANGE_FIRST:
        return None
    to = _TO.match(folded, first.end)
    above = None if to or first.unit is None else _ABOVE.match(folded, first.end)
    separator = to or above
    sign = _MINUS.match(folded, separator.end()) if separator else None
    match = _NUMERAL.match(folded, sign.end() if sign else separator.end()) if separator else None
    second = amount_at(folded, match) if match else None
    if second is None or second.unit is None or (first.unit or second.unit) != second.unit:
        return None
    low, high = first.number.value, second.number.value
    if low is None or high is None:
        return None
    low, high = (-low if negative else low), (-high if sign else high)
    end = second.end
    if above:
        below = _BELOW.match(folded, end)
        if not below:
            return None
        end = below.end()
    elif first.unit is None and second.text[-1:] in numerals.SCALES and first.text[-1:] not in numerals.SCALES:
        scaled = low * numerals.SCALES[second.text[-1:]]
        low = scaled if low < scaled <= high else low
    elif first.unit is None and second.text == "成" and low < TEN:
        low *= TEN  # 两至三成
    elif (
        first.unit is not None
        and _FROM.search(folded, max(0, start - 12), start)
        and not folded.startswith("不等", end)
    ):
        return None  # 从10.6%到7.9%: two levels
    if low >= high:
        return None
    return Number(None, low=low, high=high, more=second.number.more), second.unit, end


def _qualified(folded: str, span: tuple[int, int], number: Number, unit: Unit, done: int) -> Quantity:
    """The quantity with the qualifiers around it: 近4万人, 百余家, 95%以上."""
    number_at, end = span
    start, words, comparator, approximate = number_at, [], None, number.vague
    if folded[number_at - 1] in "占比" and (ahead := _AHEAD.search(folded, max(done, number_at - 6), number_at)):
        comparator, approximate, _ = lexicon.FRONT[ahead[1]]  # 约占8%
        words.append(ahead[1])
    front = _FRONT.search(folded, max(done, number_at - 5), number_at)
    if front and _is_qualifier(folded, front, number):
        comparator, vague, _ = lexicon.FRONT[front[0].strip()]
        start, approximate = front.start(), approximate or vague
        words.append(front[0].strip())
    more = _more_word(folded[number_at:end]) if number.more else ""
    if more == "来":
        approximate = True
        words.append(more)
    elif more:
        comparator, approximate = comparator or ">", True
        words.append(more)
    if behind := _BEHIND.match(folded, end):
        said, vague, _ = lexicon.BEHIND[behind[0]]
        comparator, approximate, end = comparator or said, approximate or vague, behind.end()
        words.append(behind[0])
    value, low, high = number.value, number.low, number.high
    if high is None and value is not None:
        low = value if comparator in (">", ">=") else None
        high = value if comparator in ("<", "<=") else None
        if number.bare and comparator and (number.value != TEN or number.more):
            value = None
            approximate = approximate or comparator in (">", ">=")
    return Quantity(start, number_at, end, value, low, high, comparator, approximate, "".join(words), unit)


def _is_qualifier(folded: str, front: re.Match[str], number: Number) -> bool:
    word, before = front[0].strip(), folded[front.start() - 1 : front.start()]
    if word in lexicon.ONLY_BEFORE_POWERS and not number.bare:
        return False
    return not before or before not in lexicon.FRONT[word].part_of_word_after


def _more_word(text: str) -> str:
    return next((char for char in text if char in "余多几来"), "")


def _lexical(folded: str, match: re.Match[str], done: int) -> Quantity:
    """一半, 半数以上, 翻番."""
    value, name, comparator = lexicon.LEXICAL[match["lexical"]]
    unit = TABLE[name] if name else NO_UNIT
    quantity = _qualified(folded, match.span(), Number(Decimal(value)), unit, done)
    if comparator:
        return quantity._replace(comparator=comparator, low=Decimal(value))
    return quantity
