"""A progress line on a terminal: pages, articles, section, rate. Silent where stderr is no terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from scrapy import signals
from scrapy.exceptions import NotConfigured
from tqdm import tqdm

from cqnspider.items import Article

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response


class Progress:
    """One line, rewritten in place; log lines appear above it."""

    def __init__(self) -> None:
        self.bar: Any = None
        self.articles = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Progress:
        """Scrapy's constructor. Raises NotConfigured off a terminal or where the log is verbose."""
        if not sys.stderr.isatty() or crawler.settings["LOG_LEVEL"] in {"DEBUG", "INFO"}:
            raise NotConfigured
        progress = cls()
        crawler.signals.connect(progress.opened, signal=signals.spider_opened)
        crawler.signals.connect(progress.received, signal=signals.response_received)
        crawler.signals.connect(progress.stored, signal=signals.item_scraped)
        crawler.signals.connect(progress.closed, signal=signals.spider_closed)
        return progress

    def opened(self) -> None:
        """Show the line."""
        self.bar = tqdm(unit=" pages", bar_format="{n_fmt} pages, {postfix[0]} articles, {rate_fmt}, {elapsed}  {postfix[1]}", postfix=[0, ""], leave=False)

    def received(self, response: Response, spider: Spider) -> None:
        """A page came."""
        if self.bar is not None:
            self.bar.postfix[1] = getattr(spider, "current", "")
            self.bar.update()

    def stored(self, item: object) -> None:
        """An article was stored."""
        if self.bar is not None and isinstance(item, Article):
            self.bar.postfix[0] += 1
            self.bar.refresh()

    def closed(self) -> None:
        """Remove the line; the summary follows."""
        if self.bar is not None:
            self.bar.close()
            self.bar = None
