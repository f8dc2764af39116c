"""The counted noun of a quantity: phrase and head word, from the words behind it (25个市级部门) or before it (宣传资料2000余份).

Only the text between one quantity and the next stop is segmented. Where the text names nothing, both are '' – never a noun that merely
stands near.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cqnspider.metrics import lexicon
from cqnspider.metrics.quantities import NO_UNIT, Quantity
from cqnspider.metrics.roles import Said
from cqnspider.metrics.words import Word, is_word, segment

_STOP: Final = re.compile(r"[,。;:!?、()“”‘’\"《》【】<>\[\]…—\n\t]")
_CONNECTORS: Final = re.compile(f"(?:{'|'.join(sorted(lexicon.CONNECTORS.split('|'), key=len, reverse=True))})+$")
_OUTCOME: Final = re.compile(f"(?:{lexicon.OUTCOMES})(?:的|了)?$")
_TOGETHER: Final = re.compile("分别|依次|各")
_JOINTS: Final = re.compile("、|以及|和|与|及")
_BRACKET: Final = re.compile(r"\([^()]{1,24}\)$")
_MEASURES: Final = frozenset("currency mass length area volume energy temperature other duration".split())
_WINDOW: Final = 18  # characters to either side
_NOUNS: Final = frozenset(("noun", "activity", "phrase"))
_FOUR: Final = 4


@dataclass(frozen=True, slots=True)
class Counted:
    """A counted noun: the phrase as printed, and its head word; both '' where the text gives none."""

    phrase: str = ""
    head: str = ""


NOTHING: Final = Counted()


def read(folded: str, found: Sequence[Quantity], said: Sequence[Said], bounds: Sequence[tuple[int, int]]) -> list[Counted]:
    """The counted noun of every quantity, in order."""
    counted: list[Counted] = []
    lists = _distributed(folded, found, said, bounds)
    for index, quantity in enumerate(found):
        start, end = bounds[index]
        floor = max(start, found[index - 1].end) if index else start
        ceiling = min(end, said[index + 1].start) if index + 1 < len(found) else end
        if index in lists:
            counted.append(lists[index])
        elif quantity.unit.noun:
            counted.append(Counted(quantity.unit.name, quantity.unit.name))
        else:
            behind = _behind(folded, quantity, ceiling)
            before = _before(folded, said[index].start, floor)
            counted.append(_choose(folded, quantity, before, behind) or _inherited(folded, index, found, said, counted, start))
    return counted


def _choose(folded: str, quantity: Quantity, before: Counted, behind: Counted) -> Counted | None:
    if behind.head and before.head:
        if quantity.unit.kind in _MEASURES or (quantity.unit.kind == "percent" and not folded.startswith("的", quantity.end)):
            return before
        return behind
    return behind if behind.head else before if before.head else None


def _behind(folded: str, quantity: Quantity, ceiling: int) -> Counted:
    """The noun phrase right behind a quantity, in front of the first verb: 市级部门|联合印发."""
    start = quantity.end
    stop = _STOP.search(folded, start, min(ceiling, start + _WINDOW))
    window = folded[start : stop.start() if stop else min(ceiling, start + _WINDOW)]
    direct = window.startswith("的")
    window = window.removeprefix("的").strip()
    if not window or (quantity.unit.kind in ("percent_point", "multiple") and not direct):
        return NOTHING
    words = segment(window)
    if words[0].kind not in ("noun", "activity", "adjective", "phrase", "region", "time", "place"):
        return _after_clause(words)
    taken: list[Word] = []
    for index, word in enumerate(words):
        following = words[index + 1] if index + 1 < len(words) else None
        if word.text == "的":
            if following is None or following.kind not in ("noun", "adjective", "activity") or any(each.kind == "noun" for each in taken):
                break
            taken.append(word)
        elif word.kind in ("noun", "adjective", "phrase") or (word.kind in ("region", "time", "place") and not taken):
            taken.append(word)
        elif word.kind in ("activity", "verb") and _modifies(word, words[index + 1 :], taken):
            taken.append(word)
        else:
            break
    if quantity.unit.kind in _MEASURES and taken and not direct and taken[0].kind != "noun":
        return NOTHING
    return _phrase(taken)


def _modifies(word: Word, rest: Sequence[Word], taken: Sequence[Word]) -> bool:
    """A verb inside a noun phrase: a noun stands right behind it (质量提升|青年), or it ends the phrase as an activity (专题培训)."""
    noun_follows = bool(rest) and rest[0].kind == "noun"
    if word.kind == "activity" or word.text in lexicon.ACTIVITIES:
        if noun_follows or (len(rest) > 1 and rest[0].kind == "activity" and rest[1].kind in ("noun", "activity")):
            return not taken or taken[-1].text not in lexicon.ACTORS
        if not rest:
            return word.text in lexicon.ACTIVITIES or not taken
        return word.text in lexicon.ACTIVITIES and rest[0].kind not in _NOUNS
    return noun_follows and bool(taken) and word.text in lexicon.MODIFYING_VERBS


def _after_clause(words: Sequence[Word]) -> Counted:
    """符合标准的质量服务站: behind a relative clause the noun follows the last 的."""
    at = max((index for index, word in enumerate(words) if word.text == "的"), default=0)
    if not at or words[0].kind in ("adverb", "function") and words[0].text not in ("在", "未", "不"):
        return NOTHING
    taken: list[Word] = []
    for word in words[at + 1 :]:
        if word.kind not in ("noun", "adjective", "activity"):
            break
        taken.append(word)
    return _phrase(taken)


def _before(folded: str, at: int, floor: int) -> Counted:
    """The noun phrase that ends right before a quantity, behind the verb that governs it: 发放|宣传资料."""
    start = max(floor, at - _WINDOW - 8)
    window = folded[start:at].rstrip()
    window = _CONNECTORS.sub("", window)
    for _ in range(2):
        if bracket := _BRACKET.search(window):
            window = _CONNECTORS.sub("", window[: bracket.start()])
    if window.endswith(("”", "》", "’")):
        return NOTHING
    stops = list(_STOP.finditer(window))
    if stops:
        window = window[stops[-1].end() :]
    return _tail(window)


def _tail(window: str) -> Counted:
    """The noun phrase at the end of a stretch of text."""
    words = segment(window[-_WINDOW:].strip())
    while words and words[-1].text in lexicon.MEASURE_NOUNS:
        words.pop()
    if not words:
        return NOTHING
    last = words[-1]
    governed = len(words) > 1
    if last.kind == "region" or last.text in lexicon.NO_HEADS:
        return NOTHING
    if last.kind != "noun":
        if last.text in lexicon.ACTIVITIES or last.kind == "activity":
            if not governed or words[-2].kind not in ("verb", "noun", "activity", "adjective"):
                return NOTHING
            if words[-2].kind == "activity" and words[-2].text in lexicon.ACTIVITIES and len(words) == 2 and last.text in ("检查",):  # noqa: PLR2004
                return NOTHING
        elif last.kind != "phrase":
            return NOTHING
    taken = [last]
    for index in range(len(words) - 2, -1, -1):
        word = words[index]
        if word.kind in ("noun", "adjective", "phrase") or (word.kind == "activity" and index > 0 and _inside(words, index)):
            taken.append(word)
        elif word.text == "不" and taken[-1].text.startswith("合格"):
            taken.append(word)
        else:
            break
    return _phrase(taken[::-1])


def _inside(words: Sequence[Word], index: int) -> bool:
    """An activity word belongs to the phrase if something that is no verb leads it."""
    return words[index - 1].kind in ("noun", "adjective", "activity", "verb") and words[index].text not in lexicon.GOVERNING


def _phrase(words: Sequence[Word]) -> Counted:
    """Phrase and head of words that form one noun phrase."""
    kept = list(words)
    while kept and (kept[0].text in lexicon.LEADING or kept[0].text == "的"):
        kept.pop(0)
    while kept and (kept[-1].text in ("的", "等") or kept[-1].kind in ("region", "time", "place", "adjective")):
        kept.pop()
    if not kept:
        return NOTHING
    head = kept[-1].text
    if len(head) == 1 and len(kept) > 1:
        head = kept[-2].text + head
    if head.startswith("合格") and len(kept) > 1 and kept[-2].text == "不":
        head = "不" + head
    if len(head) == 1:
        return NOTHING if head in lexicon.NO_HEADS else Counted("".join(word.text for word in kept), head)
    if len(head) >= _FOUR and is_word(head[-2:]) and not head.endswith(("率", "额", "量")):
        head = head[-2:]
    return Counted("".join(word.text for word in kept), head)


def _inherited(
    folded: str, index: int, found: Sequence[Quantity], said: Sequence[Said], counted: Sequence[Counted], sentence: int
) -> Counted:
    """A noun said just before: for changes and shares without a subject, for outcomes in the same unit, for class words themselves."""
    quantity = found[index]
    floor = max(sentence, found[index - 1].end) if index else sentence
    stop = list(_STOP.finditer(folded, floor, said[index].start))
    left = _CONNECTORS.sub("", folded[stop[-1].end() if stop else floor : said[index].start].strip())
    previous = index - 1 if index and found[index - 1].start >= sentence else None
    if _OUTCOME.fullmatch(folded[stop[-1].end() if stop else floor : said[index].start].strip()) or not left:
        if quantity.unit.kind in ("percent", "percentage_point", "multiple") or said[index].role in ("change", "share"):
            return counted[previous] if previous is not None else NOTHING
        for earlier in range(index - 1, -1, -1):
            if found[earlier].start < sentence:
                break
            if found[earlier].unit == quantity.unit and counted[earlier].head:
                return counted[earlier] if left or _OUTCOME.search(folded[floor : said[index].start]) else NOTHING
    if left in lexicon.CLASS_WORDS:
        return Counted(left, left)
    return NOTHING


def _distributed(
    folded: str, found: Sequence[Quantity], said: Sequence[Said], bounds: Sequence[tuple[int, int]]
) -> dict[int, Counted]:
    """经营主体和一线员工参与数量分别达到1.6万余家次和6.8万余人次: the n-th number belongs to the n-th noun."""
    result: dict[int, Counted] = {}
    index = 0
    while index < len(found):
        run = [index]
        while run[-1] + 1 < len(found):
            between = folded[found[run[-1]].end : said[run[-1] + 1].start]
            if len(between) > 2 or between.strip(" 、和与及,") or bounds[run[-1] + 1] != bounds[index]:  # noqa: PLR2004
                break
            run.append(run[-1] + 1)
        if len(run) > 1:
            floor = max(bounds[index][0], found[index - 1].end if index else 0, said[index].start - 60)
            before = folded[floor : said[index].start]
            if together := list(_TOGETHER.finditer(before)):
                heads = _items(before[: together[-1].start()], len(run))
                result |= dict(zip(run, heads, strict=False))
        index = run[-1] + 1
    return result


def _items(text: str, count: int) -> list[Counted]:
    """The last `count` items of a list of nouns; empty where there are not so many."""
    stop = max(text.rfind(mark) for mark in ",。;:!?")
    parts = [part for part in _JOINTS.split(text[stop + 1 :]) if part.strip()]
    if len(parts) < count:
        return []
    nouns = [_tail(_CONNECTORS.sub("", part.strip())) for part in parts[-count:]]
    return nouns if all(noun.head for noun in nouns) else []
