"""Where the body of a page without known class names is: between the date line and the editor line, without what is foreign in there.

In: a page's blocks and the positions of its anchors. Out: the body's blocks. Foreign are blocks that are mostly links to other pages and
the boxes around them or around headings such as 图片新闻; a box grows as far as it holds neither the date line nor the body's own text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from lxml import etree

from cqnspider.layouts.blocks import Block
from cqnspider.layouts.furniture import is_caption, is_end_mark, is_furniture

_SENTENCE: Final = 20  # characters of unlinked text that make a line body text rather than furniture


def find_region(
    blocks: Sequence[Block], start: int, editor: int | None, fixed: Sequence[etree._Element]
) -> list[Block]:
    """Blocks of the body: from `start` to the editor line (inclusive: it may close a paragraph), or to what follows the article.

    `fixed` are elements that no foreign box may swallow: those of the title and the date line.
    """
    if editor is None:
        stop, anchor = _open_end(blocks, start)
    else:
        stop = editor + 1
        anchor = next(
            (
                block
                for block in reversed(blocks[start:stop])
                if block.kind == "text" and block.plain >= 10 and not is_furniture(block.text)
            ),
            blocks[editor],
        )
    elements = [*fixed, *([anchor.element] if anchor else [])]
    protected = {up for element in elements for up in (element, *element.iterancestors())}
    return without_foreign(blocks[start:stop], protected, anchor)


def without_foreign(region: Sequence[Block], protected: set[etree._Element], anchor: Block | None) -> list[Block]:
    """The blocks that stand in no foreign box; boxes never reach into `protected` elements. `anchor` is a block of the body's own text."""
    own = _own_links(region, anchor)
    boxes: set[etree._Element] = set()
    for place, block in enumerate(region):
        if is_foreign(block) and place not in own:
            element = block.element
            if element in protected:
                continue
            parent = element.getparent()
            while parent is not None and parent not in protected:
                element, parent = parent, parent.getparent()
            boxes.add(element)
    return [
        block
        for place, block in enumerate(region)
        if (not is_foreign(block) or place in own)
        and block.element not in boxes
        and boxes.isdisjoint(block.element.iterancestors())
    ]


def _own_links(region: Sequence[Block], anchor: Block | None) -> set[int]:
    """Lines of links that are the body itself (a round-up): they stand beside the body's text, and text follows them there."""
    if anchor is None:
        return set()
    container = _container(anchor)
    beside = [place for place, block in enumerate(region) if block.kind == "text" and _container(block) is container]
    texts = [place for place in beside if region[place].plain >= 10 and not is_foreign(region[place])]
    marks = [place for place in beside if is_end_mark(region[place].text)]
    end = min([texts[-1] if texts else 0, *marks])
    return {place for place in beside if place < end}


def _container(block: Block) -> etree._Element | None:
    """The element that holds a line beside others: paragraphs, headings and lists are looked through."""
    element: etree._Element | None = block.element
    while element is not None and element.tag in {"p", "h2", "h3", "h4", "li", "ul", "ol"}:
        element = element.getparent()
    return element


def is_foreign(block: Block) -> bool:
    """A heading of what surrounds articles, or a line that is mostly links to other pages (not to attachments)."""
    if block.kind != "text":
        return False
    if is_end_mark(block.text):
        return True
    pages = sum(
        len(link.text)
        for link in block.links
        if link.href.split("?")[0].lower().endswith((".htm", ".html", ".shtml", "/"))
    )
    return pages * 10 > len(block.text) * 6


def _open_end(blocks: Sequence[Block], start: int) -> tuple[int, Block | None]:
    """Without an editor line: the densest element's text is the body, and the first end mark behind it the end."""
    weight: dict[etree._Element, int] = defaultdict(int)
    first: dict[etree._Element, int] = {}
    for index in range(start, len(blocks)):
        block = blocks[index]
        if block.kind == "text" and block.plain >= _SENTENCE and not is_foreign(block) and not is_furniture(block.text):
            if is_caption(block.text):
                continue
            parent = block.element.getparent() if block.element.tag in {"p", "li"} else None
            holder = block.element if parent is None else parent
            weight[holder] += block.plain
            first.setdefault(holder, index)
    if not weight:
        stop = next((i for i in range(start, len(blocks)) if is_end_mark(blocks[i].text)), len(blocks))
        return stop, next((block for block in blocks[start:stop] if block.kind != "mark"), None)
    densest = max(weight, key=lambda element: (weight[element], -first[element]))
    anchor = first[densest]
    stop = next(
        (i for i in range(anchor, len(blocks)) if blocks[i].kind == "text" and is_end_mark(blocks[i].text)), len(blocks)
    )
    return stop, blocks[anchor]
