"""Layout C, legacy pages until 2015: `div.Index_ShowDetail_*`, gb2312 bytes, address `/news/…/{number}.html`."""

from __future__ import annotations

from typing import ClassVar

from cqnspider.layouts.base import ClassLayout
from cqnspider.layouts.page import Page


class LayoutC(ClassLayout):
    """Pages until 2015."""

    name = "C"
    rules: ClassVar = {
        "title": ("div.Index_ShowDetail_Title h1", "div.Index_ShowDetail_Title"),
        "publish": ("div.Index_ShowDetail_Time",),
        "source": (),
        "section": (),
        "body": ("div.Index_ShowDetail_Content",),
    }

    def is_mine(self, page: Page) -> bool:
        """Its class names are on no other layout."""
        return bool(page.select("div.Index_ShowDetail_Title, div.Index_ShowDetail_Content"))
