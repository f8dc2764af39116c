"""Noun phrases in a few segmented words: the one at the end of a text, the one at its start."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import dropwhile
from typing import Final

from cqnspider.metrics import lexicon
from cqnspider.metrics.counted import NOTHING, Counted, noun_of
from cqnspider.metrics.words import Word, is_done, is_noun, segment

_CONNECTORS: Final = re.compile(f"(?:{lexicon.CONNECTORS})+$")
_CONNECTOR_ENDS: Final = frozenset(word[-1] for word in lexicon.CONNECTORS.split("|"))  # plain characters all
_TRAILING: Final = frozenset(("adverb", "time", "function", "pronoun", "numeral"))
_FIRST: Final = frozenset(("noun", "activity", "adjective", "phrase", "region", "time", "place", "numeral"))
_LEADERS: Final = frozenset(("verb", "noun", "activity", "adjective"))
_MEASURES: Final = lexicon.MEASURE_NOUNS | lexicon.CHANGES.keys()
_LEADING_VERBS: Final = lexicon.ACTIVITIES | lexicon.MODIFYING_VERBS
_ACTORS: Final = (*lexicon.ACTORS, "价格")
_RATES: Final = frozenset(("%", "百分点"))


def unjoined(text: str) -> str:
    """Without the words at its end that join a noun to a number: 宣传资料共计 → 宣传资料."""
    text = text.rstrip()
    return _CONNECTORS.sub("", text) if text[-1:] in _CONNECTOR_ENDS else text


def at_end(text: str, unit: str, *, item: bool = False) -> Counted:
    """The noun phrase a text ends with, behind the verb that governs it: 发放|宣传资料. `item`: an activity may stand alone."""
    words = segment(text[-18:]) if text else []
    while words and (words[-1].kind in _TRAILING or words[-1].text in _MEASURES):
        words.pop()
    while words and words[-1].text == "每":
        words.pop()
    if words and words[-1].text == "数量" and (item or unit in lexicon.PERSON_UNITS):
        words.pop()  # 队员数量9.5人 counts them
        words = words[:-1] if words and words[-1].text in lexicon.MEASURE_NOUNS else words  # 员工参与数量
    while item and words and words[-1].kind in ("adjective", "verb") and words[-1].text not in lexicon.ACTIVITIES:
        words.pop()
    alone = len(words) == 1 or (len(words) > 1 and words[-2].kind == "adverb")
    if words and alone and words[-1].text in lexicon.AMBIGUOUS:
        return NOTHING
    words = _up_to_noun(words, unit, item)
    if not words or words[-1].text in lexicon.NO_HEADS or words[-1].kind not in ("noun", "activity", "verb"):
        return NOTHING
    first = len(words) - 1
    while first and _belongs(words, first - 1):
        first -= 1
    return noun_of(words[first:])


def _belongs(words: Sequence[Word], index: int) -> bool:
    """Whether a word is part of the phrase behind it, not what governs that."""
    word = words[index]
    if word.text in lexicon.GOVERNING:
        # 发放|宣传资料, but 检查|企业
        return index > 0 and words[index - 1].kind == "verb" and word.text in lexicon.ACTIVITIES
    if word.kind in ("noun", "adjective", "phrase", "region", "numeral") or word.text == "不":
        return True
    modifies = word.kind == "activity" or word.text in lexicon.MODIFYING_VERBS
    return modifies and index > 0 and words[index - 1].kind in _LEADERS


def _up_to_noun(words: list[Word], unit: str, item: bool) -> list[Word]:
    """Words up to the noun that is counted. 开展检查|5次 counts checks, 对电梯开展评估|286台 counts lifts, 检查|300家 counts neither."""
    if not words or words[-1].kind == "noun":
        return words
    last, before = words[-1], words[-2] if len(words) > 1 else Word("", "")
    if last.kind == "region":
        governed = (item or before.kind == "verb") and last.text[-1] not in lexicon.PLACE_ENDINGS
        return [*words[:-1], Word(last.text, "noun")] if governed else words  # 加装|铅封 is no place
    if item and (unit in lexicon.ACTIVITY_UNITS or not unit):
        return words
    if last.kind == "verb" and last.text not in lexicon.ACTS and _names_a_thing(last, before):
        return [*words[:-1], Word(last.text, "noun")]
    led_by_verb = before.kind in ("noun", "activity") and len(words) > 2 and words[-3].kind == "verb"
    if last.kind != "activity" and last.text not in lexicon.ACTIVITIES and not (last.kind == "verb" and led_by_verb):
        return _subject(words) if last.kind == "verb" else words
    if unit in _RATES:
        return words
    if unit in lexicon.ACTIVITY_UNITS or unit in ("元", ""):
        leader = next((word for word in words[-2::-1] if word.kind != "adverb"), Word("", ""))
        return words if leader.text == "等" or (leader.kind in _LEADERS and leader.text != "责令") else []
    light = max((index for index, word in enumerate(words) if word.text in lexicon.LIGHT_VERBS), default=0)
    return words[:light] if light else _subject(words)  # 纺织品抽查|412批次


def _names_a_thing(verb: Word, before: Word) -> bool:
    """解答|疑问, 实物|展台: a verb in the dictionary, a noun behind a verb or with the ending of one."""
    return before.kind == "verb" or (before.kind == "noun" and verb.text[-1] in lexicon.SUFFIXES)


def _subject(words: list[Word]) -> list[Word]:
    """火灾|发生7起, 滑板车|共售出1.3万辆: the subject of the verb, if it is not who acts."""
    rest = list(words)
    while rest and (rest[-1].kind in ("verb", "adverb", "function", "activity") or rest[-1].text in lexicon.ACTIVITIES):
        rest.pop()
    if not rest or rest[-1].kind != "noun" or any(word.text in ("在", "于") for word in rest):
        return []
    return [] if rest[-1].text.endswith(lexicon.ACTORS) or rest[-1].text.endswith(lexicon.AGENT_ENDINGS) else rest


def at_start(words: Sequence[Word], *, direct: bool, next_counted: bool) -> Counted:
    """The noun phrase that words begin with, in front of the first verb: 市级部门|联合印发.

    `direct`: 的 stood before it. `next_counted`: a quantity follows the words, so that their last noun may be its own.
    """
    if direct:
        words = list(dropwhile(lambda word: word.kind not in _FIRST, words)) or words
    first, second = words[0], words[1] if len(words) > 1 else Word("", "")
    leads = first.kind == "activity" or first.text in _LEADING_VERBS
    if (first.text in lexicon.CHANGES and len(first.text) > 1) or (
        leads and next_counted and first.text in lexicon.ACTS
    ):
        return NOTHING
    if first.kind not in _FIRST and not (leads and (second.kind == "noun" or len(words) == 1)):
        if _is_attribute(first, second) and not next_counted and all(word.text != "的" for word in words):
            noun = at_start(words[1:], direct=False, next_counted=False)
            return Counted(first.text + noun.phrase, noun.head, behind=True, derived=True) if noun else NOTHING
        return _behind_clause(words)
    end = _end_of_phrase(words, direct)
    if leads and next_counted and end == len(words):
        return NOTHING
    if end < len(words) and words[end].text.startswith(lexicon.VERDICTS):
        end = _what_was_judged(words[:end], words[end].text)
    clause = next((at for at in range(end, 0, -1) if words[at - 1].text == "的" and is_done(words[at - 2])), 0)
    noun = noun_of(words[clause:end])  # behind a clause: 符合标准的|质量服务站
    return Counted(noun.phrase, noun.head, behind=True, derived=leads and len(words) > 1)


def _what_was_judged(words: Sequence[Word], verdict: str) -> int:
    """How many words name the thing: 18批次|食品|不合格, 15批次|产品|甲醛|超标; 3批次|净含量|不合格 names none."""
    goods = [index for index, word in enumerate(words, 1) if word.text.endswith(lexicon.GOODS)]
    if goods:
        return goods[-1]
    indicator = not words or words[-1].text.endswith(lexicon.MEASURE_ENDINGS) or verdict.startswith(("超标", "阳性"))
    return 0 if indicator else len(words)


def _is_attribute(verb: Word, noun: Word) -> bool:
    """转账|记录: a verb that governs nothing we know, right in front of a noun."""
    return verb.kind == "verb" and len(verb.text) == 2 and verb.text not in lexicon.ACTS and noun.kind == "noun"


def _end_of_phrase(words: Sequence[Word], direct: bool) -> int:
    """How many words from the start form the phrase."""
    for index, word in enumerate(words):
        taken, rest = words[:index], words[index + 1 :]
        noun_follows = bool(rest) and rest[0].kind == "noun"
        if word.text == "的":
            named = any(each.kind == "noun" and not is_done(each) for each in taken)
            goes_on = bool(rest) and rest[0].kind in ("noun", "adjective", "activity") and not named
        elif word.kind == "adjective":
            goes_on = not taken or noun_follows
        elif word.kind == "phrase":
            goes_on = noun_follows or (bool(rest) and rest[0].text == "的")
        elif word.kind == "noun":
            acts = bool(taken) and taken[-1].text.endswith(lexicon.ACTORS) and word.text not in lexicon.AFTER_ACTORS
            goes_on = not taken or not (acts or (is_done(word) and not is_noun(word.text[-2:])))
        elif word.kind in _FIRST and word.kind != "activity":
            goes_on = not taken
        else:
            goes_on = _modifies(word, rest, taken, direct)
        if not goes_on:
            return index
    return len(words)


def _modifies(word: Word, rest: Sequence[Word], taken: Sequence[Word], direct: bool) -> bool:
    """A verb inside a noun phrase: a noun stands right behind it (质量提升|青年), or it ends the phrase as an activity (专题培训)."""
    activity = word.kind == "activity" or word.text in lexicon.ACTIVITIES
    if not activity and word.text not in lexicon.MODIFYING_VERBS:
        return False
    if taken and (taken[-1].text.endswith(_ACTORS) or word.text in lexicon.PREDICATES_ONLY):
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
    noun = noun_of(taken)
    return Counted(noun.phrase, noun.head, behind=True)
