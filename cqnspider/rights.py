"""Rights of an article: the site's own work or a reprint, and from whom.

In: the source line, the marks that were taken out of the body, the body's text. Out: `original` or `reprint` and the owner. Source of the rule:
the site's notice says that works marked 来源：中国质量新闻网 are its own and all others are reprints.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from cqnspider.text import clean, fold

OWN_SOURCES: Final = frozenset(
    {"中国质量新闻网", "中国质量报", "中国质量新闻网-中国质量报", "中国质量网", "本网", "本报"}
)
_SOURCE_LINE = re.compile(r"来源\s*:\s*([^()【】\[\]《》\n]{2,40})")
_SOURCE_IN_TEXT = re.compile(r"[(【\[]\s*(?:文章|稿件|信息|图文|新闻)?来源\s*:\s*([^()【】\[\]]{2,40}?)\s*[)】\]]")
_FOREIGN_PAPER = re.compile(r"《(中国国门时报)》")
_WEBSITE = re.compile(
    r"从([^,。;:、!?“”]{2,30}?)(?:官方网站|官网|官方微信公众号|官方微信|微信公众号)上?(?:获悉|了解到|获知|得知)"
)
_TELLING = re.compile("来源|原文|官方|官网|公众号")  # what the patterns for the text need
_ORIGINAL_TEXT = re.compile(r"附原文|(?:^|\n)原文(?:如下)?\s*:")


def decide_rights(source: str | None, marks: Sequence[str], paragraphs: Sequence[str]) -> tuple[str, str | None]:
    """`("original", None)` or `("reprint", owner)`; the owner is None where a mark names none.

    >>> decide_rights("中国质量新闻网", ["（来源：无锡市场监管）"], [])
    ('reprint', '无锡市场监管')
    """
    body, taken_out = "\n".join(paragraphs), fold("\n".join(marks))
    text = fold(body) if _TELLING.search(body) else ""
    named = [*_SOURCE_LINE.findall(taken_out), *_SOURCE_IN_TEXT.findall(text), *_FOREIGN_PAPER.findall(taken_out)]
    owner = next((name for name in map(clean, named) if name not in OWN_SOURCES), None)
    if owner is None and source not in OWN_SOURCES:
        owner = source
    if owner is None and (found := _WEBSITE.search(text)):
        owner = clean(found[1])
    if owner is None and not _ORIGINAL_TEXT.search(text):
        return "original", None
    return "reprint", owner
