"""The counted noun of a quantity: phrase and head word, from the words behind it (25个市级部门) or before it (宣传资料2000余份).

Only the text between one quantity and the next stop is segmented. Where the text elides the noun, it is the one said just before, if that
was counted in the same unit or is what changed; where it names nothing, both are '' – never a noun that merely stands near.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cqnspider.metrics import lexicon, phrases
from cqnspider.metrics.phrases import NOTHING, Counted
from cqnspider.metrics.quantities import NO_UNIT, Quantity
from cqnspider.metrics.roles import Said
from cqnspider.metrics.words import segment

_STOP: Final = re.compile(r"[,。;:!?、()“”‘’\"《》【】<>\[\]…—\n\t]")
# What stands between a subject and what is said of it; only the subject in front is looked at.
_PREDICATE: Final = re.compile(lexicon.PREDICATES)
_BASE: Final = re.compile("(?:平均)?每(?:[0-9一二两三百千万]{0,4}[一-龥]{1,2}|[个名家台位][一-龥]{1,4})$")
_PLACED: Final = re.compile("(?:位?居|排[名在]?|列)[^,。;]{0,8}$")
_TOGETHER: Final = re.compile("分别|依次|[两二三四五]者(?:占比|分别)?")
_COMPLETES: Final = re.compile(",(?:分别|均)?(?:为|达|是)")
_JOINTS: Final = re.compile("、|以及|和|与|及")
_BRACKET: Final = re.compile(r"\([^()]{1,24}\)$")
_QUOTE: Final = re.compile("的?(?:“(?P<slogan>[^“”]{1,16})”|《[^《》]{1,30}》)的?")
_QUOTED: Final = re.compile("“([^“”,。]{1,16})”$")
_VERDICT: Final = re.compile(f"(?:{'|'.join(lexicon.VERDICTS)})的?$")
_EMPTY: Final = frozenset(("adverb", "time", "function", "pronoun", "numeral", "place"))
_LIST_MARKS: Final = " 、和与及,"
_MEASURES: Final = frozenset(
    ["currency", "mass", "length", "area", "volume", "energy", "temperature", "other", "duration"]
)
_WINDOW: Final = 18  # characters to either side
_REACH: Final = 120  # characters back to a noun counted in the same unit


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a quantity stands: `[floor, start)` in front of it back to the last quantity, `[end, ceiling)` behind it up to the next."""

    floor: int
    start: int
    end: int
    ceiling: int
    closed: bool  # the next quantity begins at the ceiling


def read(
    folded: str, found: Sequence[Quantity], said: Sequence[Said], bounds: Sequence[tuple[int, int]]
) -> list[Counted]:
    """The counted noun of every quantity, in order."""
    counted: list[Counted] = []
    lists = _distributed(folded, found, said, bounds)
    for index, quantity in enumerate(found):
        place = _place(found, said, bounds, index)
        if quantity.unit.noun:
            counted.append(Counted(quantity.unit.name, quantity.unit.name))
        elif index in lists and not isinstance(lists[index], int):
            counted.append(lists[index])
        elif isinstance(other := lists.get(index), int):
            counted.append(counted[other])
        else:
            left = _left(folded, place)
            listed = (
                bool(left)
                and quantity.unit.name in lexicon.ACTIVITY_UNITS
                and folded.startswith("、", folded.rfind(left, place.floor, place.start) - 1)
            )
            if left.endswith("类") and (earlier := _same_unit(index, found, counted)):
                counted.append(earlier)
                continue
            left = left.removesuffix("类")
            if verdict := _VERDICT.search(left):
                left = phrases.unjoined(left[: verdict.start()])
            before = phrases.at_end(left, quantity.unit.name, item=listed)
            noun = _choose(folded, quantity, before, _behind(folded, quantity, place))
            if noun and not noun.behind and not phrases.fits(noun.head, quantity.unit.name):
                noun = NOTHING
            if (
                quantity.unit.kind == "duration"
                and said[index].role == "level"
                and not noun.head.endswith(lexicon.MEASURE_ENDINGS)
            ):
                noun = NOTHING
            counted.append(_shared(noun, quantity, index, found, counted, left) or NOTHING)
        if index:
            _untangle(found, counted, index)
    return counted


