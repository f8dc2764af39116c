"""From a text to its metrics: fold, find, drop what reports nothing, then say of each what it says and what it counts."""

from __future__ import annotations

import re
from bisect import bisect_right
from decimal import Decimal
from typing import Final

from cqnspider.items import Metric
from cqnspider.metrics import contexts, nouns, quantities, roles
from cqnspider.metrics.passages import Passage
from cqnspider.text import fold

_STOPS: Final = re.compile("[。!?]+[”’』」)]*|\n|;")
_SENTENCES: Final = re.compile("[。!?！？]+[”’』」）)]*|\n")
_FULL_COMMA: Final = re.compile("，(?<=[0-9]，)(?=[0-9])")  # the comma first, which is rarer than digits
_FINANCIAL: Final = re.compile("[零壹贰叁肆伍陆柒捌玖拾佰仟萬万億亿]{2,}")
_PLAIN: Final = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟萬億", "一二三四五六七八九十百千万亿")
MAX_SENTENCE: Final = 1000  # characters of evidence; a longer sentence is cut around the number


def normalise(text: str) -> str:
    """The text for matching: half-width, every offset as before. A full-width comma between plain digits parts them, it groups no thousands."""
    text = fold(_FULL_COMMA.sub("、", text)).replace("○", "〇").replace("﹪", "%")
    return _FINANCIAL.sub(lambda match: match[0].translate(_PLAIN), text)


def extract(text: str, paragraph: int = 0) -> list[Metric]:
    """The metrics of a text in its order; offsets are code points of `text`, `paragraph` is only written into them."""
    folded = normalise(text)
    found = list(quantities.find(folded))
    if not found:
        return []
    stops = [match.end() for match in _STOPS.finditer(folded)]
    found = contexts.reported(folded, found, [_bounds(stops, each.start, len(folded)) for each in found])
    bounds = [_bounds(stops, each.start, len(folded)) for each in found]
    said = roles.read(folded, found, bounds)
    counted = nouns.read(Passage(folded, found, said, bounds))
    ends = [match.end() for match in _SENTENCES.finditer(text)]
    sentences: dict[tuple[int, int], str] = {}
    metrics = []
    for quantity, saying, noun in zip(found, said, counted, strict=True):
        begin, end = _bounds(ends, quantity.start, len(text))
        if end - begin > MAX_SENTENCE:
            begin, end = max(begin, quantity.start - MAX_SENTENCE // 2), min(end, quantity.end + MAX_SENTENCE // 2)
        sentence = sentences.setdefault((begin, end), text[begin:end].strip())
        metrics.append(
            Metric(
                text=text[saying.start : quantity.end],
                paragraph=paragraph,
                start=saying.start,
                end=quantity.end,
                sentence=sentence,
                value=_number(quantity.value),
                min_value=_number(quantity.low),
                max_value=_number(quantity.high),
                comparator=quantity.comparator,
                approximate=quantity.approximate,
                qualifier=quantity.qualifier,
                unit=quantity.unit.name,
                unit_kind=quantity.unit.kind,
                unit_code=quantity.unit.code,
                entity=noun.phrase,
                entity_head=noun.head,
                role=saying.role,
                direction=saying.direction,
                basis=saying.basis,
            )
        )
    return metrics


def _bounds(ends: list[int], at: int, length: int) -> tuple[int, int]:
    """The stretch between two of `ends` that an offset lies in."""
    index = bisect_right(ends, at)
    return ends[index - 1] if index else 0, ends[index] if index < len(ends) else length


def _number(value: Decimal | None) -> int | float | None:
    """An exact int, else the nearest float: what JSON and BSON know."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() and abs(value) < 2**63 else float(value)
