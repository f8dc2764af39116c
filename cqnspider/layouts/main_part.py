"""The part of a page that holds the article: the smallest element around everything that looks like one of its anchors.

In: the tree of a page and its source. Out: an element, or None where the anchors are not all there. Menus, side columns and footers stand outside of it on most
skins; they are 60–90 % of a page and need not be read line by line.
"""

from __future__ import annotations

import re
from typing import Any, Final

from lxml import etree

from cqnspider.layouts.blocks import BLOCK_TAGS, SKIPPED_TAGS, is_hidden
from cqnspider.layouts.tables import data_table

# What looks like breadcrumb label, time of day or editor mark. All that do count, so that the first or last anchor inside is the page's.
_ANCHOR: Final = re.compile(r"位置|当前栏目|责.{0,6}编|值班编辑|\d[:：]\d\d", re.DOTALL)
_MARKED: Final = etree.XPath("descendant::comment()[contains(., 'enpcontent') or contains(., 'ENPCONTENT')]/..")
_FEWEST: Final = 3  # breadcrumb, date line, editor
_MOST: Final = 200  # a page has some ten; a list of thousands is no article


def main_part(root: etree._Element, source: str) -> etree._Element | None:
    """The smallest block element that holds all anchors; None where that says nothing: too few, hidden, or inside a table of data."""
    anchors = _anchors(root)
    if not _FEWEST <= len(anchors) <= _MOST:
        return None
    path = [anchors[0], *anchors[0].iterancestors()]
    marked: Any = _MARKED(root) if "enpcontent" in source or "ENPCONTENT" in source else ()
    for anchor in (*anchors[1:], *marked):
        own = {anchor, *anchor.iterancestors()}
        path = [element for element in path if element in own]
    while path and path[0].tag not in BLOCK_TAGS:
        path = path[1:]
    for element in path:
        if element.tag in SKIPPED_TAGS or is_hidden(element) or element.tag == "a":
            return None
        if element.tag == "table" and data_table(element) is not None:
            return None
    return path[0] if path else None


def _anchors(root: etree._Element) -> list[etree._Element]:
    """The elements around text that looks like an anchor, in the order of their text nodes. XPath would take twice as long."""
    found = []
    for element in root.iter():
        text, tail = element.text, element.tail
        if text and _may_be(text) and _printed(element) and _ANCHOR.search(text):
            found.append(element)
        if tail and _may_be(tail) and _ANCHOR.search(tail) and (parent := element.getparent()) is not None:
            found.append(parent)
    return found


def _printed(element: etree._Element) -> bool:
    return isinstance(element.tag, str) and element.tag not in SKIPPED_TAGS  # a comment's tag is a function


def _may_be(text: str) -> bool:
    """A first sieve: what every anchor has one of."""
    return ":" in text or "编" in text or "：" in text or "位置" in text
