"""Text anchors: what every skin of the site prints, whatever its class names.

In: blocks of a page. Out: positions and values. Sources: pages of 2007–2026 print `您当前位置:`, a `YYYY-MM-DD HH:MM:SS` line with the
source behind it, `(责任编辑:…)`, and after the article 最新评论, 声明, 图片新闻, 最新新闻 or 相关网站导航. Full-width forms count alike.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Final

from cqnspider.layouts.blocks import Block
from cqnspider.text import clean, fold
from cqnspider.urls import article_address

BEIJING: Final = timezone(timedelta(hours=8))

_CRUMB = re.compile(r"(?:您|你)?(?:的)?(?:当前|所在|现在)的?(?:所在)?位置\s*(?:是)?\s*[:：]?\s*|您的位置\s*[:：]?\s*|当前栏目\s*[:：]\s*")
_SEPARATOR = re.compile(r"\s*(?:>+|›|»|→|＞+|》|/|\||·)\s*")
_CRUMB_LIMIT: Final = 120
_CRUMB_END: Final = frozenset({"正文", "详情", "内容", "文章", "文章详情", "新闻详情", "详细内容", "查看详情"})

_DATE_TIME = re.compile(r"(?<!\d)((?:19|20)\d{2})[-/.年](\d{1,2})[-/.月](\d{1,2})日?\s{0,3}(\d{1,2}):(\d{2})(?::(\d{2}))?(?!\d)")
_DATE_LABEL = r"(?:(?:发布|发表|更新|发稿|录入)?(?:时间|日期)\s*:?|发布于)"
_SOURCE = re.compile(r"(?:文章|稿件|新闻|信息)?\s*来\s*源\s*:\s*")
# What else a date line carries beside date and source.
_LINE_TAIL = re.compile(
    r"\s*(?:[|｜【\[]|(?:责任|责|文字)?编辑\s*:|责编|作者\s*:|字\s*[号体]|浏览|点击|阅读|访问|打印|分享|评论|收藏|关闭|扫一扫|视力|大\s*中\s*小|通讯员|记者\s*:).*$"
)
_DATE_LINE_LIMIT: Final = 120

# 责任编辑 in every printed form: in round or square brackets or none, with or without a colon, spaces anywhere, empty.
_EDITOR = re.compile(
    r"[(\[【{<]?\s*(?:本文|本期|网络|网站)?\s*(?:责\s*任\s*编\s*辑|责\s*编|值班编辑)\s*(?::|\s|/|(?=[)\]】]))\s*([^()\[\]【】:]{0,40}?)\s*"
    r"(?:[)\]】}>]\s*[^。,;!?()]{0,12}|(?:审核|校对|监制|编审|初审|复审|终审|打印|关闭|分享|来源|作者)\s*:?.{0,40})?\s*$"
)

END_MARKS: Final = frozenset(
    "最新评论 声明 版权声明 免责声明 图片新闻 最新新闻 相关网站导航 相关新闻 相关阅读 相关报道 相关文章 相关链接 延伸阅读 推荐阅读 热点新闻 热点排行 热门新闻 热门文章 "
    "网友评论 我要评论 发表评论 新闻排行 点击排行 阅读排行 视频新闻 图片推荐 精彩推荐 专题推荐 猜你喜欢 网站导航 友情链接 站内导航 相关推荐 编辑推荐 今日头条 要闻推荐 新闻推荐 "
    "更多新闻 热点推荐 网站地图 关于我们 热门推荐 最新资讯 热点 排行榜 为您推荐".split()
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Crumb:
    """A breadcrumb: its entries as printed, the hrefs of those that are links, where it ends in the block list."""

    entries: list[str]
    links: list[tuple[str, str]]
    index: int


@dataclass(frozen=True, slots=True)
class DateLine:
    """The line of date-time and source; `first` and `last` are its block positions."""

    published_at: datetime
    source: str | None
    first: int
    last: int


def find_crumb(blocks: Sequence[Block]) -> Crumb | None:
    """The first breadcrumb line, however many elements it is printed in."""
    for index, block in enumerate(blocks):
        match = _CRUMB.match(block.text) if block.kind == "text" else None
        if match is None:
            continue
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
        if container.getparent() is None:
            break
        container = container.getparent()
    return index, [], []


def parse_date_time(text: str) -> datetime | None:
    """The first date with a time of day in a text, as aware Beijing time; None if there is none or it cannot be.

    >>> parse_date_time("2023-10-19 15:04:08 中国质量新闻网").isoformat()
    '2023-10-19T15:04:08+08:00'
    """
    match = _DATE_TIME.search(fold(text[:400]))
    if match is None:
        return None
    try:
        return datetime(*(int(group or 0) for group in match.groups()), tzinfo=BEIJING)  # type: ignore[arg-type]
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
    starts = [piece for piece in map(fold, pieces) if len(piece) >= 3 and source.startswith(piece) and source[len(piece) :][:1] not in {"-", "—"}]
    return max(starts, key=len, default=source)


def _source_of(text: str) -> str | None:
    text = text.strip(" |])】")
    labelled = _SOURCE.search(text)
    if labelled:
        text = text[labelled.end() :]
    text = _LINE_TAIL.sub("", text)
    text = re.sub(rf"{_DATE_LABEL}.*$", "", text)
    text = clean(text).strip(" |,，:-")
    return text if 0 < len(text) <= 40 and not (_CRUMB.match(text)) else None


def find_date_line(blocks: Sequence[Block], start: int = 0, stop: int | None = None) -> DateLine | None:
    """The publish line between two positions; its source may stand in blocks of their own beside it."""
    stop = len(blocks) if stop is None else min(stop, len(blocks))
    for index in range(start, stop):
        block = blocks[index]
        if block.kind != "text" or any(article_address(link.href) or len(link.text) > 30 for link in block.links):
            continue  # an entry of a list of articles
        found = split_date_line(block.text, block.pieces)
        if found is None:
            continue
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
        near = [place for place in range(max(0, index - 2), min(index + 4, len(blocks))) if blocks[place].element in inside and place != index]
        near = [place for place in near if blocks[place].kind == "text"]
        if sum(len(blocks[place].text) for place in near) > _DATE_LINE_LIMIT:
            break
        for place in near:
            text = fold(blocks[place].text)
            labelled = _SOURCE.match(text)
            if labelled or (source is None and place == index + 1 and len(text) <= 40 and not re.search(r"[。;!?]", text) and not _is_line_tail(text)):
                source = _own_piece(_source_of(text[labelled.end() :] if labelled else text), blocks[place].pieces)
                first, last = min(first, place), max(last, place)
        while last + 1 < len(blocks) and blocks[last + 1].element in inside and _is_line_tail(blocks[last + 1].text):
            last += 1
        if source is not None or last > index:
            break
    return source, first, last


def _is_line_tail(text: str) -> bool:
    return len(text) <= 30 and _LINE_TAIL.sub("", fold(text)).strip() == ""


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
    """Position of the first editor mark from `start` on, and the editor."""
    for index in range(start, len(blocks)):
        block = blocks[index]
        if block.kind == "text" and (found := split_editor(block.text)) is not None:
            return index, found[1]
    return None


def is_end_mark(text: str) -> bool:
    """Whether a line is a heading of what follows an article."""
    return len(text) <= 14 and clean(re.sub(r"[:：>＞»|·•\s]|更多|MORE|more", "", text)) in END_MARKS
