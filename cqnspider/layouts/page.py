"""One fetched page, parsed once: its tree, its blocks, its CMS comment, and the error that says why a page is no article."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final, Literal

from lxml import etree
from parsel import Selector, css2xpath

from cqnspider.layouts.anchors import Crumb, find_crumb, find_editor
from cqnspider.layouts.blocks import Block, read_blocks
from cqnspider.layouts.dateline import DateLine, find_date_line
from cqnspider.layouts.main_part import main_part
from cqnspider.text import clean
from cqnspider.urls import article_address, site_url

_TAG = re.compile(r"<(\w{1,20})>([^<]{0,2000})</\1>")
_TITLE_LIMIT: Final = 300  # characters; the pattern behind it is not linear
_END: Final = 1000  # characters in which a page usually closes
_CLASS = re.compile(r"\.([\w-]+)")
_TITLE = etree.XPath("string(//head/title | //title)")
_CLOSING = re.compile(r"</(?:html|body)>", re.IGNORECASE)
_META_LIMIT: Final = 20_000  # characters of the CMS comment that are read
# `<title>` ends with the site's name behind a dash, an underscore or a bar.
_SITE_SUFFIX = re.compile(
    r"\s*(?:[-_|–—]+\s*[^-_|–—]{0,20})?[-_|–—]+\s*(?:中国质量(?:新闻网|报)|中国质量网|cqn)[^-_|–—]{0,20}$",
    re.IGNORECASE,
)


Reason = Literal[
    "empty_body", "error_page", "cut_off", "unknown_layout", "no_title", "no_date", "missing_page", "redirected"
]


class PageError(Exception):
    """A page is no article of a known layout; `detail` says what was looked for."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


@lru_cache(maxsize=256)
def _class_names(css: str) -> list[list[str]]:
    """The class names that a page must mention, for each of the selectors between commas."""
    return [_CLASS.findall(each) for each in css.split(",")]


@lru_cache(maxsize=256)
def _compiled(css: str) -> Callable[[etree._Element], Any]:
    return etree.XPath(css2xpath(css), smart_strings=False)


@dataclass(frozen=True, slots=True)
class Anchored:
    """What a reader sees of a page, or of a part of it, and where its anchors stand in there."""

    root: etree._Element
    blocks: list[Block]
    crumb: Crumb | None
    date_line: DateLine | None
    editor: tuple[int, str | None] | None  # position, and the editor where one is printed

    @classmethod
    def below(cls, root: etree._Element) -> Anchored:
        """Read an element: the breadcrumb, the date line first looked for behind it, the editor mark behind that."""
        blocks = read_blocks(root)
        crumb = find_crumb(blocks)
        behind = find_date_line(blocks, crumb.index + 1) if crumb else None
        date_line = behind or find_date_line(blocks)
        return cls(root, blocks, crumb, date_line, find_editor(blocks, date_line.last + 1 if date_line else 0))


class Page:
    """A page's parts, each computed once: `selector` (CSS, XPath), `root` (lxml), `blocks` (what a reader sees)."""

    def __init__(self, url: str, text: str) -> None:
        self.url = site_url(url) or url
        self.address = article_address(url)
        self.text = text
        self._mentioned: dict[str, bool] = {}

    @cached_property
    def selector(self) -> Selector:
        """The page's one parsed tree as a parsel selector."""
        return Selector(root=self.root, type="html")

    @cached_property
    def root(self) -> etree._Element:
        """The tree: plain lxml elements, which are made twice as fast as those of lxml.html."""
        source = self.text.strip().replace("\x00", "").encode("utf-8", "replace")
        parser = etree.HTMLParser(encoding="utf-8", huge_tree=True)
        root = etree.fromstring(source, parser) if source else None
        return root if root is not None else etree.fromstring(b"<html/>", parser)

    def select(self, css: str, *, everywhere: bool = False) -> list[etree._Element]:
        """The elements that a CSS selector finds, in document order: around the article, else, or `everywhere`, on the whole page."""
        if not any(all(map(self.mentions, names)) for names in _class_names(css)):
            return []
        find = _compiled(css)
        found: list[etree._Element] = (not everywhere and find(self.anchored.root)) or find(self.root)
        return found

    def mentions(self, name: str) -> bool:
        """Whether a name stands anywhere in the source."""
        if (found := self._mentioned.get(name)) is None:
            found = self._mentioned[name] = name in self.text
        return found

    @property
    def is_closed(self) -> bool:
        """Whether the page has an end: one that was cut off lacks its closing tags."""
        end = max(0, len(self.text) - _END)
        return _CLOSING.search(self.text, end) is not None or _CLOSING.search(self.text, 0, end + 10) is not None

    @cached_property
    def anchored(self) -> Anchored:
        """The part around the article where all anchors are there, else the whole page."""
        part = main_part(self.root, self.text) if self.address is not None and self.is_closed else None
        if part is not None:
            found = Anchored.below(part)
            if found.crumb and found.date_line and found.editor:
                return found
        return self.whole

    @cached_property
    def whole(self) -> Anchored:
        """The whole page."""
        return Anchored.below(self.root)

    @property
    def blocks(self) -> list[Block]:
        """What a reader sees, in document order: around the article where its anchors are found, else of the whole page."""
        return self.anchored.blocks

    @property
    def crumb(self) -> Crumb | None:
        """The breadcrumb."""
        return self.anchored.crumb

    @property
    def date_line(self) -> DateLine | None:
        """The publish line."""
        return self.anchored.date_line

    @property
    def editor(self) -> tuple[int, str | None] | None:
        """Block position of the editor mark behind the date line, and the editor."""
        return self.anchored.editor

    @cached_property
    def cms(self) -> dict[str, str]:
        """Properties of the CMS comment `<!--enpproperty <title>…</title> … /enpproperty-->`; empty where there is none."""
        start = self.text.find("<!--enpproperty")
        if start < 0:
            return {}
        end = self.text.find("-->", start, start + _META_LIMIT)
        found = _TAG.findall(self.text, start, end if end >= 0 else start + _META_LIMIT)
        return {name.lower(): value for name, raw in found if (value := clean(html.unescape(raw)))}

    @cached_property
    def title_tag(self) -> str:
        """The `<title>` without the site's name; may be cut by the CMS."""
        title = clean(str(_TITLE(self.root)))[:_TITLE_LIMIT]
        return _SITE_SUFFIX.sub("", title)

    def meta(self, name: str) -> str:
        """Content of `<meta name=…>`, whatever its case; '' if there is none."""
        wanted = name.lower()
        for element in self.root.iter("meta"):
            if (element.get("name") or element.get("property") or "").lower() == wanted:
                return clean(element.get("content") or "")
        return ""

    def within(self, container: etree._Element) -> list[Block]:
        """The blocks inside an element."""
        inside = set(container.iter())
        part = self.anchored.root
        blocks = self.blocks if part in (container, *container.iterancestors()) else self.whole.blocks
        return [block for block in blocks if block.element in inside]
