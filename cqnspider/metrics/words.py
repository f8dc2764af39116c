"""Words and their classes: jieba's dictionary and segmentation, loaded once, at the first text that needs them.

jieba caches its dictionary in the common temporary folder and believes what it finds there; so the dictionary is read here, from jieba's own
package, together with the parts of speech, which jieba would read a second time. Nothing is written.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Final, NamedTuple

import jieba

from cqnspider.metrics import lexicon

# Classes of the parts of speech of jieba's dictionary; what is not here is a noun.
_CLASSES: Final = {
    "v": "verb", "vg": "verb", "vd": "verb", "vi": "verb", "vq": "verb", "vn": "activity", "a": "adjective", "ad": "adverb", "ag": "adjective",
    "z": "adjective", "d": "adverb", "dg": "adverb", "df": "adverb", "p": "function", "c": "function", "u": "function", "ud": "function",
    "ug": "function", "uj": "function", "ul": "function", "uv": "function", "uz": "function", "r": "pronoun", "rr": "pronoun", "rz": "pronoun",
    "rg": "pronoun", "f": "place", "s": "noun", "t": "time", "tg": "time", "m": "numeral", "mq": "numeral", "mg": "numeral", "y": "function",
    "e": "function", "o": "function", "k": "noun", "h": "function", "ns": "region", "i": "phrase", "l": "noun", "zg": "noun", "q": "noun",
}  # fmt: skip


class Word(NamedTuple):
    """A word and its class: noun, verb, activity (a verb used as a noun), adjective, adverb, function, pronoun, place, time, numeral, region, phrase."""

    text: str
    kind: str


class _Dictionary:
    """jieba's tokenizer with the dictionary read by us, and the class of every word that is no noun."""

    def __init__(self) -> None:
        self.tokenizer = jieba.Tokenizer()
        frequencies: dict[str, int] = {}
        self.kinds: dict[str, str] = {}
        total = 0
        with self.tokenizer.get_dict_file() as file:
            lines = file.read().decode("utf-8").splitlines()
        lines.extend(f"{word} {lexicon.WORD_FREQUENCY} {tag}" for tag, words in lexicon.WORDS.items() for word in words.split())
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
        self.tokenizer.FREQ = frequencies
        self.tokenizer.total = total
        self.tokenizer.initialized = True


_lock = threading.Lock()
_loaded: list[_Dictionary] = []


def _dictionary() -> _Dictionary:
    if not _loaded:
        with _lock:
            if not _loaded:
                _loaded.append(_Dictionary())
    return _loaded[0]


def segment(text: str) -> list[Word]:
    """The words of a short text, in order; they add up to it."""
    dictionary = _dictionary()
    return [Word(word, dictionary.kinds.get(word, "noun")) for word in _cut(dictionary.tokenizer, text)]


def _cut(tokenizer: jieba.Tokenizer, text: str) -> Iterator[str]:
    return tokenizer.cut(text, HMM=False)


def is_word(text: str) -> bool:
    """Whether the dictionary has it as a word of its own."""
    return bool(_dictionary().tokenizer.FREQ.get(text))
