"""The publish line: `2023-10-19 15:04:08 中国质量新闻网`, in one element or many, with or without labels and buttons.

In: blocks of a page or a text. Out: aware Beijing time and the source as printed (None where none is). Full-width forms count alike.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cqnspider.items import BEIJING
from cqnspider.layouts.blocks import Block
from cqnspider.text import clean, fold
from cqnspider.urls import article_address

_DATE_TIME = re.compile(
    r"(?<!\d)((?:19|20)\d{2})[-/.年](\d{1,2})[-/.月](\d{1,2})日?\s{0,3}(\d{1,2}):(\d{2})(?::(\d{2}))?(?!\d)"
)
_DATE_LABEL = r"(?:(?:发布|发表|更新|发稿|录入)?(?:时间|日期)\s*:?|发布于)"
_SOURCE = re.compile(r"(?:文章|稿件|新闻|信息)?\s*来\s*源\s*:\s*")
# What else a date line carries beside date and source.
_LINE_TAIL = re.compile(
    r"\s*(?:[|｜【\[]|(?:责任|责|文字)?编辑\s*:|责编|作者\s*:|字\s*[号体]|浏览|点击|阅读|访问|打印|分享|评论|收藏|关闭|扫一扫|视力|大\s*中\s*小|听新闻|语音|朗读|播报|专访|通讯员|记者\s*:).*$"
)
_MEDIUM = re.compile(r"(?:报|网|社|台|刊|局|监管|发布|杂志|客户端)$")
_DATE_LINE_LIMIT: Final = 120


@dataclass(frozen=True, slots=True)
class DateLine:
    """The line of date-time and source; `first` and `last` are its block positions."""

    published_at: datetime
    source: str | None
    first: int
    last: int


def parse_date_time(text: str) -> datetime | None:
    """The first date with a time of day in a text, as aware Beijing time; None if there is none or it cannot be.

    >>> parse_date_time("2023-10-19 15:04:08 中国质量新闻网").isoformat()
    '2023-10-19T15:04:08+08:00'
    """
    match = _DATE_TIME.search(fold(text[:400]))
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(group or 0) for group in match.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=BEIJING)
    except ValueError:
        return None


def split_date_line(text: str, pieces: Sequence[str] = ()) -> tuple[datetime, str | None] | None:
    """Date-time and source of a publish line, in either order; None if the text is something else (a sentence with a date in it).

    `pieces` are the line's text nodes: a button printed right behind the source is no part of it.
    """
    folded = fold(text)
    if len(folded) > _DATE_LINE_LIMIT:
        return None
    published = parse_date_time(folded)
    match = _DATE_TIME.search(folded)
    if published is None or match is None:
        return None
    before, after = folded[: match.start()], folded[match.end() :]
    before = re.sub(rf"{_DATE_LABEL}\s*$", "", before).strip(" |[(【")
    if re.search(r"[。;；!?]", before + after) or len(before) > 60:
        return None
    return published, _own_piece(_source_of(after) or _source_of(before), pieces)


def _own_piece(source: str | None, pieces: Sequence[str]) -> str | None:
    if source is None:
        return None
    starts = [
        piece
        for piece in map(fold, pieces)
        if len(piece) >= 3 and source.startswith(piece) and source[len(piece) :][:1] not in {"-", "—"}
    ]
    return max(starts, key=len, default=source)


def _source_of(text: str) -> str | None:
    text = text.strip(" |])】")
    labelled = _SOURCE.search(text)
    if labelled:
        text = text[labelled.end() :]
    text = _LINE_TAIL.sub("", text)
    text = re.sub(rf"{_DATE_LABEL}.*$", "", text)
    text = re.sub(r"\([^()]*\)?$", "", clean(text)).strip(" |,，:-·•/")
    head, _, rest = text.partition(" ")
    text = head if rest and _MEDIUM.search(head) else text  # what follows a medium's name is a column or a person
    return text if 0 < len(text) <= 40 and "位置" not in text else None


def find_date_line(blocks: Sequence[Block], start: int = 0) -> DateLine | None:
    """The first publish line from a position on; its source may stand in blocks of their own beside it."""
    for index in range(start, len(blocks)):
        block = blocks[index]
        if block.kind != "text" or ":" not in fold(block.text):
            continue
        found = split_date_line(block.text, block.pieces)
        if found is None or any(article_address(link.href) or len(link.text) > 30 for link in block.links):
            continue  # no date line, or an entry of a list of articles
        published, source = found
        first = last = index
        if source is None:
            source, first, last = _source_beside(blocks, index)
        return DateLine(published, source, first, last)
    return None


def _source_beside(blocks: Sequence[Block], index: int) -> tuple[str | None, int, int]:
    """A source printed in an element of its own, before or behind the date, inside the same short container."""
    first = last = index
    source: str | None = None
    element = blocks[index].element
    for container in (element, element.getparent()):
        if container is None or container.tag in {"body", "html"}:
            break
        inside = set(container.iter())
        near = [
            place
            for place in range(max(0, index - 2), min(index + 4, len(blocks)))
            if blocks[place].element in inside and place != index
        ]
        near = [place for place in near if blocks[place].kind == "text"]
        if sum(len(blocks[place].text) for place in near) > _DATE_LINE_LIMIT:
            break
        for place in near:
            text = fold(blocks[place].text)
            labelled = _SOURCE.match(text)
            if labelled or (
                source is None
                and place == index + 1
                and len(text) <= 40
                and not re.search(r"[。;!?]", text)
                and not _is_line_tail(text)
            ):
                value = place
                if labelled and labelled.end() == len(text) and place + 1 in near:
                    value, text = place + 1, fold(blocks[place + 1].text)  # label and value in table cells of their own
                source = _own_piece(_source_of(text), blocks[value].pieces)
                first, last = min(first, place), max(last, value)
        while last + 1 < len(blocks) and blocks[last + 1].element in inside and _is_line_tail(blocks[last + 1].text):
            last += 1
        if source is not None or last > index:
            break
    before = blocks[index - 1] if index else None
    if (
        source is None
        and before is not None
        and len(before.text) <= 20
        and _MEDIUM.search(before.text)
        and not _is_title(before)
    ):
        source, first = _source_of(fold(before.text)), index - 1
    return source, first, last


def _is_title(block: Block) -> bool:
    """Whether a line is printed as a heading: 某县开展质量监管 above a date line without a source is no medium."""
    around = (block.element, *block.element.iterancestors("div", "h1", "h2", "h3"))
    return any(
        element.tag in {"h1", "h2", "h3"} or "title" in (element.get("class") or "").lower() for element in around[:3]
    )


def _is_line_tail(text: str) -> bool:
    return len(text) <= 30 and _LINE_TAIL.sub("", fold(text)).strip() == ""
