"""Cleaning of printed text: white space, invisible characters, width. Pure functions, str in and str out."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

# Zero-width and direction marks, soft hyphen, byte-order mark, control characters, lone surrogates: never printed, so never text.
_INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffe\uffff\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]"
)
_ODD = re.compile(rf"[\r\n]|{_INVISIBLE.pattern}")  # most lines have none of it
CJK: Final = "\u3400-\u9fff\uf900-\ufaff\u3000-\u303f\uff00-\uffef"
# A line break of the HTML source between two Chinese characters is no space that anybody typed.
_SOURCE_BREAK = re.compile(rf"(?<=[{CJK}])[ \t]*[\r\n][ \t\r\n]*(?=[{CJK}])")


def visible(text: str) -> str:
    """The text without characters that are never printed; white space stays."""
    return _INVISIBLE.sub("", text) if _INVISIBLE.search(text) else text


def clean(text: str) -> str:
    """Trimmed text with single plain spaces and no invisible characters; punctuation and width stay as printed.

    >>> clean("\\u3000\\u3000\\u200b四川省\\xa0苍溪县\\n市场监管局 ")
    '四川省 苍溪县市场监管局'
    """
    if _ODD.search(text):
        text = _SOURCE_BREAK.sub("", visible(text))
    return " ".join(text.split())  # str.split knows the ideographic and the no-break space


_HALF: Final = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {"\u3000": " ", "\xa0": " "}
_WIDE = re.compile("[\uff01-\uff5e\u3000\xa0]")
_LINE: Final = 300  # characters of a text that is worth remembering
_UNPRINTED_IN_KEYS = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """Half-width form for matching: full-width letters, digits and ASCII punctuation become half-width. Offsets stay.

    >>> fold("（责任编辑：加贺）２０２３")
    '(责任编辑:加贺)2023'
    """
    return _folded_line(text) if len(text) <= _LINE else _folded(text)


def _folded(text: str) -> str:
    # A sentence has three or four of them; str.translate looks up every character.
    for wide in set(_WIDE.findall(text)):
        text = text.replace(wide, _HALF[wide])
    return text


# The rules of layouts and bylines look at one line many times, and chrome is the same on every page.
_folded_line = lru_cache(maxsize=4096)(_folded)


def key(text: str) -> str:
    """What two prints of the same text share: NFKC-folded, without spaces, quotes and punctuation."""
    folded = unicodedata.normalize("NFKC", fold(text))  # most text is in that form once it is folded
    return _UNPRINTED_IN_KEYS.sub("", folded)
