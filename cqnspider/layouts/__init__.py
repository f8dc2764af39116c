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
from cqnspider.layouts.furniture import is_end_mark
from cqnspider.layouts.mobile import LayoutMobile
from cqnspider.layouts.page import Page, PageError
from cqnspider.text import fold
from cqnspider.urls import article_address

__all__ = ["LAYOUTS", "Page", "PageError", "Reading", "read_article"]

LAYOUTS: Final[tuple[Layout, ...]] = (LayoutA(), LayoutC(), LayoutMobile(), LayoutB())

_ERROR_LINE = re.compile(
    r"(?:页面|网页|文件|资源|内容|文章|信息|地址|链接|网址).{0,10}(?:不存在|找不到|未找到|无法(?:找到|显示|访问|打开)|已(?:被)?(?:删除|移除|下线|失效)|走丢|出错|没有找到)"
    r"|(?:找不到|未找到|无法(?:找到|显示|访问)|没有找到)(?:您|你|该|此|请求|所)?.{0,12}(?:页|文件|资源|内容|文章|目录)"
    r"|服务器.{0,10}(?:错误|繁忙|出错|异常|维护|无响应)|系统.{0,6}(?:错误|繁忙|维护|出错|异常|升级)|访问.{0,10}(?:过于频繁|受限|被拒绝|被禁止|异常|出错)|(?:访问|请求).{0,12}(?:被阻断|被阻止|被拦截|安全威胁)|请求.{0,10}(?:被拒绝|被拦截|错误|超时)"
    r"|\b(?:not found|bad gateway|service (?:temporarily )?unavailable|gateway time-?out|internal server error|access denied|forbidden|bad request)\b"
    r"|^(?:error|错误)?\s*[45]\d\d\s*(?:error|错误)?$|^(?:出错了|抱歉).{0,30}$",
    re.IGNORECASE,
)


def read_article(page: Page) -> Reading:
    """Candidates and body of an article page. Raises PageError."""
    if not page.text.strip():
        raise PageError("empty_body", "the response has no text")
    layout = next((layout for layout in LAYOUTS if layout.is_mine(page)), None)
    dated = page.date_line is not None or bool(page.cms)
    if not (layout and dated) and (line := _error_line(page)) is not None:
        raise PageError("error_page", f"the page says {line!r} instead of an article")
    if not _is_complete(page):
        raise PageError("cut_off", f"layout {layout.name if layout else 'unknown'}; the page ends before </html>")
    if layout is None:
        raise PageError(
            "unknown_layout", "neither class names nor anchors (您当前位置, date line, 责任编辑) of a known layout"
        )
    reading = Reading(layout.name, layout.candidates(page), read_body(layout.body_blocks(page), page.url), page.crumb)
    reading.candidates["title"].append(("title_tag", page.title_tag or None))
    reading.pages = _further_pages(page)
    return reading


def _is_complete(page: Page) -> bool:
    """A page cut off in the middle lacks its closing tags and whatever is printed after an article."""
    tail = page.text.lower()
    if "</html>" in tail or "</body>" in tail:
        return True
    return page.editor is not None and any(
        block.kind == "text" and is_end_mark(block.text) for block in page.blocks[page.editor[0] + 1 :]
    )


def _error_line(page: Page) -> str | None:
    """A short line in which the page says that something is missing or broken; None if there is none."""
    lines = [page.title_tag, *(block.text for block in page.blocks if block.kind == "text")]
    return next((line for line in lines if len(line) <= 80 and _ERROR_LINE.search(fold(line))), None)


def _further_pages(page: Page) -> list[str]:
    """Addresses of the article's other pages, in order, by the links `content_{id}_{k}.htm` printed on its first page."""
    if page.address is None or page.address.page != 1:
        return []
    found: set[int] = set()
    number = page.address.id.rpartition("-")[2]
    for link in page.root.iter("a"):
        href = link.get("href") or ""
        address = article_address(href, page.url) if number in href else None
        if address is not None and address.id == page.address.id and 1 < address.page <= _MAX_PAGES:
            found.add(address.page)
    return [page.address.at(number) for number in range(2, max(found, default=1) + 1)]


_MAX_PAGES: Final = 50  # of one article; more is a trap
