"""Cleaning of printed text: white space, invisible characters, width. Pure functions, str in and str out."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# Zero-width and direction marks, soft hyphen, byte-order mark, control characters, lone surrogates: never printed, so never text.
_INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffe\uffff\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]"
)
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
    text = visible(text)
    if "\n" in text or "\r" in text:
        text = _SOURCE_BREAK.sub("", text)
    return " ".join(text.split())  # str.split knows the ideographic and the no-break space


_HALF: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}


def fold(text: str) -> str:
    """Half-width form for matching: full-width letters, digits and ASCII punctuation become half-width. Offsets stay.

    >>> fold("（责任编辑：加贺）２０２３")
    '(责任编辑:加贺)2023'
    """
    return text if text.isascii() else text.translate(_HALF)


def key(text: str) -> str:
    """What two prints of the same text share: NFKC-folded, without spaces, quotes and punctuation."""
    return "".join(char for char in unicodedata.normalize("NFKC", text) if char.isalnum())
