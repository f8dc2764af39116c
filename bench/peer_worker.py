"""Runs one tool over texts: `python peer_worker.py NAME`, in the tool's own environment.

Reads JSON strings, one a line, from standard input; answers a line each: {"found": the quantities (see spans.py),
"seconds": for the extraction alone, "clock": time of the answer in s since the epoch, "peak_mb": memory so far, "error": str or null}.
"""

from __future__ import annotations

import json
import os
import re
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from spans import Quantity, longest, outside, quantity, ranges

Tool = Callable[[str], list[Quantity]]
_NUMBER = r"(?:百分之)?(?:\d+(?:,\d{3})*(?:\.\d+)?[十百千万亿]*|[〇零一二两三四五六七八九十百千万亿]+)"
# What a page on Chinese measure words lists first; % and money beside them.
_UNITS = (
    "平方米|公里|公斤|千克|小时|分钟|批次|人次|家次|户次|场次|万元|美元|百分点|个百分点|"
    "元|家|个|件|户|批|条|起|名|项|人|台|份|吨|倍|次|只|张|辆|处|座|部|位|所|套|种|类|箱|瓶|克|米|%|‰"
)
_COUNTED = re.compile(rf"(?<!第)({_NUMBER})[余多]?({_UNITS})")
_IN_CHUNK = re.compile(rf"(?<!第)({_NUMBER})[余多]?([^\d〇零一二两三四五六七八九十百千万亿余多]*)")
_DATE_UNITS = frozenset("年 月 日 号 时 点 岁 年度 月份 月底 季度".split())


def cqnspider() -> Tool:
    """The extractor of this project."""
    from cqnspider.metrics import extract

    def run(text: str) -> list[Quantity]:
        return [
            {"start": each.start, "end": each.end, "value": each.value, "low": each.min_value, "high": each.max_value, "unit": each.unit}
            for each in extract(text)
        ]  # fmt: skip

    return run


def recognizers_text() -> Tool:
    """Microsoft's recognizers, Chinese; ages, ordinals, dates and times bar the numbers in them, durations do not."""
    from recognizers_date_time import DateTimeRecognizer
    from recognizers_number import NumberRecognizer
    from recognizers_number_with_unit import NumberWithUnitRecognizer
    from recognizers_text import Culture

    numbers, units = NumberRecognizer(Culture.Chinese), NumberWithUnitRecognizer(Culture.Chinese)
    models = [units.get_currency_model(), units.get_dimension_model(), units.get_temperature_model()]
    models += [numbers.get_percentage_model(), numbers.get_number_model()]
    dates = DateTimeRecognizer(Culture.Chinese).get_datetime_model()
    others = [dates, units.get_age_model(), numbers.get_ordinal_model()]

    def run(text: str) -> list[Quantity]:
        given = [each for model in models for each in model.parse(text) if each.resolution["value"] is not None]
        found = [quantity(text, (each.start, each.end + 1), _float(each.resolution["value"])) for each in given]
        barred = [each for model in others for each in model.parse(text) if not each.type_name.endswith("duration")]
        return longest(outside(found, text, [(each.start, each.end + 1) for each in barred]))

    return run


def duckling() -> Tool:
    """Facebook's Duckling, ZH; its times and ordinals bar the numbers in them."""
    import duckling as library

    zone = library.load_time_zones("/usr/share/zoneinfo")
    locale = library.parse_locale("ZH_CN", library.default_locale_lang(library.parse_lang("ZH")))
    context = library.Context(library.parse_ref_time(zone, "Asia/Shanghai", int(time.time())), locale)
    names = ["amount-of-money", "quantity", "distance", "volume", "temperature", "duration", "number", "ordinal", "time"]
    dimensions = library.parse_dimensions(names)

    def run(text: str) -> list[Quantity]:
        given = library.parse(text, context, dimensions, False)
        barred = [(each["start"], each["end"]) for each in given if each["dim"] in ("time", "ordinal")]
        return longest(outside(map(found, given), text, barred))

    def found(each: dict[str, Any]) -> Quantity:
        value, span = each["value"], (each["start"], each["end"])
        return {"value": value, "span": span}

    return run


def _float(value: str) -> float:
    return float(value.rstrip("%"))
