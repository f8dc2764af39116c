"""Text anchors: what every skin of the site prints, whatever its class names.

In: blocks of a page. Out: positions and values. Sources: pages of 2007–2026 print `您当前位置:`, a `YYYY-MM-DD HH:MM:SS` line with the
source behind it, `(责任编辑:…)`, and after the article 最新评论, 声明, 图片新闻, 最新新闻 or 相关网站导航. Full-width forms count alike.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from cqnspider.layouts.blocks import Block
from cqnspider.layouts.dateline import parse_date_time
from cqnspider.layouts.furniture import is_end_mark
from cqnspider.text import clean, fold

_CRUMB = re.compile(
    r"(?:您|你)?(?:的)?(?:当前|所在|现在)的?(?:所在)?位置\s*(?:是)?\s*[:：]?\s*|您的位置\s*[:：]?\s*|当前栏目\s*[:：]\s*"
)
_SEPARATOR = re.compile(r"\s*(?:>+|›|»|→|＞+|》|/|\||·)\s*")
_CRUMB_LIMIT: Final = 120
_CRUMB_TRIES: Final = 10  # labels that are looked at; a page prints one or two
_CRUMB_END: Final = frozenset({"正文", "详情", "内容", "文章", "文章详情", "新闻详情", "详细内容", "查看详情"})

# 责任编辑 in every printed form: in round or square brackets or none, with or without a colon, spaces anywhere, empty.
_EDITOR = re.compile(
    r"[(\[【{<]?\s*(?:本文|本期|网络|网站)?\s*(?:责\s*任\s*编\s*辑|责\s*编|值班编辑)\s*(?::|\s|/|(?=[)\]】]))\s*([^()\[\]【】:“”。;]{0,40}?)\s*"
    r"(?:[)\]】}>]\s*[^。,;!?()]{0,12}|(?:审核|校对|监制|编审|初审|复审|终审|打印|关闭|分享|来源|作者)\s*:?.{0,40})?\s*$"
)


@dataclass(frozen=True, slots=True)
class Crumb:
    """A breadcrumb: its entries as printed, the hrefs of those that are links, where it ends in the block list."""

    entries: list[str]
    links: list[tuple[str, str]]
    index: int


def find_crumb(blocks: Sequence[Block]) -> Crumb | None:
    """The first breadcrumb line, however many elements it is printed in."""
    labels = (place for place, block in enumerate(blocks) if block.kind == "text" and _CRUMB.match(block.text))
    for index in islice(labels, _CRUMB_TRIES):
        block = blocks[index]
        match = _CRUMB.match(block.text)
        assert match is not None
        last = index
        links = [(link.text, link.href) for link in block.links if link.text]
        entries = _entries(block.text[match.end() :])
        if not entries or _CRUMB.fullmatch(block.text):
            last, links, entries = _spread_crumb(blocks, index)
        if entries:
            return Crumb(entries, links, last)
    return None


def _entries(text: str) -> list[str]:
    parts = [clean(part) for part in _SEPARATOR.split(text)]
    parts = [part for part in parts if part]
    while parts and parts[-1] in _CRUMB_END:
        parts.pop()
    return parts


def _spread_crumb(blocks: Sequence[Block], index: int) -> tuple[int, list[tuple[str, str]], list[str]]:
    """Entries printed in elements of their own: those that share the smallest ancestor of the label which holds any."""
    container = blocks[index].element
    for _ in range(3):
        inside = set(container.iter())
        run = []
        for position in range(index + 1, min(index + 30, len(blocks))):
            if blocks[position].element not in inside or parse_date_time(blocks[position].text):
                break
            run.append(position)
        text = ">>".join(blocks[position].text for position in run)
        if run and len(text) > _CRUMB_LIMIT:
            return index, [], []
        if entries := _entries(text):
            links = [(link.text, link.href) for position in run for link in blocks[position].links if link.text]
            return run[-1], links, entries
        parent = container.getparent()
        if parent is None:
            break
        container = parent
    return index, [], []


def split_editor(text: str) -> tuple[str, str | None] | None:
    """Text before a closing editor mark, and the editor (None where it is printed empty); None if no such mark ends the text.

    >>> split_editor("工作取得实效。(责任编辑:陆明)")
    ('工作取得实效。', '陆明')
    """
    if "编" not in text:
        return None
    tail = text[-80:]
    match = _EDITOR.search(fold(tail))
    if match is None:
        return None
    return clean(text[: len(text) - len(tail) + match.start()]), clean(match[1]) or None


def find_editor(blocks: Sequence[Block], start: int) -> tuple[int, str | None] | None:
    """Position of the article's editor mark from `start` on, and the editor.

    The last one before what follows an article: the body may quote the editor line of another page.
    """
    last: tuple[int, str | None] | None = None
    for index in range(start, len(blocks)):
        block = blocks[index]
        if block.kind != "text":
            continue
        if (found := split_editor(block.text)) is not None:
            last = index, found[1]
        elif last is not None and is_end_mark(block.text):
            break
    return last