def _untangle(found: Sequence[Quantity], counted: list[Counted], index: int) -> None:
    """抽检食品23家23批次: of two quantities without a word between, shops are 家 and goods are 批次."""
    first, second = found[index - 1], found[index]
    noun = counted[index - 1]
    if first.end != second.start or noun.behind or first.unit.name not in ("家", "户"):
        return
    if noun.head and counted[index].head in ("", noun.head) and not noun.head.endswith(lexicon.HOLDERS):
        counted[index - 1], counted[index] = NOTHING, noun


def _place(found: Sequence[Quantity], said: Sequence[Said], bounds: Sequence[tuple[int, int]], index: int) -> _Place:
    start, end = bounds[index]
    floor = max(start, found[index - 1].end) if index else start
    closed = index + 1 < len(found) and said[index + 1].start < end
    return _Place(floor, said[index].start, found[index].end, said[index + 1].start if closed else end, closed)


def _choose(folded: str, quantity: Quantity, before: Counted, behind: Counted) -> Counted:
    """Behind it if it is attributive, else before it; what is measured stands in front (罚款5万元, 合格率98%)."""
    if behind.head and before.head:
        measured = quantity.unit.kind in _MEASURES or quantity.unit.kind == "percent"
        if quantity.unit.name in ("人", "人次") and folded.startswith("的", quantity.end):
            return before
        if quantity.unit.kind == "currency" and behind.head in lexicon.PAYMENTS:
            return behind
        ahead = measured and (
            not folded.startswith("的", quantity.end) or before.head.endswith(lexicon.MEASURE_ENDINGS)
        )
        return before if ahead else behind
    return behind if behind.head else before


def _left(folded: str, place: _Place) -> str:
    """The clause in front of a quantity, without what joins it to the number: 宣传资料|共计, 合格率|由2019年的."""
    window = folded[max(place.floor, place.start - _WINDOW - 12) : place.start].rstrip()
    for _ in range(3):
        window = phrases.unjoined(_BASE.sub("", window))
        bracket = _BRACKET.search(window)
        if bracket is None:
            break
        window = window[: bracket.start()]
    if quoted := _QUOTED.search(window):
        return quoted[1]
    stop = max((match.end() for match in _STOP.finditer(window)), default=0)
    clause = window[stop:]
    if not clause and stop and _COMPLETES.search(folded, max(place.floor, place.start - 4), place.start):
        clause = phrases.unjoined(window[: stop - 1])  # 次数最多,为33次
        clause = clause[max((match.end() for match in _STOP.finditer(clause)), default=0) :]
    if (predicate := _PREDICATE.search(clause)) and not _acts(clause, predicate):
        clause = phrases.unjoined(clause[: predicate.start()])
    return clause.strip()


def _acts(clause: str, predicate: re.Match[str]) -> bool:
    """从名录库|抽取机构214家: 从 leads no comparison if something is done behind it."""
    return predicate[0] in ("从", "由") and any(word.kind == "verb" for word in segment(clause[predicate.end() :]))


def _behind(folded: str, quantity: Quantity, place: _Place) -> Counted:
    start = place.end
    if quote := _QUOTE.match(folded, start, min(place.ceiling, start + 2 * _WINDOW)):
        start = quote.end()
    reach = min(place.ceiling, start + _WINDOW)
    stop = _STOP.search(folded, start, reach)
    window = folded[start : stop.start() if stop else reach]
    ends_in_next = stop is None and place.closed and reach == place.ceiling
    direct = window.startswith(("的", "不等的"))
    window = window.removeprefix("不等").removeprefix("的").strip()
    if not window and quote and quote["slogan"]:
        noun = phrases.at_end(quote["slogan"], quantity.unit.name, item=True) or Counted(
            quote["slogan"], quote["slogan"]
        )
        return Counted(noun.phrase, noun.head, behind=True)
    if not window or (quantity.unit.kind in ("percentage_point", "multiple") and not direct):
        return NOTHING
    noun = phrases.at_start(segment(window), direct=direct, next_counted=ends_in_next)
    if quantity.unit.kind == "classifier":
        return phrases.without_measure(noun)
    return noun if direct or not noun.derived else NOTHING


