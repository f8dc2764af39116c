"""Nouns that several quantities share: said once and elided later, or given in a list beside a list of numbers."""

from __future__ import annotations

import re
from typing import Final

from cqnspider.metrics import lexicon, phrases
from cqnspider.metrics.amounts import NO_UNIT
from cqnspider.metrics.counted import NOTHING, Counted, fits
from cqnspider.metrics.passages import STOP, WINDOW, Passage
from cqnspider.metrics.words import Word, segment

Lists = dict[int, Counted | int]  # by index of a quantity: its noun, or the quantity before that has it

_PREDICATE: Final = re.compile(lexicon.PREDICATES)
_PLACED: Final = re.compile("(?:位?居|排[名在]?|列)[^,。;]{0,8}$")
_TOGETHER: Final = re.compile("分别|依次|[两二三四五]者(?:占比|分别)?")
_JOINTS: Final = re.compile("、|以及|(?<![共饱缓])和(?![谐睦解])|(?<!参)与|(?<![以涉普惠])及(?![时格])")
_LIST_MARKS: Final = " 、和与及,"
_EMPTY: Final = frozenset(("adverb", "time", "function", "pronoun", "numeral", "place"))
_DATES: Final = frozenset("年月日")
_MEASURED: Final = frozenset(("percent", "percentage_point", "multiple"))
_COUNTED: Final = frozenset((*_MEASURED, "classifier"))
_GAP: Final = 2 * WINDOW  # characters between two quantities of one statement
_REACH: Final = 120  # characters back to a noun counted in the same unit
_LONGEST: Final = 12  # items of a list
_MOST: Final = 6  # quantities back


def shared(passage: Passage, index: int, noun: Counted, left: str) -> Counted:
    """The noun of a quantity, or the one it shares with a quantity before. `left` is the clause in front of the quantity."""
    previous = _previous(passage, index)
    if noun:
        return previous if previous is not None and _is_rate_of(passage, index, noun) else noun
    if left in lexicon.CLASS_WORDS:
        return Counted(left, left)
    words = [word for word in segment(left[-WINDOW:]) if word.kind not in _EMPTY and word.text not in _DATES]
    if previous is None or any(word.text in lexicon.NO_ANTECEDENT for word in words):
        return NOTHING
    unit, other = passage.found[index].unit, passage.found[index - 1].unit
    if unit.kind == "duration" and (other.kind != "duration" or any(word.kind == "noun" for word in words)):
        return NOTHING
    if unit.kind in _MEASURED or unit is NO_UNIT:
        return previous
    if not words:
        return previous if other == unit or unit.kind not in _COUNTED else same_unit(passage, index)
    return same_unit(passage, index) if all(_is_no_noun(word, unit.name) for word in words) else NOTHING


def _previous(passage: Passage, index: int) -> Counted | None:
    """The noun of the quantity before, if that is near."""
    if not index or passage.found[index].start - passage.found[index - 1].end >= _GAP:
        return None
    return passage.counted[index - 1]


def _is_rate_of(passage: Passage, index: int, noun: Counted) -> bool:
    """不合格率5.2%,流通环节12.4%: a rate goes on where the next number names only a class."""
    unit = passage.found[index].unit
    same = unit.kind == "percent" and passage.found[index - 1].unit == unit
    return (
        same
        and not noun.behind
        and passage.counted[index - 1].head.endswith("率")
        and not noun.head.endswith(lexicon.MEASURE_ENDINGS)
    )


def _is_no_noun(word: Word, unit: str) -> bool:
    return word.kind in ("verb", "activity", "adjective") or not fits(word.text, unit)


def same_unit(passage: Passage, index: int) -> Counted:
    """The last noun counted in the same unit, a few quantities back."""
    for earlier in range(index - 1, max(-1, index - 1 - _MOST), -1):
        if passage.found[index].start - passage.found[earlier].end > _REACH:
            break
        if passage.found[earlier].unit == passage.found[index].unit and passage.counted[earlier]:
            return passage.counted[earlier]
    return NOTHING


def belongs_to_next(passage: Passage, index: int, noun: Counted) -> bool:
    """抽检食品23家23批次: of two quantities without a word between, shops are 家 and goods are 批次."""
    if index + 1 == len(passage.found) or noun.behind or passage.found[index].unit.name not in ("家", "户"):
        return False
    adjacent = passage.found[index].end == passage.found[index + 1].start
    return adjacent and bool(noun) and not noun.head.endswith(lexicon.HOLDERS)


def hand_back(passage: Passage) -> None:
    """100万元和30万元奖励: the noun behind a list is that of all its numbers."""
    for index in range(len(passage.found) - 2, -1, -1):
        first, second = passage.found[index : index + 2]
        if (
            not passage.counted[index]
            and passage.counted[index + 1].behind
            and first.unit == second.unit
            and _run(passage, index) > 1
        ):
            passage.counted[index] = passage.counted[index + 1]


def distributed(passage: Passage) -> Lists:
    """Lists of numbers with a list of nouns: the n-th number belongs to the n-th noun, or to the n-th number before.

    经营主体和一线员工参与数量分别达到1.6万余家次和6.8万余人次; 投诉41万件、举报15万件,分别占73%和27%.
    """
    result: Lists = {}
    index = 0
    while index < len(passage.found):
        count = _run(passage, index)
        # A comma may part items or clauses (…和6.8万余人次,33万余名群众参与): the longest run that fits a list of nouns.
        aligned = next(filter(None, (_align(passage, index, size) for size in range(min(count, _LONGEST), 1, -1))), {})
        result |= aligned
        index += len(aligned) or count
    return result


def _run(passage: Passage, first: int) -> int:
    """How many quantities from here on are parted by nothing but list marks."""
    last = first
    while last + 1 < len(passage.found) and passage.bounds[last + 1] == passage.bounds[first]:
        start, end = passage.found[last].end, passage.said[last + 1].start
        if end - start > 2 or passage.folded[start:end].strip(_LIST_MARKS):
            break
        last += 1
    return last - first + 1


def _align(passage: Passage, first: int, count: int) -> Lists:
    start = passage.said[first].start
    before = passage.folded[max(passage.floor(first), start - 60) : start]
    together = list(_TOGETHER.finditer(before))
    if not together:
        return {}
    subject = before[: together[-1].start()]
    if items := _items(subject, count):
        return dict(enumerate(items, first))
    end = passage.found[first + count - 1].end
    if not STOP.match(passage.folded, end) and end < len(passage.folded):
        return {}  # 分别给予100万元和30万元奖励
    if first >= count and passage.bounds[first - count] == passage.bounds[first] and not _names(subject):
        return {index: index - count for index in range(first, first + count)}
    return {}


def _names(text: str) -> bool:
    """Whether a clause names anything: 分别占投诉总量的 does not."""
    clause = phrases.unjoined(_PREDICATE.sub("", text.strip(_LIST_MARKS + "。;:")))
    return bool(phrases.at_end(clause, ""))


def _items(text: str, count: int) -> list[Counted]:
    """The last `count` items of a list of nouns; empty where there are not so many."""
    text = _PLACED.sub("", text.rstrip(",:; "))
    stop = max(text.rfind(mark) for mark in ",。;:!?")
    parts = [part for part in _JOINTS.split(text[stop + 1 :]) if part.strip()]
    if len(parts) < count:
        return []
    nouns = [phrases.at_end(phrases.unjoined(part.strip()), "", item=True) for part in parts[-count:]]
    return nouns if all(nouns) else []
