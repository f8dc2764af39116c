"""Page layouts: which one an article page has, and what it reads there. An unknown page is an error, never a guess.

In: a `Page`. Out: a `Reading`, or `PageError` with one of the fixed reasons.
"""

from __future__ import annotations

import re
from typing import Final

from cqnspider.layouts.a import LayoutA
from cqnspider.layouts.b import LayoutB
from cqnspider.layouts.base import Layout, Reading
from cqnspider.layouts.body import read_body
from cqnspider.layouts.c import LayoutC
from cqnspider.layouts.health import error_line, is_complete
from cqnspider.layouts.mobile import LayoutMobile
from cqnspider.layouts.page import Page, PageError
from cqnspider.urls import article_address

__all__ = ["LAYOUTS", "Page", "PageError", "Reading", "read_article"]

_PAGE_NUMBER = re.compile(r"\d{1,3}\.")  # what stands behind the id in a link to a further page
_MAX_PAGES: Final = 50  # of one article; more is a trap
LAYOUTS: Final[tuple[Layout, ...]] = (LayoutA(), LayoutC(), LayoutMobile(), LayoutB())


def read_article(page: Page) -> Reading:
    """Candidates and body of an article page. Raises PageError."""
    if not page.text.strip():
        raise PageError("empty_body", "the response has no text")
    layout = next((layout for layout in LAYOUTS if layout.is_mine(page)), None)
    dated = page.date_line is not None or bool(page.cms)
    if not (layout and dated) and (line := error_line(page)) is not None:
        raise PageError("error_page", f"the page says {line!r} instead of an article")
    if not is_complete(page):
        raise PageError("cut_off", f"layout {layout.name if layout else 'unknown'}; the page ends before </html>")
    if layout is None:
        raise PageError(
            "unknown_layout", "neither class names nor anchors (您当前位置, date line, 责任编辑) of a known layout"
        )
    reading = Reading(layout.name, layout.candidates(page), read_body(layout.body_blocks(page), page.url))
    reading.candidates["title"].append(("title_tag", page.title_tag or None))
    reading.pages = _further_pages(page)
    return reading


def _further_pages(page: Page) -> list[str]:
    """Addresses of the article's other pages, in order, by the links `content_{id}_{k}.htm` printed on its first page."""
    if page.address is None or page.address.page != 1:
        return []
    number = page.address.id.rpartition("-")[2]
    if not any(_PAGE_NUMBER.match(rest) for rest in page.text.split(f"{number}_")[1:]):
        return []  # nothing but images are named after the article
    found: set[int] = set()
    for link in page.root.iter("a"):
        href = link.get("href") or ""
        address = article_address(href, page.url) if number in href else None
        if address is not None and address.id == page.address.id and 1 < address.page <= _MAX_PAGES:
            found.add(address.page)
    return [page.address.at(number) for number in range(2, max(found, default=1) + 1)]
