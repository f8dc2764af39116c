"""The tools that peer_worker.py runs, each behind one function that loads it and returns text → quantities (see spans.py)."""

# ruff: noqa: PLC0415 – an environment holds one tool, so nothing but that tool may be imported

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from spans import Quantity, longest, narrow, outside, quantity, ranges

Tool = Callable[[str], list[Quantity]]
_DIGITS = "〇零一二两三四五六七八九十百千万亿"
_NUMBER = rf"(?:\d+(?:,\d{{3}})*(?:\.\d+)?(?:[十百千万亿]+\d*)*|[{_DIGITS}]+(?:点[{_DIGITS}]+)?)"
_UNITS = (
    "平方米|公里|公斤|千克|小时|分钟|批次|人次|家次|户次|场次|台件|美元|百分点|个百分点|元/公斤|元/斤|元|家|个|件|户|批|条|起|名|项|人|台|份|吨|"
    "倍|次|只|张|辆|处|座|部|位|所|套|种|类|箱|瓶|册|场|组|间|款|亩|支|块|笔|克|米|成|%|‰"
)
_COUNTED = re.compile(
    rf"(?<!第)(?:百分之{_NUMBER}|{_NUMBER}(?:[余多]?(?:{_UNITS})|(?=[至到~～-]{_NUMBER}(?:{_UNITS}))))"
)
_PAIR = re.compile(rf"(?<!第)(?:百分之{_NUMBER}|{_NUMBER}[余多]?[^\d{_DIGITS}余多,.]+)")
_NO_UNIT = re.compile("[年月日号时点岁]|分之")


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
    """Microsoft's recognizers, Chinese culture; dates, times, ages and ordinals bar the numbers in them."""
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
        given = [each for model in models for each in model.parse(text) if (each.resolution or {}).get("value")]
        found = [
            quantity(text, (each.start, each.end + 1), float(each.resolution["value"].rstrip("%"))) for each in given
        ]
        barred = [(each.start, each.end + 1) for model in others for each in model.parse(text)]
        return ranges(text, longest(outside(found, text, barred)))

    return run


def duckling() -> Tool:
    """Facebook's Duckling, locale ZH_CN; its times and ordinals bar the numbers in them."""
    import duckling as library

    zones = library.load_time_zones("/usr/share/zoneinfo")
    locale = library.parse_locale("ZH_CN", library.default_locale_lang(library.parse_lang("ZH")))
    context = library.Context(library.parse_ref_time(zones, "Asia/Shanghai", int(time.time())), locale)
    names = [
        "amount-of-money",
        "quantity",
        "distance",
        "volume",
        "temperature",
        "duration",
        "number",
        "ordinal",
        "time",
    ]
    dimensions = library.parse_dimensions(names)

    def run(text: str) -> list[Quantity]:
        given = library.parse(text, context, dimensions, False)
        others = [each for each in given if each["dim"] in ("time", "ordinal")]
        found = [_from_duckling(text, each) for each in given if each not in others]
        return ranges(text, longest(outside(found, text, [(each["start"], each["end"]) for each in others])))

    return run


def _from_duckling(text: str, given: dict[str, Any]) -> Quantity:
    value, span = given["value"], (given["start"], given["end"])
    if value["type"] != "interval":
        return quantity(text, span, value["value"], theirs=value.get("unit", ""))
    ends = [value.get(end, {}).get("value") for end in ("from", "to")]
    theirs = (value.get("from") or value["to"])["unit"]
    if None in ends:
        return quantity(text, span, next(each for each in ends if each is not None), theirs=theirs)
    return quantity(text, span, None, (ends[0], ends[1]), theirs=theirs)


def duckling_chinese() -> Tool:
    """Xiaomi's Duckling for Chinese; its dates, times, ages, ordinals and levels bar the numbers in them."""
    import duckling_chinese as library

    dimension = library.DucklingDimension
    amounts = ["CURRENCY", "QUANTITY", "AREA", "DISTANCE", "TEMPERATURE", "DURATION", "MULTIPLE", "FRACTION", "NUMERAL"]
    targets = {dimension[name] for name in [*amounts, "TIME", "DATE", "AGE", "ORDINAL", "LEVEL"]}
    parser = library.Duckling()
    context, options = parser.gen_context(), parser.gen_options(targets=targets)

    def run(text: str) -> list[Quantity]:
        given = parser.parse_entities(text, context, options)
        found = [each for each in given if each["dim"].upper() in amounts]
        barred = [(each["start"], each["end"]) for each in given if each not in found]
        return ranges(text, longest(outside((_from_xiaomi(text, each) for each in found), text, barred)))

    return run


def _from_xiaomi(text: str, given: dict[str, Any]) -> Quantity:
    value, span = given["value"], (given["start"], given["end"])
    if value.get("denominator") == 100:
        return quantity(text, span, value["numerator"])
    number = next((value[key] for key in ("n", "v", "value") if isinstance(value.get(key), int | float)), None)
    return quantity(text, span, number, theirs=str(value.get("grain", "")))


def cn2an() -> Tool:
    """Numbers with one of a few units behind them, found by a regular expression and converted by cn2an."""
    convert = _converter()

    def run(text: str) -> list[Quantity]:
        return ranges(text, list(_pairs(text, _COUNTED, 0, convert)))

    return run


def jieba() -> Tool:
    """Runs of words that jieba tags m or q (and digits, commas, %), taken apart into numbers and units, converted by cn2an."""
    import jieba as library
    import jieba.posseg

    library.setLogLevel("WARNING")
    library.dt.tmp_dir = sys.prefix  # its cache stays in its environment
    convert = _converter()

    def run(text: str) -> list[Quantity]:
        found: list[Quantity] = []
        chunk = at = 0
        for word, tag in [*library.posseg.cut(text), ("", "end")]:
            joins = tag in ("m", "q") or re.fullmatch(r"\d+|[,.%‰]", word)
            if not joins:
                found += _pairs(text[:at], _PAIR, chunk, convert)
            at += len(word)
            chunk = chunk if joins else at
        return ranges(text, found)

    return run


def _converter() -> Callable[[str], float]:
    from cn2an import cn2an as convert

    return lambda numeral: float(convert(numeral, "smart"))


def _pairs(text: str, pattern: re.Pattern[str], at: int, convert: Callable[[str], float]) -> Iterator[Quantity]:
    """Number + unit from code point `at` on, without dates, ages and fractions; a number that cn2an refuses is none."""
    for match in pattern.finditer(text, at):
        number = re.match(rf"(?:百分之)?({_NUMBER})", match[0])
        if number is None or _NO_UNIT.match(match[0][number.end() :]):
            continue
        try:
            value = convert(number[1].replace(",", ""))
        except ValueError:
            continue
        yield quantity(text, match.span(), value)


_TOOLS: dict[str, Callable[[], Tool]] = {
    "cqnspider": cqnspider,
    "recognizers-text": recognizers_text,
    "duckling": duckling,
    "duckling-chinese": duckling_chinese,
    "cn2an": cn2an,
    "jieba": jieba,
}


def load(name: str) -> Tool:
    """The tool of that name; the others than ours are spared full-width digits."""
    tool = _TOOLS[name]()
    return tool if name == "cqnspider" else lambda text: tool(narrow(text))
