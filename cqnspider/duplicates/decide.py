"""Whether two articles tell the same story. Similar sentences do not decide it: one press template serves a hundred counties.

In: two `Story`s, the evidence of an article. Out: yes or no. What an editor changes (title, byline, wording, order, length) leaves place, date, numbers
and names standing; what a template fills in is exactly these. So the text only makes a pair worth a look.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from typing import Any, Final

import numpy as np

from cqnspider.duplicates.quantities import Quantity, agreement, quantities_of
from cqnspider.duplicates.sketch import Hashes, grams, letters

WINDOW: Final = 60  # days between two prints of one story
_REPRINT: Final = 0.8  # share of the shorter text's 4-grams: the same sentences
_REWRITTEN: Final = 0.08  # the same story in other words; unrelated stories of one bureau have 0.03
_AGREE: Final = 0.65  # share of the numbers
_ENOUGH: Final = 3  # numbers that can speak for themselves
_PARTLY: Final = {1: 0.6, 2: 0.45}  # share of the text that must be the same where one or two numbers agree
_LEAD: Final = 120  # characters in which a story says whom it is about
_DIFFED: Final = 6000  # letters
_MOST_MATCHES: Final = 2_000_000  # equal characters; two texts of 6,000 letters have 100,000
_LONGEST: Final = 100_000  # characters
_HAN = r"[\u4e00-\u9fff]"
_KINDS: Final = (
    "小学|中学|学校|幼儿园|医院|药房|药店|超市|酒店|酒楼|饭店|合作社|集团|街道|社区|景区|园区|大学|学院|电厂|水厂"
    "|加油站|商场|广场|车站|[镇乡村厂所]"
)
# Some characters and what they are: a town, a school, a shop, a company.
_NAME = re.compile(rf"(?P<company>{_HAN}{{4}})(?:股份)?有限(?:责任)?公司|(?P<name>{_HAN}{{2}}(?:{_KINDS}))")
_KIND = re.compile(rf"{_HAN}?(?:{_KINDS}|(?:食品|商贸|{_HAN}{{2}})?有限公司)")
_PERIOD = re.compile(
    r"(?<!\d)(\d{1,2})月份|第([一二三四1-4])季度|([上下]半年)|第(\d{1,3}|[一二三四五六七八九十]{1,3})[期批]"
)


@dataclass(frozen=True, slots=True, eq=False)
class Story:
    """The evidence of one article; `names` are those of its lead, `periods` the months, quarters and issues it reports about."""

    published_at: datetime
    text: str
    grams: Hashes
    place: tuple[str | None, ...]
    quantities: list[Quantity]
    names: frozenset[str]
    periods: frozenset[str]

    @classmethod
    def of(cls, article: Mapping[str, Any]) -> Story:
        """From a document of `articles`."""
        printed = "\n".join(article["paragraphs"])[:_LONGEST]
        text = letters(printed)
        return cls(
            article["published_at"],
            text,
            grams(text),
            place_of(article),
            quantities_of(article["metrics"]),
            frozenset(match["company"] or match["name"] for match in _NAME.finditer(printed[:_LEAD])),
            frozenset(match[0] for match in _PERIOD.finditer(text)),
        )


def same_story(one: Story, other: Story) -> bool:
    """Whether two articles are prints of one story; symmetric."""
    if abs(one.published_at - other.published_at) > timedelta(days=WINDOW) or elsewhere(one.place, other.place):
        return False
    shared = containment(one.grams, other.grams)
    if shared < _REWRITTEN or (one.periods and other.periods and not one.periods & other.periods):
        return False
    agree, count = agreement(one.quantities, other.quantities)
    if count >= _ENOUGH:
        return agree >= _AGREE
    if count and not agree:
        return False
    if shared >= _REPRINT:
        return not _is_filled_in(one.text, other.text)
    strangers = _stranger(one, other) and _stranger(other, one)
    return agree == 1 and shared >= _PARTLY[count] and not strangers


def containment(one: Hashes, other: Hashes) -> float:
    """Share of the smaller set that is in the larger one."""
    if not len(one) or not len(other):
        return 0.0
    return len(np.intersect1d(one, other, assume_unique=True)) / min(len(one), len(other))


def place_of(article: Mapping[str, Any]) -> tuple[str | None, ...]:
    """Province, city and county of a stored article."""
    return article.get("province"), article.get("city"), article.get("county")


def elsewhere(one: Iterable[str | None], other: Iterable[str | None]) -> bool:
    """Whether two places exclude each other; a county and its province do not."""
    return any(mine and yours and mine != yours for mine, yours in zip(one, other, strict=True))


def _stranger(one: Story, other: Story) -> bool:
    """Whether one story begins with somebody whom the other does not know."""
    return any(name not in other.text for name in one.names)


def _is_filled_in(one: str, other: str) -> bool:
    """Whether two nearly equal texts differ like two prints of one form: a name replaced again and again, or before what it names (文峰|镇)."""
    one, other = sorted((one[:_DIFFED], other[:_DIFFED]))  # the matcher is not symmetric
    same = next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    one, other = one[same:], other[same:]
    if _matches_of_characters(one, other) > _MOST_MATCHES:
        return True  # some characters over and over: no text that can be compared
    replaced: Counter[tuple[str, str]] = Counter()
    for tag, start, end, begin, stop in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag == "replace" and end - start <= 6 and stop - begin <= 6:
            before, after = one[start:end], other[begin:stop]
            if _is_han(before) and _is_han(after):
                if _KIND.match(one, end) and _KIND.match(other, stop):
                    return True
                replaced[before, after] += len(before) > 1
    return any(count > 1 for count in replaced.values())


def _matches_of_characters(one: str, other: str) -> int:
    """What the matcher has to look at."""
    second = Counter(other)
    return sum(count * second[char] for char, count in Counter(one).items())


def _is_han(text: str) -> bool:
    return re.fullmatch(rf"{_HAN}+", text) is not None
