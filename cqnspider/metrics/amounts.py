"""Amounts: a numeral with the unit behind it, where both ends of a range and every special print are the same (八成, 3块5, 两天半, 百分之三)."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final, NamedTuple

from cqnspider.metrics import numerals
from cqnspider.metrics.numerals import Number
from cqnspider.metrics.units import TABLE, Unit, unit_at

_TENTHS: Final = re.compile(
    "成(?:(?P<half>半)|(?P<ones>[一二三四五六七八九])(?=[以左的,。、;]|$))?(?P<more>[多余])?(?![立果都员本品长功交效分绩套像渝型名章])"
)
_DIGIT: Final = re.compile("[0-9]")
_PERCENT: Final = TABLE["%"]
_PERMILLE: Final = TABLE["‰"]
NO_UNIT: Final = Unit("", "other")
_AND_A_HALF: Final = re.compile("半(?=[,。、;的]|$)")  # 两天半
_HALF: Final = Decimal("0.5")
_JIAO: Final = re.compile("([1-9一二三四五六七八九])(?:角|毛)?(?=[,。、;!?的]|$)")
_PRICE: Final = re.compile("[价费钱花卖买赚]|(?<!没)收")
_NO_NOUN: Final = re.compile("[,。、;:!?钱)”多]|$")
_ZERO: Final = Decimal(0)
TEN: Final = Decimal(10)


class Amount(NamedTuple):
    """One end of a range, or the whole quantity: the numeral, the unit if one is printed, and where it ends."""

    text: str
    number: Number
    unit: Unit | None
    end: int
    spelling: str = ""  # of the unit

    @property
    def chinese(self) -> bool:
        """Printed without Arabic digits."""
        return _DIGIT.search(self.text) is None


def amount_at(folded: str, match: re.Match[str]) -> Amount | None:
    """The amount that a `NUMERAL` match begins; None where it is no number."""
    number = numerals.read(match)
    if number is None:
        return None
    end, parts, text = match.end(), match["parts"], match[0]
    if match["over"]:
        return Amount("%", number, NO_UNIT, end)
    if parts is not None:
        unit = {"百": _PERCENT, "千": _PERMILLE}.get(parts, NO_UNIT)
        return Amount("%", number, unit, end)
    if tenths := _TENTHS.match(folded, end):
        return Amount("成", _tenths(number, tenths), _PERCENT, tenths.end())
    at = end + 1 if folded.startswith(" ", end) else end
    found = unit_at(folded, at)
    if found is None:
        return Amount(text, number, None, end)
    unit, end = found
    if unit.name == "块" and (money := _money(folded, match, number, end)):
        return money
    if unit.kind == "duration" and number.value is not None and _AND_A_HALF.match(folded, end):
        return Amount(text, number._replace(value=number.value + _HALF), unit, end + 1)
    return Amount(text, number, unit, end, folded[at:end])


def _money(folded: str, match: re.Match[str], number: Number, end: int) -> Amount | None:
    """3块5 and 进价不到40块 are money; 24块展板 is not."""
    if (tail := _JIAO.match(folded, end)) and number.value is not None:
        jiao = numerals.value_of(tail[1])
        return Amount(match[0], number._replace(value=number.value + (jiao or _ZERO) / TEN), TABLE["元"], tail.end())
    if _PRICE.search(folded, max(0, match.start() - 12), match.start()) and _NO_NOUN.match(folded, end):
        return Amount(match[0], number, TABLE["元"], end)
    return None


def _tenths(number: Number, match: re.Match[str]) -> Number:
    """八成 → 80, 一成半 → 15, 六七成 → 60 to 70."""
    extra = Decimal(5) if match["half"] else Decimal(numerals.DIGITS[match["ones"]]) if match["ones"] else _ZERO
    scaled = [None if end is None else end * TEN + extra for end in (number.value, number.low, number.high)]
    return number._replace(value=scaled[0], low=scaled[1], high=scaled[2], more=number.more or bool(match["more"]))
