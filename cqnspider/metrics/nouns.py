"""The counted noun of a quantity: phrase and head word, from the words behind it (25个市级部门) or before it (宣传资料2000余份).

Only the text between one quantity and the next stop is segmented. Where the text elides the noun, `sharing` looks for it; where it names
nothing, both are '' – never a noun that merely stands near.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from cqnspider.metrics import lexicon, phrases, sharing
from cqnspider.metrics.counted import NOTHING, Counted, fits, without_measure
from cqnspider.metrics.passages import STOP, WINDOW, Passage
from cqnspider.metrics.quantities import Quantity
from cqnspider.metrics.words import Word, segment

# What stands between a subject and what is said of it; only the subject in front is looked at.
_PREDICATE: Final = re.compile(lexicon.PREDICATES)
_BASE: Final = re.compile(
    "(?:平均)?每(?:[0-9一二两三百千万]{0,4}(?:[一-龥]{1,2}|平方米|立方米)|[个名家台位][一-龥]{1,4})$"
)
_RESPECTIVELY: Final = re.compile(".*(?:分别|依次)(?:为|是|有)")
_LAST_STOP: Final = re.compile(f"(?s:.*){STOP.pattern}")
_COMPLETES: Final = re.compile(",(?:分别|均)?(?:为|达|是)")
_BRACKET: Final = re.compile(r"\([^()]{1,24}\)$")
_QUOTE: Final = re.compile("的?(?:“(?P<slogan>[^“”]{1,16})”|《[^《》]{1,30}》)的?")
_QUOTED: Final = re.compile("“([^“”,。]{1,16})”$")
_VERDICT: Final = re.compile(f"(?:{'|'.join(lexicon.VERDICTS)})的?$")


def read(passage: Passage) -> list[Counted]:
    """The counted noun of every quantity, in order."""
    lists = sharing.distributed(passage)
    for index in range(len(passage.found)):
        passage.counted.append(_counted(passage, index, lists))
    sharing.hand_back(passage)
    return passage.counted


def _counted(passage: Passage, index: int, lists: sharing.Lists) -> Counted:
    quantity, counted = passage.found[index], passage.counted
    if quantity.unit.noun:
        return Counted(quantity.unit.name, quantity.unit.name)
    if index in lists:
        listed = lists[index]
        return counted[listed] if isinstance(listed, int) else listed
    left = _left(passage, index)
    if left.endswith("类"):  # 食品类20件 are complaints, if those were counted before
        if earlier := sharing.same_unit(passage, index):
            return earlier
        left = left.removesuffix("类")
    previous = passage.counted[index - 1].head if index else ""
    if left in lexicon.VERDICTS and previous in lexicon.CLASS_WORDS:
        return Counted(left, left)  # 优秀5家、合格16家
    if verdict := _VERDICT.search(left):
        left = phrases.unjoined(left[: verdict.start()])
    before = phrases.at_end(left, quantity.unit.name, item=_is_listed(passage, index, left))
    noun = _choose(passage.folded, quantity, before, _behind(passage, index))
    if sharing.belongs_to_next(passage, index, noun):
        lists[index + 1] = noun
        return NOTHING
    if noun and not _fits(noun, quantity, passage.said[index].role):
        noun = NOTHING
    return sharing.shared(passage, index, noun, left)


def _is_listed(passage: Passage, index: int, left: str) -> bool:
    """、广播154条次: an item of a list, so that a verb or a place alone is a noun."""
    if not left:
        return False
    at = passage.folded.rfind(left, passage.floor(index), passage.said[index].start)
    return at > 0 and passage.folded[at - 1] == "、"


def _fits(noun: Counted, quantity: Quantity, role: str) -> bool:
    if quantity.unit.kind == "duration" and role == "level":
        return noun.head.endswith(lexicon.MEASURE_ENDINGS)
    if noun.behind and quantity.unit.name in lexicon.HOLDER_UNITS:
        return noun.head.endswith(lexicon.HOLDERS)  # 8家证照不全 counts no licences
    return noun.behind or fits(noun.head, quantity.unit.name)


def _choose(folded: str, quantity: Quantity, before: Counted, behind: Counted) -> Counted:
    """Behind it if it is attributive, else before it; what is measured stands in front (罚款5万元, 合格率98%)."""
    kind, followed = quantity.unit.kind, folded.startswith("的", quantity.end)
    if quantity.unit.name in ("人", "人次") and followed:
        return before
    if not (behind and before):
        return behind or before
    if kind == "classifier" or (kind == "currency" and behind.head in lexicon.PAYMENTS):
        return behind
    return behind if followed and not before.head.endswith(lexicon.MEASURE_ENDINGS) else before


def _left(passage: Passage, index: int) -> str:
    """The clause in front of a quantity, without what joins it to the number: 宣传资料|共计, 合格率|由2019年的."""
    folded, floor, start = passage.folded, passage.floor(index), passage.said[index].start
    window = folded[max(floor, start - WINDOW - 12) : start].rstrip()
    for _ in range(3):
        window = phrases.unjoined(_BASE.sub("", window) if "每" in window else window)
        bracket = _BRACKET.search(window)
        if bracket is None:
            break
        window = window[: bracket.start()]
    if quoted := _QUOTED.search(window):
        return quoted[1]
    clause = _last_clause(window)
    if "分别" in clause or "依次" in clause:
        clause = _RESPECTIVELY.sub("", clause)
    if not clause and _COMPLETES.search(folded, max(floor, start - 4), start):
        clause = _last_clause(phrases.unjoined(window.rstrip(",")))  # 次数最多,为33次
    if (predicate := _PREDICATE.search(clause)) and not _acts(clause, predicate):
        clause = phrases.unjoined(clause[: predicate.start()])
    return clause.strip()


def _last_clause(text: str) -> str:
    last = _LAST_STOP.match(text)
    return text[last.end() :] if last else text


def _acts(clause: str, predicate: re.Match[str]) -> bool:
    """从名录库|抽取机构214家: 从 leads no comparison if something is done behind it."""
    return predicate[0] in ("从", "由") and any(word.kind == "verb" for word in segment(clause[predicate.end() :]))


def _quoted(quote: re.Match[str] | None, quantity: Quantity) -> Counted:
    """A quotation that is the noun itself: 8场“质量开放日”."""
    slogan = quote["slogan"] if quote else None
    if not slogan:
        return NOTHING
    noun = phrases.at_end(slogan, quantity.unit.name, item=True) or Counted(slogan, slogan)
    return Counted(noun.phrase, noun.head, behind=True)


def _only_modifies(text: str) -> bool:
    return bool(text) and all(word.kind in ("activity", "verb") for word in segment(text.removeprefix("的").strip()))


def _acting_holder(words: Sequence[Word], next_counted: bool) -> bool:
    verb_first = len(words) > 1 and words[0].kind == "verb" and words[1].kind == "noun"
    return verb_first and words[1].text.endswith(lexicon.HOLDERS) and not (next_counted and len(words) == 2)


def _behind(passage: Passage, index: int) -> Counted:
    """The noun phrase behind a quantity; a slogan in quotes is passed over, or is the noun itself."""
    folded, quantity = passage.folded, passage.found[index]
    start, (ceiling, closed) = quantity.end, passage.ceiling(index)
    quote = _QUOTE.match(folded, start, min(ceiling, start + 2 * WINDOW))
    if quote:
        start = quote.end()
    reach = min(ceiling, start + WINDOW)
    stop = STOP.search(folded, start, reach)
    window = folded[start : stop.start() if stop else reach]
    if stop and stop[0] == "、" and _only_modifies(window):  # 生产、销售|企业
        start = stop.end()
        stop = STOP.search(folded, start, reach)
        window = folded[start : stop.start() if stop else reach]
    direct = window.startswith(("的", "不等的"))
    window = window.removeprefix("不等").removeprefix("的").strip()
    if not window:
        return _quoted(quote, quantity)
    if quantity.unit.kind in ("percentage_point", "multiple") and not direct:
        return NOTHING
    next_counted = stop is None and closed and reach == ceiling
    words = segment(window)
    noun = phrases.at_start(words, direct=direct, next_counted=next_counted)
    if not noun and quantity.unit.name in lexicon.HOLDER_UNITS and _acting_holder(words, next_counted):
        noun = phrases.at_start(words[1:], direct=direct, next_counted=next_counted)  # 24家参与|门店
    if not noun and not direct:
        noun = _quoted(quote, quantity)  # 8成“霸王条款”|被删除
    if quantity.unit.kind == "classifier" or (direct and quantity.unit.kind == "percent"):
        return without_measure(noun)
    return noun if direct or not noun.derived or quantity.unit.kind == "percent" else NOTHING
