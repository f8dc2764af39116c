"""The counted noun: a phrase and its head word, made of segmented words, and which classifier may count it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from cqnspider.metrics import lexicon
from cqnspider.metrics.words import Word, is_noun, segment

_LONG_MEASURES: Final = tuple(measure for measure in lexicon.MEASURE_ENDINGS if len(measure) > 1)


class Counted(NamedTuple):
    """A counted noun: the phrase as printed and its head word; both '' where the text gives none."""

    phrase: str = ""
    head: str = ""
    behind: bool = False  # stands behind the quantity
    derived: bool = False  # begins with a verb used as a noun

    def __bool__(self) -> bool:
        return bool(self.head)


NOTHING: Final = Counted()


def noun_of(words: Sequence[Word]) -> Counted:
    """Phrase and head of words that form one noun phrase."""
    kept = list(words)
    while len(kept) > 1 and (kept[0].text in lexicon.LEADING or kept[0].kind == "time" or kept[0].text == "的"):
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


def without_measure(noun: Counted) -> Counted:
    """27种蔬菜均价 counts vegetables: what can be measured is not counted in classifiers."""
    if noun.head.endswith(lexicon.MEASURE_ENDINGS) and len(noun.phrase) > len(noun.head):
        words = segment(noun.phrase[: -len(noun.head)])
        shorter = noun_of(words)
        return Counted(shorter.phrase, shorter.head, noun.behind, noun.derived)
    return noun


def fits(head: str, unit: str) -> bool:
    """Whether a classifier can count a noun: 家 and 户 count who runs something, 名 and 人 count people."""
    if unit == "元":
        return not head.endswith(lexicon.NO_SUMS)
    if unit in lexicon.PERSON_UNITS:
        return not head.endswith(lexicon.NO_PERSONS)
    return unit not in lexicon.HOLDER_UNITS or not head.endswith(lexicon.NO_HOLDERS)


def _cut(head: str) -> str:
    """执法人员 → 人员, 责令改正通知书 → 通知书; 不合格率 stays."""
    if head.endswith(_LONG_MEASURES):
        return next(measure for measure in _LONG_MEASURES if head.endswith(measure))
    if head in lexicon.WHOLE:
        return head
    if len(head) > 4 and is_noun(head[-3:]):
        return head[-3:]
    if len(head) >= 4 and is_noun(head[-2:]):
        return head[-2:]
    return head
