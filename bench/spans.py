"""What the tools of peer_worker.py share: found quantities as dicts, their printed units, and which of two overlapping ones stays.

A quantity is {start, end: code points, half-open; value, low, high: float or None; unit: str}.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

Quantity = dict[str, Any]
_NUMERAL = re.compile(r"[\d.,，．〇零一二两三四五六七八九十百千万亿半]+")
_SPELLED = {
    "成": "%",
    "块钱": "元",
    "圆": "元",
    "人民币": "元",
    "元人民币": "元",
    "个小时": "小时",
    "个百分点": "百分点",
    "kg": "公斤",
}
_RANGE = re.compile(r"\s*[至到~～\-—–]{1,2}\s*")
_WIDTH = str.maketrans("０１２３４５６７８９．％", "0123456789.%")
# Tools that convert what they read: (their unit, the printed one) → how many of theirs make one of the printed.
_CONVERTED = {
    ("gram", "公斤"): 1000, ("gram", "千克"): 1000, ("gram", "斤"): 500, ("gram", "两"): 50, ("gram", "毫克"): 0.001, ("gram", "吨"): 1e6,
    ("second", "分钟"): 60, ("second", "分"): 60, ("minute", "小时"): 60, ("hour", "天"): 24, ("day", "周"): 7, ("day", "个月"): 30,
    ("month", "年"): 12,
}  # fmt: skip


def narrow(text: str) -> str:
    """The text with ASCII digits and percent signs in place of full-width ones; every code point keeps its place."""
    return text.translate(_WIDTH)


def quantity(
    text: str,
    span: tuple[int, int],
    value: float | None,
    ends: tuple[float | None, float | None] = (None, None),
    *,
    theirs: str = "",
) -> Quantity:
    """The quantity at `span`; its unit is what the tool's own span prints behind the number, `theirs` the unit it names."""
    start, end = span
    printed = text[start:end]
    unit = printed_unit(printed)
    factor = _CONVERTED.get((theirs.lower(), unit), 1.0)
    if value is not None and (printed.startswith("百分之") and value <= 1):
        factor = 0.01
    if value is not None and (unit == "%" and "成" in printed and value < 10):
        factor = 0.1
    if value is not None and value < 0 and re.search(r"\d$", text[:start]):
        start, value = start + 1, -value  # 1000-1500 is a range, not minus 1500
    value, low, high = (None if each is None else each / factor for each in (value, *ends))
    return {"start": start, "end": end, "value": value, "low": low, "high": high, "unit": unit}


def printed_unit(printed: str) -> str:
    """The unit in a quantity as printed, in the spelling of the gold set: `2万元` → 元, `百分之五` → %."""
    if printed.startswith("百分之"):
        return "%"
    if printed.endswith("百分点"):
        return "百分点"
    at = max((match.end() for match in _NUMERAL.finditer(printed)), default=0)
    unit = re.sub(r"^[余多几]|(以上|以下|左右|以内)$", "", printed[at:].strip())
    return _SPELLED.get(unit, unit)


def outside(found: Iterable[Quantity], text: str, barred: Iterable[tuple[int, int]]) -> list[Quantity]:
    """The quantities that no date, time, ordinal or age covers; bare digits are no date, whatever the tool says."""
    spans = [span for span in barred if not re.fullmatch(r"[\d.]+", text[slice(*span)].strip())]
    return [each for each in found if not any(_covers(span, each) for span in spans)]


def _covers(span: tuple[int, int], found: Quantity) -> bool:
    # A quantity that is longer than the date in it (1268.4万元) is the tool's better reading.
    overlaps = found["start"] < span[1] and found["end"] > span[0]
    return overlaps and found["end"] - found["start"] <= span[1] - span[0]


def longest(found: Iterable[Quantity]) -> list[Quantity]:
    """One quantity a place, in the order of the text: of two that overlap the longer, of equals the earlier given."""
    kept: list[Quantity] = []
    for each in sorted(found, key=lambda each: each["start"] - each["end"]):
        if all(each["start"] >= other["end"] or each["end"] <= other["start"] for other in kept):
            kept.append(each)
    return sorted(kept, key=lambda each: each["start"])


def ranges(text: str, found: list[Quantity]) -> list[Quantity]:
    """Joins two quantities with nothing but 至, 到 or a dash between them."""
    joined: list[Quantity] = []
    for each in found:
        last = joined[-1] if joined else None
        pair = last and last["value"] is not None and each["value"] is not None
        if last and pair and last["value"] < each["value"] and _RANGE.fullmatch(text[last["end"] : each["start"]]):
            joined[-1] = {
                **last,
                "end": each["end"],
                "value": None,
                "low": last["value"],
                "high": each["value"],
                "unit": each["unit"],
            }
        else:
            joined.append(each)
    return joined
