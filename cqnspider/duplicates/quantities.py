"""The numbers of a story as evidence: which of two prints agree, and the keys under which a rewritten print is still found.

In: metrics as stored. An editor rounds (2318件 → 2300余件) but does not invent; a press template is filled with other numbers.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

BANDS: Final = 30  # keys of a text, see sketch.py
# What is read of a metric.
FIELDS: Final = ("value", "min_value", "max_value", "comparator", "approximate", "unit", "unit_kind")
_AMOUNTS: Final = FIELDS[:3]
_ROUNDED: Final = 0.08  # relative difference of a number and its rounded print: 48,000 and 近5万
_SMALL: Final = 20  # below it, equal numbers of different units are accident
_MOST: Final = 200  # quantities of an article that are compared
_KEYS: Final = 12  # of one article
_COUNTY_DIGITS: Final = "00"


class Quantity(NamedTuple):
    """An amount as an article prints it; `rounded` where it says 余, 近, 约."""

    unit: str
    kind: str
    amount: float
    rounded: bool

    def agrees(self, other: Quantity) -> bool:
        """Whether both may be prints of one number."""
        if self.amount == other.amount:
            return self.unit == other.unit or self.amount >= _SMALL
        larger = max(self.amount, other.amount)
        may_differ = (self.rounded or other.rounded) and self.kind == other.kind and larger >= 10
        return may_differ and abs(self.amount - other.amount) <= _ROUNDED * larger


def quantities_of(metrics: Iterable[Mapping[str, Any]]) -> list[Quantity]:
    """The distinct quantities of an article in one order, at most 200; a range counts by its lower end."""
    found = []
    for each in metrics:
        amount = next((each[name] for name in _AMOUNTS if each[name] is not None), None)
        if amount is not None:
            rounded = bool(each["comparator"] or each["approximate"])
            found.append(Quantity(each["unit"], each["unit_kind"], float(amount), rounded))
    return sorted(dict.fromkeys(found))[:_MOST]


def agreement(one: list[Quantity], other: list[Quantity]) -> tuple[float, int]:
    """Share of the shorter list that the longer one agrees with, each quantity once, and the shorter list's length."""
    shorter, longer = sorted((one, other), key=lambda each: (len(each), each))  # whichever is named first
    free = list(longer)
    agreed = 0
    for quantity in shorter:
        match = next((index for index, each in enumerate(free) if quantity.agrees(each)), None)
        if match is not None:
            del free[match]
            agreed += 1
    return (agreed / len(shorter) if shorter else 0.0), len(shorter)


def with_facts(bands: list[int], adcode: str | None, metrics: Iterable[Mapping[str, Any]]) -> list[int]:
    """Keys of the text, followed by those of its facts; none where the text has none."""
    return [*bands[:BANDS], *fact_keys(adcode, metrics)] if bands else []


def fact_keys(adcode: str | None, metrics: Iterable[Mapping[str, Any]]) -> list[int]:
    """Keys of place and numbers: two articles that share two of them may be one story in other words.

    A number counts by its first two digits, so that 2318 and 2300余 meet; a county counts by itself.
    """
    if not adcode:
        return []
    distinctive = [each for each in quantities_of(metrics) if each.amount >= _SMALL and each.unit != "%"]
    texts = {f"{adcode} {each.unit} {_leading(each.amount)}" for each in distinctive}
    if not adcode.endswith(_COUNTY_DIGITS):
        texts.add(adcode)
    keys = sorted(int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], signed=True) for text in texts)
    return keys[:_KEYS]


def _leading(amount: float) -> str:
    """First two digits and magnitude.

    >>> _leading(2318), _leading(2300), _leading(86.72)
    ('23e2', '23e2', '86e0')
    """
    magnitude = math.floor(math.log10(amount)) - 1
    return f"{math.floor(amount / 10**magnitude + 1e-9)}e{magnitude}"
