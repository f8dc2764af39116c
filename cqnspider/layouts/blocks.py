"""A page as the sequence of what a reader sees: lines of text, images, data tables.

In: an lxml tree. Out: `Block`s in document order. Class names play no part here, so text anchors and density work on any skin. Inline
markup (span, font, strong, a) never splits a line; block elements and `<br>` do. The walk is iterative: nesting depth is no danger.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from lxml import etree
from lxml.html import HtmlElement

from cqnspider.layouts.tables import data_table
from cqnspider.text import clean

BLOCK_TAGS: Final = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
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
    element: HtmlElement
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


def read_blocks(root: HtmlElement) -> list[Block]:
    """All blocks below `root` in document order."""
    return list(_Walk(root).blocks())


class _Walk:
    def __init__(self, root: HtmlElement) -> None:
        self.root = root
        self.pieces: list[str] = []
        self.links: list[tuple[str, int, int]] = []
        self.open_link: tuple[str, int] | None = None
        self.block_stack: list[HtmlElement] = [root]

    def blocks(self) -> Iterator[Block]:
        walker = etree.iterwalk(self.root, events=("start", "end", "comment"))
        for event, element in walker:
            if event == "start":
                if element.tag in SKIPPED_TAGS or _hidden(element):
                    walker.skip_subtree()
                    continue
                yield from self._start(element)
                if element.tag == "table" and (rows := data_table(element)) is not None:
                    yield Block("table", element, rows=rows)
                    walker.skip_subtree()
                elif element.text:
                    self.pieces.append(element.text)
            elif event == "end":
                yield from self._end(element)
            else:
                yield from self._comment(element)
        yield from self._flush()

    def _start(self, element: HtmlElement) -> Iterator[Block]:
        tag = element.tag
        if tag in BLOCK_TAGS:
            yield from self._flush()
            self.block_stack.append(element)
        elif tag == "br":
            yield from self._flush()
        elif tag == "a":
            self.open_link = (element.get("href") or "", len(self.pieces))
        elif tag == "img":
            source = next((s for name in ("data-src", "data-original", "src") if (s := element.get(name))), "")
            image = Block(
                "image", self.block_stack[-1], clean(element.get("alt") or element.get("title") or ""), src=source
            )
            if self.open_link is not None:
                image.links.append(Link(self.open_link[0], image.text))
            yield image

    def _end(self, element: HtmlElement) -> Iterator[Block]:
        tag = element.tag
        if tag in BLOCK_TAGS and len(self.block_stack) > 1 and self.block_stack[-1] is element:
            yield from self._flush()
            self.block_stack.pop()
        elif tag == "a" and self.open_link is not None:
            href, start = self.open_link
            self.links.append((href, start, len(self.pieces)))
            self.open_link = None
        if element.tail and element is not self.root:
            self.pieces.append(element.tail)

    def _comment(self, element: HtmlElement) -> Iterator[Block]:
        mark = (element.text or "").strip().lower()
        if mark in {"enpcontent", "/enpcontent"}:
            yield from self._flush()
            yield Block("mark", self.block_stack[-1], mark)
        if element.tail:
            self.pieces.append(element.tail)

    def _flush(self) -> Iterator[Block]:
        """Close the current line; a link that is still open (it wraps block elements) goes on in the next one."""
        if self.open_link is not None:
            href, start = self.open_link
            self.links.append((href, start, len(self.pieces)))
            self.open_link = (href, 0)
        if self.pieces and (text := clean("".join(self.pieces))):
            links = [
                Link(href, clean("".join(self.pieces[start:end]))) for href, start, end in self.links if end > start
            ]
            if self.block_stack[-1].tag == "pre":
                lines = [line for raw in "".join(self.pieces).split("\n") if (line := clean(raw))]
                yield from (Block("text", self.block_stack[-1], line) for line in lines)
            else:
                yield Block("text", self.block_stack[-1], text, links, raw=self.pieces)
        self.pieces = []
        self.links = []


def _hidden(element: HtmlElement) -> bool:
    style = element.get("style")
    if style and "none" in style and "display:none" in style.replace(" ", "").lower():
        return True
    return element.get("hidden") is not None
