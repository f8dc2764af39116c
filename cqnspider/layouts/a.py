"""Layout A, 2016–2024: `div.Detail_Title`, `div.publish`, `div.Detail_Content`.

Source: rules of other people's spiders of 2016–2020 and the CMS comment `<!--enpproperty …-->`.
"""

from __future__ import annotations

from typing import ClassVar

from cqnspider.layouts.base import ClassLayout
from cqnspider.layouts.page import Page


class LayoutA(ClassLayout):
    """Pages of 2016–2024; old pages keep it."""

    name = "A"
    rules: ClassVar = {
        "title": ("div.Detail_Title h1", "div.Detail_Title"),
        "publish": ("div.publish",),
        "source": ("div.publish span.from",),
        "section": ("div.box a",),
        "body": ("div.Detail_Content div.content", "div.Detail_Content"),
    }

    def is_mine(self, page: Page) -> bool:
        """One of its own class names is enough; they are on no other layout."""
        return bool(page.select("div.Detail_Title, div.Detail_Content"))
