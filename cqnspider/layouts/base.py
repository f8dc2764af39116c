"""What a layout is: a marker that says "mine", candidates for each field in order of trust, and the blocks of the body.

A candidate is `(rule, value)`: the loader takes the first that gives a value, counts every rule's hits, and compares the values of title and
date among all rules. Layouts with known class names are a table of CSS selectors (`ClassLayout`); text anchors stand behind them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from lxml import etree

from cqnspider.layouts.anchors import find_editor
from cqnspider.layouts.blocks import Block, text_of
from cqnspider.layouts.body import Body
from cqnspider.layouts.dateline import split_date_line
from cqnspider.layouts.page import Page
from cqnspider.layouts.region import find_region, without_foreign
from cqnspider.text import clean

Candidates = dict[str, list[tuple[str, object]]]


@dataclass(slots=True)
class Reading:
    """What a layout read from one page: raw candidates by field, the clean body, addresses of the article's further pages."""

    layout: str
    candidates: Candidates
    body: Body
    pages: list[str] = field(default_factory=list)


class Layout(ABC):
    """A page layout."""

    name: ClassVar[str]

    @abstractmethod
    def is_mine(self, page: Page) -> bool:
        """The marker: whether this page has this layout."""

    @abstractmethod
    def candidates(self, page: Page) -> Candidates:
        """Raw values by field, each with the name of the rule that found it."""

    @abstractmethod
    def body_blocks(self, page: Page) -> list[Block]:
        """The blocks of the body."""


class ClassLayout(Layout):
    """A layout whose class names are known: `rules` maps title, publish, source, section and body to CSS selectors."""

    rules: ClassVar[Mapping[str, Sequence[str]]]

    def candidates(self, page: Page) -> Candidates:
        """CMS comment first where present, then classes, then text anchors."""
        found: Candidates = {
            "title": [("cms", page.cms.get("title"))],
            "published_at": [],
            "source": [],
            "section": [],
            "editor": [],
        }
        for css in self.rules["title"]:
            found["title"].append((css, _text(page.select(css))))
        for css in self.rules["publish"]:
            elements = page.select(css)
            line = _text(elements)
            split = split_date_line(line, _pieces(elements[0])) if line else None
            found["published_at"].append((css, split[0] if split else None))
            found["source"].append((css, split[1] if split else None))
        found["source"][:0] = [(css, _text(page.select(css))) for css in self.rules["source"]]
        add_anchors(page, found)
        for css in self.rules["section"]:
            links = [clean(text_of(link)) for link in page.select(css)]
            found["section"].append((css, [text for text in links if text]))
        return found

    def body_blocks(self, page: Page) -> list[Block]:
        """Between the CMS marks, else in the body's element, else by anchors."""
        region = marked_region(page)
        for css in () if region else self.rules["body"]:
            containers = page.select(css)
            if containers:
                region = page.within(containers[0])
                break
        if not region:
            return anchored_region(page)
        heaviest = max(region, key=lambda block: block.plain)
        protected = {heaviest.element, *heaviest.element.iterancestors()}
        return without_foreign(region, protected, heaviest)


def _text(elements: Sequence[etree._Element]) -> str | None:
    return next((text for element in elements if (text := clean(text_of(element)))), None)


def _pieces(element: etree._Element) -> list[str]:
    """The text nodes inside an element."""
    nodes: Any = element.xpath(".//text()", smart_strings=False)
    return [piece for node in nodes if (piece := clean(node))]


def add_anchors(page: Page, found: Candidates) -> None:
    """Candidates by text anchors and by the CMS comment: the same on every skin."""
    crumb, line = page.crumb, page.date_line
    found.setdefault("section", []).append(("anchor", crumb.entries if crumb else None))
    found.setdefault("published_at", []).extend(
        [("anchor", line.published_at if line else None), ("cms", page.cms.get("date"))]
    )
    found.setdefault("source", []).append(("anchor", line.source if line else None))
    editor = page.editor or (find_editor(page.blocks[: line.last + 1], line.first) if line else None)
    found.setdefault("editor", []).append(("anchor", editor[1] if editor else None))
    found["keywords"] = [
        ("meta", page.meta("keywords") or None),
        ("cms", page.cms.get("keyword") or page.cms.get("keywords")),
    ]


def marked_region(page: Page) -> list[Block]:
    """Blocks between `<!--enpcontent-->` and `<!--/enpcontent-->`; empty where the CMS printed no marks."""
    region: list[Block] = []
    inside = False
    for block in page.blocks:
        if block.kind == "mark":
            inside = block.text == "enpcontent"
        elif inside:
            region.append(block)
    return region


def anchored_region(page: Page, title: Sequence[Block] = ()) -> list[Block]:
    """The body between the date line and the editor line of any skin; empty without a date line."""
    line = page.date_line
    if line is None:
        return []
    fixed = [page.blocks[line.first].element, *(block.element for block in title)]
    behind = [
        place
        for place in range(line.last + 1, len(page.blocks))
        if any(page.blocks[place] is block for block in title[:1])
    ]
    start = behind[0] + len(title) if behind else line.last + 1  # a skin that prints the title behind the date line
    return find_region(page.blocks, start, page.editor[0] if page.editor else None, fixed)
