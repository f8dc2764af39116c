"""Layout B, the redesign seen 2025-03 – 2026-03. Its class names are unknown, so text anchors and block density decide, whatever the skin.

Order in print: `您当前位置: >>新闻中心>>…`, title, `2025-07-08 12:43:54 中国质量新闻网`, body, `(责任编辑:陆明)`, 相关网站导航.
"""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from cqnspider.layouts.base import Candidates, Layout, add_anchors, anchored_region, marked_region
from cqnspider.layouts.blocks import Block
from cqnspider.layouts.dateline import find_date_line
from cqnspider.layouts.furniture import is_end_mark, is_furniture
from cqnspider.layouts.page import Page
from cqnspider.layouts.region import is_foreign
from cqnspider.text import key

_HEADINGS = ("h1", "h2", "h3")


class LayoutB(Layout):
    """Any skin of the redesign."""

    name = "B"

    def is_mine(self, page: Page) -> bool:
        """A date line, a title before it, and one more anchor; a page with many date lines and no editor is a list."""
        line = page.date_line
        if line is None or not _title_blocks(page):
            return False
        if page.editor is None:
            others, position = 0, line.last + 1
            while others < 2 and (further := find_date_line(page.blocks, position)) is not None:
                others, position = others + 1, further.last + 1
            if others == 2:
                return False
        return page.crumb is not None or page.editor is not None or bool(page.cms)

    def candidates(self, page: Page) -> Candidates:
        """CMS comment, then the printed title between breadcrumb and date line, then anchors."""
        title = _title_blocks(page)
        found: Candidates = {"title": [("cms", page.cms.get("title")), ("anchor", _joined(title) or None)]}
        add_anchors(page, found)
        return found

    def body_blocks(self, page: Page) -> list[Block]:
        """Between the CMS marks where they are printed, else between date line and editor line."""
        return marked_region(page) or anchored_region(page, _title_blocks(page))


def _joined(title: Sequence[Block]) -> str:
    return " ".join(block.text for block in title)


def _title_blocks(page: Page) -> list[Block]:
    """The printed title: before the date line, behind the breadcrumb, and not a link list, share bar or heading of a side box.

    A heading element that agrees with `<title>` is surest, then any line that does, then the heading nearest to the date line, then
    the nearest line. Source: order in print on all pages seen.
    """
    crumb, line = page.crumb, page.date_line
    if line is None:
        return []
    start = crumb.index + 1 if crumb and crumb.index < line.first else 0
    lines = [
        block
        for block in page.blocks[start : line.first]
        if block.kind == "text"
        and not is_foreign(block)
        and not is_end_mark(block.text)
        and not is_furniture(block.text)
    ]
    if not lines:  # a skin that prints the date line first
        behind = page.blocks[line.last + 1 : line.last + 4]
        lines = [block for block in behind if block.kind == "text" and _heading(block) is not None][:2]
    wanted = key(page.title_tag)
    agreeing = [block for block in lines if wanted and _agrees(key(block.text), wanted)]
    headings = [block for block in lines if _heading(block) is not None]
    pool = [block for block in agreeing if _heading(block) is not None] or agreeing or headings or lines
    if not pool:
        return []
    chosen = pool[-1]
    heading = _heading(chosen)
    if heading is not None:  # a heading broken by <br> is one title
        return [block for block in lines if _heading(block) is heading]
    return [chosen]


def _agrees(printed: str, tag: str) -> bool:
    """Whether a printed line is the `<title>` or, where one of them is cut or lacks its subtitle, begins like it."""
    if len(printed) < 4:
        return printed == tag
    return tag.startswith(printed) or printed.startswith(tag)


def _heading(block: Block) -> etree._Element | None:
    for element in (block.element, *block.element.iterancestors()):
        if element.tag in _HEADINGS:
            return element
        if element.tag in {"body", "td"}:
            return None
    return None
