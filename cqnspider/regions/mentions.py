"""The mentions of places in one text, in order: each run of names (四川省|广元市|苍溪县) is one mention.

In: a text of some hundred characters. Out: `Mention`s with what they may mean; which of it holds is for locate.py,
which knows the other texts. One pass of the automaton, linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from cqnspider.regions import words
from cqnspider.regions.gazetteer import Place, Surface, gazetteer

# 无锡市|场, 河北区|域, 青海旗|舰: the suffix belongs to the next word.
_NEXT_WORD: Final = re.compile("市(?:[场民面售值价]|容(?!县))|[区县]域|区[间分别块位隔]|县级|旗[下舰帜号]|盟友")
BUREAU: Final = re.compile(
    "市?(?:市场监(?:督管理|管)|市监|消(?:费者)?(?:权益)?(?:保护)?(?:委|协|保)|药监|质监|质量技术|工商|食药|食品药品|知识产权|综合执法|计量|特检|检验检测"
    "|人民政府|政府|县委|市委|区委)"
)
# A bare name before these is part of a name that is elsewhere's business: 四川大学, 北京银行, 南京路.
_OTHER_NAME: Final = re.compile(
    "大学(?!城)|银行|证券|卫视|电视台|大道|街(?!道)|路(?![段灯桥径由口面])|奥运|亚运|菜系|口味|风味"
)
_MEDIUM: Final = re.compile("[日晚早商时]报|都市报|青年报")
_PASSING: Final = re.compile(
    "(?:来自|产自|原产|产于|销往|发往|运往|运至|途经|赴|前往|支援|援|帮扶|借鉴|学习|假冒|仿冒|籍贯)$"
)
_JOINT: Final = re.compile("[ ·:]?")
_LETTER: Final = re.compile("[\u4e00-\u9fffA-Za-z0-9]")


@dataclass(slots=True)
class Mention:
    """One run of names at `[start, end)`; `options` is what it may mean, most official reading first."""

    start: int
    end: int
    options: Sequence[Place]
    bare: bool  # without its suffix
    weak: bool  # also a plain word, or 和县 in 市和县
    bounded: bool  # begins where a word surely begins
    chained: bool = False  # its parent stands right before it
    bureau: bool = False  # an authority's name follows
    passing: bool = False  # origin, destination or medium
    region: bool = False  # 川渝: all options at once


@cache
def _weak() -> frozenset[str]:
    return frozenset(words.GENERIC.split()) | frozenset(words.COMMON.split())


@lru_cache(maxsize=256)
def scan(text: str) -> Sequence[Mention]:
    """All mentions of places in `text`.

    Kept, for sources and sections are the same for many articles, and an article may be located by one lead after another.
    """
    if not text:
        return ()
    known = gazetteer()
    found: list[Mention] = []
    last_end = 0
    for index, start, match_end in known.automaton.find_matches_as_indexes(text):
        name, end = known.patterns[index], match_end
        if _NEXT_WORD.match(text, end - 1):
            name, end = name[:-1], end - 1
        surface = known.surfaces.get(name)
        if surface is None:
            continue
        if surface.region:
            found.append(Mention(start, end, surface.region, False, False, True, region=True))
        elif not (found and _extend(found[-1], text, surface, start, end)):
            bounded = start in (0, last_end) or not _LETTER.match(text[start - 1]) or text[start - 1] in "在从由"
            weak = name in _weak() or (len(name) == 2 and name[1] == "县")
            found.append(Mention(start, end, surface.strong or surface.bare, not surface.strong, weak, bounded))
        last_end = end
    for mention in found:
        mention.bureau = bool(BUREAU.match(text, mention.end))
        mention.passing = bool(
            _PASSING.search(text[max(0, mention.start - 3) : mention.start]) or _MEDIUM.match(text, mention.end)
        )
    return tuple(mention for mention in found if not _in_other_name(mention, text))


def _in_other_name(mention: Mention, text: str) -> bool:
    short = mention.bare or text[mention.end - 1] not in "省市区州县旗盟"
    return short and _OTHER_NAME.match(text, mention.end) is not None


def _extend(mention: Mention, text: str, surface: Surface, start: int, end: int) -> bool:
    """Take the name at `[start, end)` as the next level of `mention`, if it lies in what that may mean."""
    if start - mention.end > 1 or mention.region or not _JOINT.fullmatch(text[mention.end : start]):
        return False
    for readings in (surface.strong, surface.bare):
        inner = [
            place for place in readings if any(place.within(outer) and place != outer for outer in mention.options)
        ]
        if inner:
            mention.options, mention.end, mention.chained, mention.bare = inner, end, True, readings is surface.bare
            return True
    return False
