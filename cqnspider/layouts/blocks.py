"""A page as the sequence of what a reader sees: lines of text, images, data tables.

In: an lxml tree. Out: `Block`s in document order. Class names play no part here, so text anchors and density work on any skin. Inline
markup (span, font, strong, a) never splits a line; block elements and `<br>` do. The walk is iterative: nesting depth is no danger.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from lxml import etree

from cqnspider.layouts.tables import data_table
from cqnspider.text import clean

BLOCK_TAGS: Final = frozenset(
    """
    address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6
    header hr html legend li main nav ol p pre section summary table tbody td tfoot th thead tr ul
    """.split()  # noqa: SIM905 – a table to be read and added to
)
SKIPPED_TAGS: Final = frozenset(
    ["script", "style", "noscript", "template", "head", "select", "button", "textarea", "iframe", "object", "svg"]
)

_SHORT: Final = 120  # characters; longer lines are no lines of date, source and buttons


@dataclass(slots=True)
class Link:
    """An `<a href>` with the text it covers in its block."""

    href: str
    text: str


@dataclass(slots=True)
class Block:
    """One line, image, data table or CMS mark. `element` is the nearest block element around it."""

    kind: Literal["text", "image", "table", "mark"]
    element: etree._Element
    text: str = ""
    links: list[Link] = field(default_factory=list)
    src: str = ""
    rows: list[list[str]] = field(default_factory=list)
    raw: Sequence[str] = ()

    @property
    def pieces(self) -> list[str]:
        """The text nodes of a short line: what a skin prints in elements of their own (date, source, buttons) without a space between."""
        return [piece for raw in self.raw if (piece := clean(raw))] if len(self.text) <= _SHORT else []

    @property
    def linked(self) -> int:
        """How many characters of the text stand inside links."""
        return sum(len(link.text) for link in self.links)

    @property
    def plain(self) -> int:
        """How many characters of the text stand outside links."""
        return max(0, len(self.text) - self.linked)


def read_blocks(root: etree._Element) -> list[Block]:
    """All blocks below `root` in document order."""
    walk = _Walk(root)
    walker = etree.iterwalk(root, events=("start", "end", "comment"))
    for event, element in walker:
        if event == "end":
            walk.end(element)
        elif event == "comment":
            walk.comment(element)
        elif element.tag in SKIPPED_TAGS or is_hidden(element) or walk.start(element):
            walker.skip_subtree()
    walk.flush()
    return walk.blocks


class _Walk:
    """The blocks so far, and the line that is being read."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.blocks: list[Block] = []
        self.pieces: list[str] = []
        self.links: list[tuple[str, int, int]] = []
        self.open_link: tuple[str, int] | None = None
        self.block_stack = [root]

    def start(self, element: etree._Element) -> bool:
        """Enter an element; whether it is done with all that is in it."""
        tag = element.tag
        if tag in BLOCK_TAGS:
            self.flush()
            self.block_stack.append(element)
            if tag == "table" and (rows := data_table(element)) is not None:
                self.blocks.append(Block("table", element, rows=rows))
                return True
        elif tag == "br":
            self.flush()
        elif tag == "a":
            self.open_link = (element.get("href") or "", len(self.pieces))
        elif tag == "img":
            self.image(element)
        self.say(element.text)
        return False

    def say(self, text: str | None) -> None:
        """Add to the line; white space before its first word is none of it."""
        if text and (self.pieces or not text.isspace()):
            self.pieces.append(text)

    def image(self, element: etree._Element) -> None:
        """An image, where the line stands."""
        source = next((s for name in ("data-src", "data-original", "src") if (s := element.get(name))), "")
        label = clean(element.get("alt") or element.get("title") or "")
        links = [Link(self.open_link[0], label)] if self.open_link is not None else []
        self.blocks.append(Block("image", self.block_stack[-1], label, links, source))

    def end(self, element: etree._Element) -> None:
        """Leave an element."""
        tag = element.tag
        if tag in BLOCK_TAGS and len(self.block_stack) > 1 and self.block_stack[-1] is element:
            self.flush()
            self.block_stack.pop()
        elif tag == "a" and self.open_link is not None:
            href, start = self.open_link
            self.links.append((href, start, len(self.pieces)))
            self.open_link = None
        if element is not self.root:
            self.say(element.tail)

    def comment(self, element: etree._Element) -> None:
        """A comment is nothing but what the CMS marks with it."""
        mark = (element.text or "").strip().lower()
        if mark in {"enpcontent", "/enpcontent"}:
            self.flush()
            self.blocks.append(Block("mark", self.block_stack[-1], mark))
        self.say(element.tail)

    def flush(self) -> None:
        """Close the current line; a link that is still open (it wraps block elements) goes on in the next one."""
        if self.open_link is not None:
            href, start = self.open_link
            self.links.append((href, start, len(self.pieces)))
            self.open_link = (href, 0)
        if not self.pieces:
            self.links = []
            return
        if text := clean("".join(self.pieces)):
            element = self.block_stack[-1]
            if element.tag == "pre":
                lines = [line for raw in "".join(self.pieces).split("\n") if (line := clean(raw))]
                self.blocks.extend(Block("text", element, line) for line in lines)
            else:
                links = [
                    Link(href, clean("".join(self.pieces[start:end]))) for href, start, end in self.links if end > start
                ]
                self.blocks.append(Block("text", element, text, links, raw=self.pieces))
        self.pieces, self.links = [], []


def text_of(element: etree._Element) -> str:
    """All text inside an element, as it stands in the source."""
    return str(element.xpath("string()"))


def is_hidden(element: etree._Element) -> bool:
    """Whether a browser would not show an element."""
    style = element.get("style")
    if style and "none" in style and "display:none" in style.replace(" ", "").lower():
        return True
    return element.get("hidden") is not None