def _shared(
    noun: Counted, quantity: Quantity, index: int, found: Sequence[Quantity], counted: Sequence[Counted], left: str
) -> Counted | None:
    """The noun, or the one it shares with a quantity before it in the sentence."""
    previous = index - 1 if index and _gap_is_open(index, found, counted) else None
    if noun.head:
        if previous is not None and quantity.unit.kind == "percent" and found[previous].unit == quantity.unit:
            rate = counted[previous].head
            if rate.endswith("率") and not noun.head.endswith(lexicon.MEASURE_ENDINGS) and "的" not in noun.phrase:
                return counted[previous] if not noun.behind else noun
        return noun
    words = [
        word for word in segment(left[-_WINDOW:]) if word.kind not in _EMPTY and word.text not in ("年", "月", "日")
    ]
    if quantity.unit.kind == "duration" and (previous is None or found[previous].unit.kind != "duration"):
        return None
    if quantity.unit.kind == "duration" and any(word.kind == "noun" for word in words):
        return None
    if left in lexicon.CLASS_WORDS:
        return Counted(left, left)
    if previous is None or any(word.text in lexicon.NO_ANTECEDENT for word in words):
        return None
    measured = quantity.unit.kind in ("percent", "percentage_point", "multiple") or quantity.unit is NO_UNIT
    if measured or not words:
        if found[previous].unit == quantity.unit or measured or quantity.unit.kind in _MEASURES:
            return counted[previous]
        return _same_unit(index, found, counted)
    if all(
        word.kind in ("verb", "activity", "adjective") or not phrases.fits(word.text, quantity.unit.name)
        for word in words
    ):
        return _same_unit(index, found, counted)
    return None


def _gap_is_open(index: int, found: Sequence[Quantity], counted: Sequence[Counted]) -> bool:
    return index - 1 < len(counted) and found[index].start - found[index - 1].end < 2 * _WINDOW


def _same_unit(index: int, found: Sequence[Quantity], counted: Sequence[Counted]) -> Counted | None:
    """The last noun counted in the same unit, a few quantities back."""
    for earlier in range(index - 1, max(-1, index - 7), -1):
        if found[index].start - found[earlier].end > _REACH:
            break
        if found[earlier].unit == found[index].unit and counted[earlier].head:
            return counted[earlier]
    return None


def _distributed(
    folded: str, found: Sequence[Quantity], said: Sequence[Said], bounds: Sequence[tuple[int, int]]
) -> dict[int, Counted | int]:
    """经营主体和一线员工参与数量分别达到1.6万余家次和6.8万余人次: the n-th number belongs to the n-th noun, or to the n-th number before."""
    result: dict[int, Counted | int] = {}
    index = 0
    while index < len(found):
        run = [index]
        while run[-1] + 1 < len(found):
            between = folded[found[run[-1]].end : said[run[-1] + 1].start]
            if len(between) > 2 or between.strip(_LIST_MARKS) or bounds[run[-1] + 1] != bounds[index]:
                break
            run.append(run[-1] + 1)
        if len(run) > 1:
            floor = max(bounds[index][0], said[index].start - 60, found[index - 1].end if index else 0)
            before = folded[floor : said[index].start]
            if together := list(_TOGETHER.finditer(before)):
                subject = before[: together[-1].start()]
                items = _items(subject, len(run))
                if items:
                    result |= dict(zip(run, items, strict=True))
                elif index >= len(run) and bounds[index - len(run)] == bounds[index] and not _nouns(subject):
                    result |= {each: each - len(run) for each in run}
        index = run[-1] + 1
    return result


def _nouns(text: str) -> bool:
    clause = phrases.unjoined(_PREDICATE.sub("", text.strip(_LIST_MARKS + "。;:")))
    return bool(phrases.at_end(clause, "").head)


def _items(text: str, count: int) -> list[Counted]:
    """The last `count` items of a list of nouns; empty where there are not so many."""
    text = _PLACED.sub("", text.rstrip(",:; "))
    stop = max(text.rfind(mark) for mark in ",。;:!?")
    parts = [part for part in _JOINTS.split(text[stop + 1 :]) if part.strip()]
    if len(parts) < count:
        return []
    nouns = [phrases.at_end(phrases.unjoined(part.strip()), "", item=True) for part in parts[-count:]]
    return nouns if all(noun.head for noun in nouns) else []
