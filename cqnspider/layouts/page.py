"""One fetched page, parsed once: its tree, its blocks, its CMS comment, and the error that says why a page is no article."""

from __future__ import annotations

import html
import re
from functools import cached_property
from typing import Final, Literal

from lxml.html import HtmlElement
from parsel import Selector

from cqnspider.layouts.anchors import Crumb, find_crumb, find_editor
from cqnspider.layouts.blocks import Block, read_blocks
from cqnspider.layouts.dateline import DateLine, find_date_line
from cqnspider.text import clean
from cqnspider.urls import article_address, site_url

_TAG = re.compile(r"<(\w{1,20})>([^<]{0,2000})</\1>")
_TITLE_LIMIT: Final = 300  # characters; the pattern behind it is not linear
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


class Page:
    """A page's parts, each computed once: `selector` (CSS, XPath), `root` (lxml), `blocks` (what a reader sees)."""

    def __init__(self, url: str, text: str) -> None:
        self.url = site_url(url) or url
        self.address = article_address(url)
        self.text = text

    @cached_property
    def selector(self) -> Selector:
        """The page's one parsed tree as a parsel selector."""
        return Selector(self.text or "<html/>", type="html")  # parsel would take JSON for JSON

    @property
    def root(self) -> HtmlElement:
        """The same tree for lxml."""
        root: HtmlElement = self.selector.root
        return root

    @cached_property
    def blocks(self) -> list[Block]:
        """What a reader sees, in document order."""
        return read_blocks(self.root)

    @cached_property
    def crumb(self) -> Crumb | None:
        """The breadcrumb."""
        return find_crumb(self.blocks)

    @cached_property
    def date_line(self) -> DateLine | None:
        """The publish line, first looked for behind the breadcrumb."""
        behind = find_date_line(self.blocks, self.crumb.index + 1) if self.crumb else None
        return behind or find_date_line(self.blocks)

    @cached_property
    def editor(self) -> tuple[int, str | None] | None:
        """Block position of the editor mark behind the date line, and the editor."""
        start = self.date_line.last + 1 if self.date_line else 0
        return find_editor(self.blocks, start)

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
        title = clean(self.selector.xpath("string(//head/title | //title)").get() or "")[:_TITLE_LIMIT]
        return _SITE_SUFFIX.sub("", title)

    def meta(self, name: str) -> str:
        """Content of `<meta name=…>`, whatever its case; '' if there is none."""
        wanted = name.lower()
        for element in self.root.iter("meta"):
            if (element.get("name") or element.get("property") or "").lower() == wanted:
                return clean(element.get("content") or "")
        return ""

    def within(self, container: HtmlElement) -> list[Block]:
        """The blocks inside an element."""
        inside = set(container.iter())
        return [block for block in self.blocks if block.element in inside]
