"""Words and their classes: jieba's dictionary and segmentation, loaded once, at the first text that needs them.

jieba caches its dictionary in the common temporary folder and believes what it finds there; so the dictionary is read here, from jieba's own
package, together with the parts of speech, which jieba would read a second time. Nothing is written.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import Final, NamedTuple

from cqnspider.metrics import lexicon
from cqnspider.metrics.tokenizer import Tokenizer, dictionary

# Classes of the parts of speech of jieba's dictionary; what is not here is a noun.
_CLASSES: Final = {
    "v": "verb", "vg": "verb", "vd": "verb", "vi": "verb", "vq": "verb", "vn": "activity", "a": "adjective", "ad": "adverb", "ag": "adjective",
    "z": "adjective", "d": "adverb", "dg": "adverb", "df": "adverb", "p": "function", "c": "function", "u": "function", "ud": "function",
    "ug": "function", "uj": "function", "ul": "function", "uv": "function", "uz": "function", "r": "pronoun", "rr": "pronoun", "rz": "pronoun",
    "rg": "pronoun", "f": "place", "s": "noun", "t": "time", "tg": "time", "m": "numeral", "mq": "numeral", "mg": "numeral", "y": "function",
    "e": "function", "o": "function", "k": "noun", "h": "function", "ns": "region", "i": "phrase", "l": "phrase", "zg": "noun", "q": "noun",
}  # fmt: skip


_TAKE_SUFFIX: Final = frozenset(("noun", "verb", "activity", "adjective", "phrase"))


class Word(NamedTuple):
    """A word and its class: noun, verb, activity (a verb used as a noun), adjective, adverb, function, pronoun, place, time, numeral, region, phrase."""

    text: str
    kind: str


class _Dictionary:
    """A tokenizer with jieba's dictionary, read by us, and the class of every word that is no noun."""

    def __init__(self) -> None:
        frequencies: dict[str, int] = {}
        self.kinds: dict[str, str] = {}
        total, nouns = 0, []
        lines = dictionary()
        lines.extend(f"{word} {lexicon.WORD_FREQUENCY} {tag}" for tag, words in lexicon.WORDS.items() for word in words)
        for line in lines:
            word, count, tag = line.split(" ")
            frequencies[word] = int(count)
            total += int(count)
            kind = _CLASSES.get(tag, "noun")
            if kind != "noun":
                self.kinds[word] = kind
            else:
                self.kinds.pop(word, None)
            for end in range(1, len(word)):
                frequencies.setdefault(word[:end], 0)
        suffixes = lexicon.SUFFIXES | lexicon.MORE_SUFFIXES
        for word, kind in self.kinds.items():
            if kind == "phrase" and len(word) < 5 and word[-1] in suffixes:
                nouns.append(word)  # 合作社
            elif kind == "phrase" and frequencies.get(word[-2:]) and self.kinds.get(word[-2:], "noun") == "noun":
                nouns.append(word)  # 发明专利 ends in a noun, 表示满意 does not
        for word in nouns:
            del self.kinds[word]
        self.frequencies = frequencies
        self.tokenizer = Tokenizer(frequencies, total)

    def guess(self, text: str) -> str:
        """A noun; but what the tokenizer joined of unknown characters is none if an adverb or auxiliary leads it (只|交, 已|报)."""
        if not ("一" <= text[-1] <= "龥"):
            return "numeral" if any(char.isdigit() or char in "% " for char in text) else "noun"
        if len(text) == 1 or self.frequencies.get(text):
            return "noun"
        if text[0] == "逐":
            return "adverb"
        if text[0] in lexicon.NO_NOUN_BEGINS or text[-1] in "去来了着过到至为成" or "每" in text:
            return "verb"
        if text[-1] in "内中里外":
            return "place"
        return "region" if len(text) > 2 and text[-1] in "镇村县市区省州乡" else "noun"


_lock = threading.Lock()
_loaded: list[_Dictionary] = []


def _dictionary() -> _Dictionary:
    if not _loaded:
        with _lock:
            if not _loaded:
                _loaded.append(_Dictionary())
    return _loaded[0]


@lru_cache(maxsize=8192)
def _word(text: str) -> Word:
    dictionary = _dictionary()
    return Word(text, dictionary.kinds.get(text) or dictionary.guess(text))


@lru_cache(maxsize=4096)
def _segmented(text: str) -> tuple[Word, ...]:
    words: list[Word] = []
    for text_of in _dictionary().tokenizer.cut(text):
        last = words[-1] if words else None
        if last and text_of in lexicon.PLACE_ENDINGS and last.kind == "region":
            words[-1] = Word(last.text + text_of, "region")  # 双河|镇
        elif (
            last
            and last.kind in _TAKE_SUFFIX
            and ((text_of in lexicon.SUFFIXES and len(last.text) > 1) or text_of in lexicon.MEASURE_SUFFIXES)
        ):
            words[-1] = Word(last.text + text_of, "noun")  # 充装|站, 整改|率
        else:
            words.append(_word(text_of))
    return tuple(words)


def segment(text: str) -> list[Word]:
    """The words of a short text, in order; they add up to it. News says the same few characters again and again: every third text is known."""
    return list(_segmented(text))


def is_done(word: Word) -> bool:
    """A verb with its object that the dictionary has as one word: 符合|标准."""
    return len(word.text) == 4 and _dictionary().kinds.get(word.text[:2]) == "verb"


def is_noun(text: str) -> bool:
    """Whether the dictionary has it as a noun, or as a verb, which may be used as one."""
    dictionary = _dictionary()
    return bool(dictionary.frequencies.get(text)) and dictionary.kinds.get(text, "noun") in (
        "noun",
        "activity",
        "verb",
    )
