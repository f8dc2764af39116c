"""Pagers of list pages: which page comes next and which is the last.

In: a `Page`. Out: addresses of the same list, by the links 下一页, 尾页 and numbers and by the site's scheme `node_N_k.htm`, `Index_k.html`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from cqnspider.layouts.blocks import text_of
from cqnspider.layouts.page import Page
from cqnspider.text import clean, fold
from cqnspider.urls import ListAddress, list_address

_NEXT: Final = frozenset(
    {"下一页", "下页", "后一页", "下一页>", "下一页>>", ">", "›", "next", "Next", "NEXT", "下一頁", "后页"}
)
_LAST: Final = frozenset({"尾页", "末页", "最后一页", "最末页", "末頁", ">|", ">>|", "last", "Last"})
_PAGER_TEXT = re.compile(r"[\[(]?\s*\d{1,5}\s*[\])]?|第?\s*\d{1,5}\s*页|(?:首|上一?|前一?|第一)页|[<‹]{1,2}|\|<")
_GAP = re.compile(r"\d\s*(?:…|\.{2,3})\s*\d")
_DEAD = re.compile(r"(?:尾|末|最后一|下一)页")  # printed without a link on a list of one page
TOTAL = re.compile(r"共\s*(\d{1,5})\s*页|(?<!\d)\d{1,5}\s*/\s*(\d{1,5})\s*页")


def read_pager(page: Page, here: ListAddress | None) -> tuple[str | None, int | None]:
    """Address of the next page and number of the last one.

    By links (下一页, 尾页, numbers) and by the site's scheme `node_N_k.htm`, `Index_k.html` up to the last page that the pager names.
    """
    if here is None:
        return None, None
    numbers: set[int] = set()
    following: ListAddress | None = None
    last: int | None = None
    for text, address in _pager_links(page, here):
        if text in _LAST:
            last = max(last or 0, address.page)
        elif text in _NEXT:
            following = address
        elif not _PAGER_TEXT.fullmatch(text):
            continue  # a breadcrumb or menu entry that names this list
        numbers.add(address.page)
    if following is not None and following.page <= here.page:
        following = None  # 下一页 that names this page or an earlier one says nothing
    printed = _pager_text(page)
    if match := TOTAL.search(printed):
        last = max(last or 0, int(match[1] or match[2]))
    jump = len(numbers) > 1 and max(numbers) - max(numbers - {max(numbers)} | {here.page}) > 1
    if last is None and numbers and (jump or _GAP.search(printed)):
        last = max([*numbers, here.page])  # 1 2 3 … 9 10: the pager names the end
    if last is None and following is None and (numbers or _DEAD.search(printed)):
        last = max([*numbers, here.page])
    elif numbers and last is not None:
        last = max(last, *numbers)
    if following is not None and following.page > here.page and (last is None or following.page <= last):
        return following.at(following.page), last
    if following is None and ((last is not None and here.page < last) or here.page + 1 in numbers):
        return here.at(here.page + 1), last
    return None, last


def _pager_links(page: Page, here: ListAddress) -> Iterator[tuple[str, ListAddress]]:
    """Text and address of every link to a page of this list: `<a>`, images by their alt text, entries of a select box."""
    for link in page.root.iter("a"):
        if (address := pager_page(link, page.url, here)) is not None:
            alts = [image.get("alt") or image.get("title") or "" for image in link.iter("img")]
            yield fold(clean(text_of(link)) or clean(" ".join(alts)) or clean(link.get("title") or "")), address
    for option in page.root.iter("option"):
        value = option.get("value")
        address = list_address(value, page.url) if value else None
        if address is not None and address.url == here.url:
            yield fold(clean(text_of(option))), address


def pager_page(link: etree._Element, base: str, here: ListAddress) -> ListAddress | None:
    """The page of this same list that a link names."""
    href = link.get("href")
    address = list_address(href, base) if href else None
    return address if address is not None and address.url == here.url else None


def _pager_text(page: Page) -> str:
    """The pager's line or lines as printed."""
    lines = [block.text for block in page.whole.blocks if block.kind == "text" and len(block.text) <= 200]
    return fold(" ".join(line for line in lines if "页" in line or line.strip("…. ").isdigit() or line in {"…", "..."}))
