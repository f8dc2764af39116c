"""What two prints of a story share, in a few numbers: the keys by which a database finds candidates among a million articles.

In: paragraphs. Out: a `Sketch`. Features are the 4-grams of the text's letters and digits. `bands` are minhash keys: two texts whose features
overlap (Jaccard) by 0.35 share one of 30 with probability 0.73, by 0.5 with 0.98, unrelated ones (0.02) with 0.0002. `simhash` orders
candidates by likeness. Both are the same on every machine; a change here needs a schema migration.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cqnspider.duplicates.quantities import BANDS
from cqnspider.text import fold

_LETTERS: Final = re.compile(r"[^\W_]+")
_GRAM: Final = 4  # characters
_ROWS: Final = 3
_FACTS: Final = 2  # a place or a number in common is accident
_SHORTEST: Final = 40  # letters; what is shorter is alike by accident
_LONGEST: Final = 100_000  # characters that are read
_PART: Final = 1024  # hashes that are multiplied at once: the products stay in the processor's cache
_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_MIX: Final = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_SHIFTS: Final = (np.uint64(30), np.uint64(27), np.uint64(31))

Hashes = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Sketch:
    """`simhash`: 16 hex digits; `bands`: 30 signed 32-bit keys, the same for the same third of a minhash."""

    simhash: str
    bands: list[int]


def letters(text: str) -> str:
    """What is compared: letters and digits, half-width, without case.

    >>> letters("（记者 张三）检查１２家ＫＴＶ。")
    '记者张三检查12家ktv'
    """
    return fold("".join(_LETTERS.findall(text.lower())))


def grams(text: str) -> Hashes:
    """Sorted hashes of the distinct 4-grams of `letters(text)`."""
    codes = np.frombuffer(text.encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)
    count = len(codes) - _GRAM + 1
    if count < 1:
        return np.empty(0, np.uint64)
    joined = codes[:count]
    for offset in range(1, _GRAM):
        joined = _mixed(joined) + codes[offset : offset + count]
    hashes = _mixed(joined)
    hashes.sort()  # np.unique would build a hash table first, which takes five times as long
    return hashes[np.concatenate(([True], hashes[1:] != hashes[:-1]))]


def sketch_of(paragraphs: Sequence[str]) -> Sketch | None:
    """The sketch of a text; None where it is too short to be told from others."""
    text = letters("".join(paragraphs)[:_LONGEST])
    if len(text) < _SHORTEST:
        return None
    hashes = grams(text)
    return Sketch(_simhash(hashes), _bands(hashes))


def distance(one: str, other: str) -> int:
    """Bits in which two simhashes differ, 0 to 64.

    >>> distance("00000000000000ff", "000000000000000f")
    4
    """
    return (int(one, 16) ^ int(other, 16)).bit_count()


def worth_a_look(one: Sequence[int], other: Sequence[int]) -> bool:
    """Whether the keys of two articles (30 of `Sketch.bands`, then those of their facts) make them candidates: one band, or two facts."""
    return not set(one[:BANDS]).isdisjoint(other[:BANDS]) or len(set(one[BANDS:]) & set(other[BANDS:])) >= _FACTS


def _mixed(values: Hashes) -> Hashes:
    """The finalizer of splitmix64: every bit depends on every bit."""
    values = values + _GOLDEN
    values = (values ^ (values >> _SHIFTS[0])) * _MIX[0]
    values = (values ^ (values >> _SHIFTS[1])) * _MIX[1]
    return values ^ (values >> _SHIFTS[2])


_FACTORS: Final = _mixed(np.arange(BANDS * _ROWS, dtype=np.uint64)) | np.uint64(1)


def _simhash(hashes: Hashes) -> str:
    bits = np.unpackbits(hashes.astype(">u8").view(np.uint8))
    # Eight columns are added at a time, as the bytes of one number: 255 rows fit into a byte.
    eights = np.add.reduceat(bits.view(np.uint64).reshape(-1, 8), np.arange(0, len(hashes), 255))
    counts = eights.view(np.uint8).reshape(-1, 64).sum(axis=0, dtype=np.int64)
    return np.packbits(2 * counts > len(hashes)).tobytes().hex()


def _bands(hashes: Hashes) -> list[int]:
    """For each band the mixed minima of three permutations; a permutation is an odd factor and the upper half of the product."""
    parts = [hashes[start : start + _PART] for start in range(0, len(hashes), _PART)]
    products = np.min([np.multiply.outer(_FACTORS, part).min(axis=1) for part in parts], axis=0)
    rows = (products >> np.uint64(32)).reshape(BANDS, _ROWS)
    keys = np.arange(BANDS, dtype=np.uint64)
    for row in rows.T:
        keys = _mixed(keys ^ row)
    found: list[int] = keys.astype(np.uint32).astype(np.int32).tolist()
    return found
