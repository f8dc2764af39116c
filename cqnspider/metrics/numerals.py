"""Numerals (数词): how a number is printed, and what it is worth. Arabic, Chinese and mixed ones, 概数, fractions; exact Decimal arithmetic.

`NUMERAL` is the grammar as one regular expression; every repetition in it is possessive, so that it never tries a text twice. `read` turns
what it matched into a `Number`.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

DIGITS: Final = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
POWERS: Final = {"十": 10, "百": 100, "千": 1000}
GROUPS: Final = {"万": 10**4, "亿": 10**8}
SCALES: Final = {"百": 100, "千": 1000, "万": 10**4, "亿": 10**8}  # what 3至5万 says of the 3 too
MAX_LENGTH: Final = 32  # characters; what is longer is an id, or hostile
MAX_VALUE: Final = 10**18  # nothing that is counted in the news comes near

_D: Final = "〇零一二两三四五六七八九"
_ARABIC: Final = (
    r"(?:[0-9]{1,3}(?:,[0-9]{3}(?![0-9]))++|[0-9]{1,3}(?: [0-9]{3}(?![0-9.]))++(?= ?[^0-9 .])|[0-9]++)(?:\.[0-9]++)?"
)
_CHINESE: Final = rf"(?:[{_D}十百万亿]|千(?![瓦克米伏卡帕焦赫]))++(?:点[{_D}]++)?"
_POWER: Final = "(?:[十百万亿]|千(?![瓦克米伏卡帕焦赫]))"
_MIXED: Final = rf"{_ARABIC}(?: ?{_POWER}++(?:[0-9]++(?:\.[0-9]++)?(?![.,]?[0-9年月日时:%]))?)*+"
# 余 多 来 几 stand inside (10余万) or behind (12万余条); 来 only inside or behind a round number (二十来个).
NUMERAL: Final = (
    rf"(?:(?P<parts>百|千|万|[{_D}十]++|[0-9]++)分之|(?P<over>(?<![0-9/.])[1-9])/(?=[2-9](?![0-9/.])))?"
    rf"(?:(?P<vague>好几|几|数)(?:(?P<vague_power>[十百千万亿]++)|(?=倍))|(?P<teens>十几)(?P<teens_power>[万亿]*+)|(?P<number>{_MIXED}|{_CHINESE}|半(?=个?(?:小时|月|工作日)|天)))"
    r"(?: ?(?P<more>余|来(?=[一-龥])|多(?!元化)|几)(?P<power>[百千万亿]++)?(?P<more_after>余|多)?)?"
    r"(?P<half>个半)?"
)


FIRST: Final = "0123456789好几数半" + _D + "十百千万亿"  # what a numeral can begin with


class Number(NamedTuple):
    """What a numeral says: a value, or (概数) two ends, or one bound; `bare` for a power of ten without a digit (百, 千万)."""

    value: Decimal | None
    low: Decimal | None = None
    high: Decimal | None = None
    more: bool = False  # 余, 多, 几: somewhat above
    vague: bool = False  # 数十, 三五, 十几
    bare: bool = False


def value_of(text: str) -> Decimal | None:
    """The exact value of a numeral without qualifiers; None where it is not a well-formed number.

    >>> value_of("3万4千"), value_of("一千二百零五"), value_of("1万2"), value_of("二〇二三"), value_of("十百")
    (Decimal('34000'), Decimal('1205'), Decimal('12000'), Decimal('2023'), None)
    """
    whole, _, fraction = text.partition("点")
    value = _whole(whole)
    if value is None or not fraction:
        return value
    if any(char not in DIGITS for char in fraction):
        return None
    return value + Decimal("0." + "".join(str(DIGITS[char]) for char in fraction))


_TOKEN = re.compile(r"[0-9][0-9, ]*(?:\.[0-9]+)?|[^ ]", re.DOTALL)
_INFINITE = Decimal("Infinity")


def _whole(text: str) -> Decimal | None:
    """Sum of groups (万, 亿), each a sum of powers (千, 百, 十), each led by its digit; the powers fall, else None."""
    if not text:
        return None
    if all(char in DIGITS for char in text):
        return Decimal("".join(str(DIGITS[char]) for char in text))  # read digit by digit: 二〇二三
    total, section, digit = Decimal(0), Decimal(0), None
    last_power, last_group, unit = _INFINITE, _INFINITE, Decimal(1)
    for token in _TOKEN.findall(text):
        if token in GROUPS:
            group = Decimal(GROUPS[token])
            section = Decimal(1) if digit is None and not section and not total else section + (digit or 0)
            if group > last_group:  # 三千万亿, 1万亿: the groups multiply
                total, section = (total + section) * group, Decimal(0)
            else:
                total, section = total + section * group, Decimal(0)
            last_group, last_power, unit, digit = group, _INFINITE, group, None
        elif token in POWERS:
            power = Decimal(POWERS[token])
            if power >= last_power:
                return None
            section += (Decimal(1) if digit is None else digit) * power
            last_power, unit, digit = power, power, None
        elif digit:
            return None  # 三五十 is two numbers
        else:
            digit = Decimal(DIGITS[token]) if token in DIGITS else Decimal(re.sub("[, ]", "", token))
            unit = Decimal(1) if token in "零〇" else unit
    if digit is not None:
        short = unit > 10 and digit == digit.to_integral_value() and 0 < digit < 10  # 1万2, 三百五; not 三百零五
        section += digit * unit / 10 if short else digit
    return total + section


_ONE = Decimal(1)
_HALF = Decimal("0.5")
_POWERS_ONLY = re.compile("[十百千万亿]+")
_NEIGHBOURS = re.compile("一[二两]|[二两]三|三[四五]|四五|五六|六七|七八|八九")


def read(match: re.Match[str]) -> Number | None:
    """The number of a `NUMERAL` match; None where it is not well-formed (十百, endless digits)."""
    if match.end() - match.start() > MAX_LENGTH:
        return None
    text = match["number"]
    if match[0] == text:
        return _plain(text)
    if text is None:
        return _vague(match)
    parts, scale = match["parts"], value_of(match["power"]) if match["power"] else _ONE
    if scale is None:
        return None
    if pair := _pair(text):
        return _ends(text, pair.start(), scale)
    value = _half_or_value(text)
    if value is None:
        return None
    value *= scale
    if parts == "万":
        value /= 10**4  # 万分之五
    if value >= MAX_VALUE:
        return None
    if match["half"]:
        value += _HALF
    if match["over"]:
        return Number(round(Decimal(match["over"]) / value, 6)) if value else None
    if parts is not None and parts not in ("百", "千", "万"):
        whole = value_of(parts)
        return None if not whole else Number(round(value / whole, 6))
    return Number(value, more=bool(match["more"]), bare=_is_bare(text))


def _vague(match: re.Match[str]) -> Number | None:
    """好几, 数十, 十几万."""
    if match["teens"]:
        power = value_of(match["teens_power"]) if match["teens_power"] else _ONE
        return None if power is None else Number(None, low=10 * power, more=True, vague=True)
    if not match["vague_power"]:
        return Number(None, vague=True)
    power = value_of(match["vague_power"] + (match["power"] or ""))
    return None if power is None else Number(None, low=power, vague=True)


@lru_cache(maxsize=1024)
def _plain(text: str) -> Number | None:
    """What a numeral says with nothing around it: 12, 三, 1.6万. Most are small or round, and occur again and again."""
    if pair := _pair(text):
        return _ends(text, pair.start(), _ONE)
    value = _half_or_value(text)
    return None if value is None or value >= MAX_VALUE else Number(value, bare=_is_bare(text))


def _half_or_value(text: str) -> Decimal | None:
    return _HALF if text == "半" else value_of(text)


def _is_bare(text: str) -> bool:
    return _POWERS_ONLY.fullmatch(text) is not None


def _pair(text: str) -> re.Match[str] | None:
    """The neighbours in 三四十 and 十五六, which are 概数; 三四五 and 一二三四 are digits in a row."""
    pair = _NEIGHBOURS.search(text)
    if pair is None or not set(text).isdisjoint("零〇点."):
        return None
    before, after = text[: pair.start()][-1:], text[pair.end() :][:1]
    return None if before in DIGITS or after in DIGITS else pair


def _ends(text: str, at: int, scale: Decimal) -> Number | None:
    """Both ends of 六七十, 十五六, 三五."""
    low = value_of(text[: at + 1] + text[at + 2 :])
    high = value_of(text[:at] + text[at + 1 :])
    if low is None or high is None:
        return None
    return Number(None, low=low * scale, high=high * scale, vague=True)
