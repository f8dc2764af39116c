"""The mobile skin (`m.cqn.com.cn`, `/m/…`) and topic pages: `div.title`, `div.info` with a span, `div.content`."""

from __future__ import annotations

from typing import ClassVar

from cqnspider.layouts.base import ClassLayout
from cqnspider.layouts.blocks import text_of
from cqnspider.layouts.dateline import parse_date_time
from cqnspider.layouts.page import Page


class LayoutMobile(ClassLayout):
    """The alternative skin of 2016–2020."""

    name = "mobile"
    rules: ClassVar = {
        "title": ("div.title h1", "div.title"),
        "publish": ("div.info",),
        "source": (),
        "section": (),
        "body": ("div.content",),
    }

    def is_mine(self, page: Page) -> bool:
        """These class names are common words: all three must be there, once each, with a date-time in the info line."""
        parts = [page.select(css, everywhere=True) for css in ("div.title", "div.info", "div.content")]
        return all(len(part) == 1 for part in parts) and parse_date_time(text_of(parts[1][0])) is not None
