"""A progress line on a terminal: pages, articles, section, rate. Silent where stderr is no terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Never

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
        self.bar: tqdm[Never] | None = None
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
        self.bar = tqdm(unit=" pages", bar_format="{n_fmt} pages, {rate_fmt}, {elapsed}, {postfix}", leave=False)
        self.show("")

    def show(self, section: str) -> None:
        """Articles so far and the section that is read."""
        assert self.bar is not None
        self.bar.set_postfix_str(f"{self.articles} articles, {section}", refresh=False)

    def received(self, response: Response, spider: Spider) -> None:
        """A page came."""
        if self.bar is not None:
            self.show(getattr(spider, "current", ""))
            self.bar.update()

    def stored(self, item: object) -> None:
        """An article was stored."""
        if self.bar is not None and isinstance(item, Article):
            self.articles += 1

    def closed(self) -> None:
        """Remove the line; the summary follows."""
        if self.bar is not None:
            self.bar.close()
            self.bar = None
