"""`scrapy crawl article -a urls=URL[,URL]` or `-a file=urls.txt`: named articles, fetched again even if they are stored."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request

from cqnspider.arguments import article_arguments
from cqnspider.items import Article
from cqnspider.spiders.base import CqnSpider


class ArticleSpider(CqnSpider):
    """Reads the articles it is told."""

    name = "article"
    check_arguments = staticmethod(article_arguments)

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self.addresses = article_arguments(kwargs)

    async def begin(self) -> AsyncIterator[Article | Request]:
        """One request an article."""
        for address in self.addresses:
            yield self.article_request(address, set())
