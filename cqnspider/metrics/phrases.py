"""Noun phrases in a few segmented words: the one at the end of a text, the one at its start, and their head words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import dropwhile
from typing import Final

from cqnspider.metrics import lexicon
from cqnspider.metrics.words import Word, is_word, segment

_CONNECTORS: Final = re.compile(f"(?:{'|'.join(sorted(lexicon.CONNECTORS.split('|'), key=len, reverse=True))})+$")
_TRAILING: Final = frozenset(("adverb", "time", "function", "pronoun", "numeral"))
_FIRST: Final = frozenset(("noun", "activity", "adjective", "phrase", "region", "time", "place", "numeral"))
_LEADERS: Final = frozenset(("verb", "noun", "activity", "adjective"))
_OF_ACTIVITIES: Final = frozenset(("%", "百分点", "元", ""))
_TWO: Final = 2
_FOUR: Final = 4


@dataclass(frozen=True, slots=True)
class Counted:
    """A counted noun: the phrase as printed and its head word; both '' where the text gives none."""

    phrase: str = ""
    head: str = ""
    behind: bool = False  # stands behind the quantity
    derived: bool = False  # begins with a verb used as a noun

    def __bool__(self) -> bool:
        return bool(self.head)


NOTHING: Final = Counted()


def unjoined(text: str) -> str:
    """Without the words at its end that join a noun to a number: 宣传资料共计 → 宣传资料."""
    return _CONNECTORS.sub("", text.rstrip())


def at_end(text: str, unit: str, *, item: bool = False) -> Counted:
    """The noun phrase a text ends with, behind the verb that governs it: 发放|宣传资料. `item`: an activity may stand alone."""
    words = segment(text[-18:]) if text else []
    while words and (
        words[-1].kind in _TRAILING or words[-1].text in lexicon.MEASURE_NOUNS or words[-1].text in lexicon.CHANGES
    ):
        words.pop()
    if item:
        while words and words[-1].kind in ("adjective", "verb") and words[-1].text not in lexicon.ACTIVITIES:
            words.pop()
    words = _without_activity(words, unit, item)
    if not words:
        return NOTHING
    last = words[-1]
    if (
        last.kind == "region"
        and (item or (len(words) > 1 and words[-_TWO].kind == "verb"))
        and last.text[-1] not in lexicon.PLACE_ENDINGS
    ):
        last = words[-1] = Word(last.text, "noun")  # 加装|铅封: a name of a place elsewhere
    if last.kind not in ("noun", "activity") or last.text in lexicon.NO_HEADS:
        if last.kind != "verb" or last.text in lexicon.NO_HEADS:
            return NOTHING
    taken = [last]
    for index in range(len(words) - 2, -1, -1):
        word = words[index]
        inside = word.kind in ("noun", "adjective", "phrase", "region", "numeral") or word.text == "不"
        if inside and word.text in lexicon.GOVERNING:
            break
        if not inside and (word.kind == "activity" or word.text in lexicon.MODIFYING_VERBS):
            inside = (
                index > 0
                and word.text not in lexicon.GOVERNING
                and words[index - 1].kind in ("noun", "verb", "activity", "adjective")
            )
        if not inside:
            break
        taken.append(word)
    return _counted(taken[::-1])


def _without_activity(words: list[Word], unit: str, item: bool) -> list[Word]:
    """开展检查|5次 counts checks, 对电梯开展评估|286台 counts lifts, 检查|300家 counts neither."""
    if not words or words[-1].kind == "noun" or item:
        return words
    last = words[-1]
    if last.kind == "verb" and last.text not in lexicon.ACTS and len(words) > 1:
        if words[-_TWO].kind == "verb" or (words[-_TWO].kind == "noun" and last.text[-1] in lexicon.SUFFIXES):
            return [*words[:-1], Word(last.text, "noun")]  # 解答|疑问: a verb in the dictionary, a noun behind a verb
    nominal = (
        last.kind == "verb"
        and len(words) > _TWO
        and words[-_TWO].kind in ("noun", "activity")
        and words[-3].kind == "verb"
    )
    if last.kind != "activity" and last.text not in lexicon.ACTIVITIES and not nominal:
        return _subject(words) if last.kind == "verb" else words
    if unit in lexicon.ACTIVITY_UNITS or unit in _OF_ACTIVITIES:
        leader = next((word for word in words[-_TWO::-1] if word.kind != "adverb"), None)
        led = leader is not None and (leader.kind in _LEADERS or leader.text == "等") and leader.text != "责令"
        return words if led or unit in ("%", "百分点") else []
    light = max((index for index, word in enumerate(words) if word.text in lexicon.LIGHT_VERBS), default=-1)
    return words[:light] if light > 0 else []


def _subject(words: list[Word]) -> list[Word]:
    """火灾|发生7起, 滑板车|共售出1.3万辆: the subject of the verb, if it is not who acts."""
    rest = list(words)
    while rest and rest[-1].kind in ("verb", "adverb", "function"):
        rest.pop()
    if (
        not rest
        or rest[-1].kind != "noun"
        or rest[-1].text in lexicon.ACTORS
        or rest[-1].text[-1] in lexicon.AGENT_ENDINGS
    ):
        return []
    return rest


def at_start(words: Sequence[Word], *, direct: bool, next_counted: bool) -> Counted:
    """The noun phrase that words begin with, in front of the first verb: 市级部门|联合印发.

    `direct`: 的 stood before it. `next_counted`: a quantity follows the words, so that their last noun may be its own.
    """
    if direct:
        words = list(dropwhile(lambda word: word.kind not in _FIRST, words)) or words
    first = words[0]
    leads = first.text in lexicon.ACTIVITIES or first.text in lexicon.MODIFYING_VERBS or first.kind == "activity"
    if leads and next_counted:
        return NOTHING
    if (
        first.kind not in _FIRST
        and not (leads and len(words) > 1 and words[1].kind == "noun")
        and not (leads and len(words) == 1)
    ):
        modifies = (
            first.kind == "verb" and len(first.text) == _TWO and first.text not in lexicon.ACTS and not next_counted
        )
        if not modifies or len(words) == 1 or words[1].kind != "noun":
            return _behind_clause(words)
        noun = at_start(words[1:], direct=False, next_counted=False)
        return Counted(first.text + noun.phrase, noun.head, behind=True, derived=True) if noun else NOTHING
    taken: list[Word] = []
    for index, word in enumerate(words):
        rest = words[index + 1 :]
        if word.text == "的":
            if (
                not rest
                or rest[0].kind not in ("noun", "adjective", "activity")
                or any(each.kind == "noun" for each in taken)
            ):
                break
        elif word.kind in ("noun", "adjective", "phrase"):
            if taken and taken[-1].text in lexicon.ACTORS and word.text not in lexicon.AFTER_ACTORS:
                break
            if word.kind == "adjective" and taken and (not rest or rest[0].kind != "noun"):
                break
        elif word.kind in ("region", "time", "place", "numeral"):
            if taken:
                break
        elif not _modifies(word, rest, taken, direct):
            break
        taken.append(word)
    follower = words[len(taken)].text if len(taken) < len(words) else ""
    if follower.startswith(lexicon.VERDICTS) or (next_counted and len(taken) == len(words) and leads):
        return NOTHING
    noun = _counted(taken)
    return Counted(noun.phrase, noun.head, behind=True, derived=bool(taken) and leads and len(words) > 1)


def _modifies(word: Word, rest: Sequence[Word], taken: Sequence[Word], direct: bool) -> bool:
    """A verb inside a noun phrase: a noun stands right behind it (质量提升|青年), or it ends the phrase as an activity (专题培训)."""
    activity = word.kind == "activity" or word.text in lexicon.ACTIVITIES
    if not activity and word.text not in lexicon.MODIFYING_VERBS:
        return False
    if taken and taken[-1].text in lexicon.ACTORS:
        return False
    if rest and rest[0].kind == "noun":
        return True
    if rest and (rest[0].kind == "activity" or rest[0].text in lexicon.ACTIVITIES):
        return len(rest) == 1 or rest[1].kind in ("noun", "activity")
    return activity and (not rest or direct or word.text in lexicon.ACTIVITIES)


def _behind_clause(words: Sequence[Word]) -> Counted:
    """符合标准的质量服务站: behind a relative clause the noun follows the last 的."""
    at = max((index for index, word in enumerate(words) if word.text == "的"), default=0)
    if not at or (words[0].kind in ("adverb", "function") and words[0].text not in ("在", "未", "不")):
        return NOTHING
    taken: list[Word] = []
    for word in words[at + 1 :]:
        if word.kind not in ("noun", "adjective", "activity"):
            break
        taken.append(word)
    noun = _counted(taken)
    return Counted(noun.phrase, noun.head, behind=True)


def without_measure(noun: Counted) -> Counted:
    """27种蔬菜均价 counts vegetables: what can be measured is not counted in classifiers."""
    if noun.head.endswith(lexicon.MEASURE_ENDINGS) and len(noun.phrase) > len(noun.head):
        words = segment(noun.phrase[: -len(noun.head)])
        shorter = _counted(words)
        return Counted(shorter.phrase, shorter.head, noun.behind, noun.derived)
    return noun


def _counted(words: Sequence[Word]) -> Counted:
    """Phrase and head of words that form one noun phrase."""
    kept = list(words)
    while kept and (kept[0].text in lexicon.LEADING or kept[0].text == "的"):
        kept.pop(0)
    while kept and (
        kept[-1].text in ("的", "等", "不") or kept[-1].kind in ("region", "time", "place", "adjective", "numeral")
    ):
        kept.pop()
    if not kept:
        return NOTHING
    head = kept[-1].text
    if len(head) == 1 and len(kept) > 1:
        head = kept[-2].text + head
    if head.startswith("合格") and len(kept) > 1 and kept[-2].text == "不":
        head = "不" + head
    if head in lexicon.NO_HEADS or (len(head) == 1 and head not in lexicon.SHORT_NOUNS):
        return NOTHING
    return Counted("".join(word.text for word in kept), _cut(head))


def fits(head: str, unit: str) -> bool:
    """Whether a classifier can count a noun: 家 and 户 count who runs something, 名 and 人 count people."""
    return unit not in lexicon.HOLDER_UNITS or not head.endswith(lexicon.NO_HOLDERS)


def _cut(head: str) -> str:
    """执法人员 → 人员, 责令改正通知书 → 通知书; 不合格率 stays."""
    for measure in lexicon.MEASURE_ENDINGS:
        if len(measure) > 1 and head.endswith(measure):
            return measure
    if len(head) > _FOUR and is_word(head[-3:]):
        return head[-3:]
    if len(head) >= _FOUR and is_word(head[-2:]):
        return head[-2:]
    return head
