"""List pages: the articles of the main list, the pager, the breadcrumb. Side lists, image news and other sites are left out.

In: a `Page`. Out: a `ListPage`. Class names of 2017 and of legacy pages are known; everywhere else the main list is the group of article
links of one shape that is dated, stands before the pager, or is simply the longest, and does not stand under a side heading (图片新闻 …).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Final

from lxml import etree

from cqnspider.layouts.blocks import text_of
from cqnspider.layouts.furniture import is_end_mark
from cqnspider.layouts.page import Page
from cqnspider.layouts.pager import TOTAL, pager_page, read_pager
from cqnspider.text import clean, fold
from cqnspider.urls import ArticleAddress, ListAddress, article_address, list_address

_KNOWN_LISTS: Final = ("div.List_List dd.cont_l ul li a", "div.List_List li a", "div.Article_List_C_D li a")
_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d{2})[-/.年]\s?(\d{1,2})[-/.月]\s?(\d{1,2})(?!\d)|(?<!\d)(\d{1,2})[-/](\d{1,2})(?!\d)"
)
_SIDES: Final = 60  # headings of side boxes that are looked at
_PLACEMENT: Final = 12  # ancestors that are compared when two groups have the same shape


@dataclass(frozen=True, slots=True)
class Entry:
    """One article of a list: its address, the printed (perhaps cut) title, the date by the URL or printed beside it, all addresses it has there."""

    address: ArticleAddress
    title: str
    day: date | None
    urls: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a list. `next_url` is None on the last page; `last` is the last page's number where the pager says it."""

    entries: list[Entry]
    next_url: str | None
    last: int | None
    breadcrumb: list[str]


@dataclass(slots=True)
class _Anchor:
    element: etree._Element
    address: ArticleAddress
    title: str
    position: int
    shape: tuple[str, ...]
    dated: bool
    day: date | None
    side: bool = False


def read_list(page: Page) -> ListPage:
    """Entries and pager of a list page; no entries where the page has no list of articles."""
    here = list_address(page.url)
    anchors, pager_at = _article_anchors(page, here)
    main = _known(page, anchors) or _main_group(anchors, pager_at)
    entries: dict[str, Entry] = {}
    for anchor in main:
        known = entries.get(anchor.address.id)
        urls = (known.urls if known else frozenset()) | {anchor.address.url}
        if known is None or len(anchor.title) > len(known.title):
            known = Entry(anchor.address, anchor.title, anchor.address.date or anchor.day)
        entries[anchor.address.id] = replace(known, urls=urls)
    next_url, last = read_pager(page, here)
    return ListPage(list(entries.values()), next_url, last, page.crumb.entries if page.crumb else [])


def _known(page: Page, anchors: list[_Anchor]) -> list[_Anchor]:
    for css in _KNOWN_LISTS:
        elements = {node.root for node in page.selector.css(css)}
        if chosen := [anchor for anchor in anchors if anchor.element in elements]:
            return chosen
    return []


def _article_anchors(page: Page, here: ListAddress | None) -> tuple[list[_Anchor], int | None]:
    """Every link to an article with its surroundings, and the document position of the pager."""
    anchors: list[_Anchor] = []
    headings: list[tuple[int, etree._Element]] = []
    pager: list[tuple[int, etree._Element]] = []
    for position, element in enumerate(page.root.iter()):
        if not isinstance(element.tag, str):
            continue
        if _is_side_heading(element):
            headings.append((position, element))
        if element.text and len(element.text) < 60 and TOTAL.search(element.text):
            pager.append((position, element))
        href = element.get("href") if element.tag == "a" else None
        if not href:
            continue
        address = article_address(href, page.url)
        if address is not None:
            day, dated = _date_beside(element)
            title = clean(text_of(element)) or clean(element.get("title") or "")
            anchors.append(_Anchor(element, address, title, position, _shape(element), dated, day))
        elif here is not None and pager_page(element, page.url, here) is not None:
            pager.append((position, element))
    _mark_sides(anchors, headings, [element for _, element in pager])
    behind = [position for position, _ in pager if any(anchor.position < position for anchor in anchors)]
    return anchors, min(behind, default=None)


def _is_side_heading(element: etree._Element) -> bool:
    """Whether the element prints the name of a side box (图片新闻, 热点排行 …)."""
    return element.tag not in {"option", "title"} and is_end_mark(clean(element.text or ""))


def _mark_sides(
    anchors: list[_Anchor], headings: list[tuple[int, etree._Element]], pager: list[etree._Element]
) -> None:
    """A side heading covers the links behind it in the smallest element that holds any; beside a pager, only the first run of one shape."""
    for position, heading in headings[:_SIDES]:
        for up in heading.iterancestors():
            inside = set(up.iter("a"))
            covered = [anchor for anchor in anchors if anchor.position > position and anchor.element in inside]
            if not covered:
                continue
            whole = (
                covered
                if inside.isdisjoint(pager) and up.tag != "body"
                else [a for a in covered if a.shape == covered[0].shape]
            )
            for anchor in whole:
                anchor.side = True
            break


def _shape(element: etree._Element) -> tuple[str, ...]:
    """Tags and, above the single item, classes from the link up: links of one list have one shape (rows may have classes of their own)."""
    return tuple(
        up.tag if height < 3 else f"{up.tag}.{up.get('class') or ''}#{up.get('id') or ''}"
        for height, up in zip(range(_PLACEMENT), element.iterancestors(), strict=False)
    )


def _box(element: etree._Element) -> etree._Element:
    """The item around a link: the largest ancestor that holds links to this one article only."""
    box = element
    for up in element.iterancestors():
        if up.tag in {"body", "ul", "ol", "table", "tbody", "dl", "html"}:
            break
        links = list(islice(up.iter("a"), 5))
        if len(links) == 5 or len({link.get("href") for link in links}) > 1:
            break
        box = up
    return box


def _date_beside(element: etree._Element) -> tuple[date | None, bool]:
    """A date printed in the item around the link (not in its title)."""
    box = _box(element)
    text = fold(text_of(box)[-200:]) if box is not element else fold(text_of(element)[-30:])
    matches = list(_DATE.finditer(text))
    if not matches:
        return None, False
    match = matches[-1]
    try:
        return (date(int(match[1]), int(match[2]), int(match[3])), True) if match[1] else (None, True)
    except ValueError:
        return None, False


def _main_group(anchors: list[_Anchor], pager_at: int | None) -> list[_Anchor]:
    """The main list among groups of links of one shape, side headings left out."""
    groups: dict[tuple[str, ...], list[_Anchor]] = {}
    for anchor in anchors:
        if not anchor.side and (anchor.title or anchor.element.find(".//img") is not None):
            groups.setdefault(anchor.shape, []).append(anchor)
    if not groups:
        return []

    def weight(group: list[_Anchor]) -> tuple[bool, bool, int, int]:
        count = len({anchor.address.id for anchor in group})
        dated = 2 * sum(anchor.dated for anchor in group) >= len(group)
        before = pager_at is not None and group[-1].position < pager_at
        nearest = -abs(pager_at - group[-1].position) if pager_at is not None and before else -(10**9)
        return dated, before, nearest if pager_at is not None else count, count

    best = max(groups.values(), key=weight)
    ids = {anchor.address.id for anchor in best}
    # Image and title links of the same items have different shapes; both name the same articles.
    extra = [anchor for group in groups.values() if group is not best for anchor in group if anchor.address.id in ids]
    return sorted([*best, *extra], key=lambda anchor: anchor.position)
