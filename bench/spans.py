"""What the tools of peer_worker.py share: found quantities as dicts, their printed units, and which of two overlapping ones stays.

A quantity is {start, end: code points, half-open; value, low, high: float or None; unit: str}.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

Quantity = dict[str, Any]
_NUMERAL = re.compile(r"[\d.,,.〇零一二两三四五六七八九十百千万亿半]+")
_SPELLED = {"成": "%", "％": "%", "块": "元", "块钱": "元", "圆": "元", "人民币": "元", "元人民币": "元", "个小时": "小时", "个百分点": "百分点"}
_RANGE = re.compile(r"\s*[至到~～\-—–]{1,2}\s*")
# Tools that convert what they read: (their unit, the printed one) → how many of theirs make one of the printed.
_CONVERTED = {
    ("gram", "公斤"): 1000, ("gram", "千克"): 1000, ("gram", "斤"): 500, ("gram", "两"): 50, ("gram", "毫克"): 0.001, ("gram", "吨"): 1e6,
    ("Minute", "小时"): 60, ("Hour", "天"): 24, ("Day", "周"): 7, ("Month", "年"): 12,
}  # fmt: skip


def quantity(
    text: str,
    span: tuple[int, int],
    value: float | None,
    ends: tuple[float | None, float | None] = (None, None),
    *,
    theirs: str = "",
) -> Quantity:
    """The quantity at `span`; its unit is what the tool's own span prints behind the number, `theirs` the unit it names."""
    printed = text[slice(*span)]
    unit = printed_unit(printed)
    factor = _CONVERTED.get((theirs, unit), 1)
    if printed.startswith("百分之") and value is not None and value < 1:
        factor = 0.01
    value, low, high = (None if each is None else each / factor for each in (value, *ends))
    return {"start": span[0], "end": span[1], "value": value, "low": low, "high": high, "unit": unit}


def printed_unit(printed: str) -> str:
    """The unit in a quantity as printed, in the spelling of the gold set: `2万元` → 元, `百分之五` → %."""
    if printed.startswith("百分之"):
        return "%"
    at = max((match.end() for match in _NUMERAL.finditer(printed)), default=0)
    unit = re.sub(r"^[余多几]|(以上|以下|左右|以内)$", "", printed[at:].strip())
    return _SPELLED.get(unit, unit)


def outside(found: Iterable[Quantity], text: str, barred: Iterable[tuple[int, int]]) -> list[Quantity]:
    """The quantities that no date, time, ordinal or age overlaps; bare digits are no date, whatever the tool says."""
    spans = [span for span in barred if not text[slice(*span)].strip().isdigit()]
    return [each for each in found if not any(each["start"] < end and each["end"] > start for start, end in spans)]


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
            joined[-1] = {**last, "end": each["end"], "value": None, "low": last["value"], "high": each["value"], "unit": each["unit"]}
        else:
            joined.append(each)
    return joined
