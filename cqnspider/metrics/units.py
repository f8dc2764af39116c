"""Units (单位) and classifiers (量词): which words may follow a number, their one canonical spelling, kind and code.

The words are in tables/units.txt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from cqnspider.metrics import tables


class Unit(NamedTuple):
    """`name`: canonical spelling; `kind`: see `items.Metric.unit_kind`; `code`: UCUM, or ISO 4217 for currencies; `noun`: also what is counted."""

    name: str
    kind: str
    code: str | None = None
    noun: bool = False


_NO_CODE: Final = "-"
_COMPOUND: Final = 2  # characters of a classifier like 家次


def _table() -> dict[str, Unit]:
    """Spelling → unit. Brackets and the word without them are the same: 台(套), 台套."""
    units: dict[str, Unit] = {}
    for noun in tables.words("units", "nouns"):
        units[noun] = units[f"大{noun}"] = Unit(noun, "classifier", noun=True)  # 三大领域
    for name in tables.words("units", "classifiers"):
        units[name] = Unit(name, "classifier")
        if len(name) == _COMPOUND:
            units[f"{name[0]}({name[1]})"] = units[name]
    for line in tables.read("units")["units"]:
        name, kind, code, *spellings = line.split()
        unit = Unit(name, kind, None if code == _NO_CODE else code)
        units |= dict.fromkeys([name, *spellings], unit)
    return units


TABLE: Final = _table()


def _alternatives(words: Iterable[str]) -> str:
    """A regular expression for any of the words, the longest first, as a tree of first letters: its cost does not grow with the table."""
    tree: dict[str, list[str]] = {}
    for word in words:
        tree.setdefault(word[:1], []).append(word[1:])
    ends = tree.pop("", None) is not None
    branches = [re.escape(char) + _alternatives(rest) for char, rest in tree.items()]
    if not branches:
        return ""
    body = branches[0] if len(branches) == 1 and not ends else f"(?:{'|'.join(branches)})"
    return f"(?:{body})?" if ends else body


# One unit behind a number, or a ratio of two (元/公斤, 批次/千人).
UNIT: Final = re.compile(_alternatives(TABLE))
_RATIO: Final = re.compile(rf"/(?:百|千|万)?(?:{_alternatives(TABLE)}|晚|夜|季|学年)")
ARABIC_ONLY: Final = frozenset(tables.words("units", "arabic only"))
_REFUSED: Final = {
    word: re.compile("|".join(rest)) for word, *rest in (line.split() for line in tables.read("units")["not before"])
}


def unit_at(text: str, at: int) -> tuple[Unit, int] | None:
    """The longest unit that begins at an offset, and where it ends; None where no unit or another word begins there."""
    found = UNIT.match(text, at)
    while found:
        word, end = found[0], found.end()
        if ratio := _RATIO.match(text, end):
            left, right = TABLE[word], ratio[0][1:]
            kind = left.kind if left.kind in ("currency", "classifier") else "other"
            return Unit(f"{left.name}/{_canonical(right)}", kind), ratio.end()
        refused = _REFUSED.get(word)
        if refused is None or not refused.match(text, end):
            return TABLE[word], end
        found = UNIT.match(text, at, end - 1)  # 村次日 is no 村次: try the shorter word
    return None


def _canonical(word: str) -> str:
    """批次/千人: the power stays, the unit behind it gets its one spelling."""
    power = word[0] if word[0] in "百千万" else ""
    unit = TABLE.get(word[len(power) :])
    return word if unit is None else power + unit.name
