"""`scrapy requeue`: failed articles again, from their raw pages (today's code may read them) or, with fetch=1, from the site.

What succeeds is stored like any article, and its dead letters go; what fails again is counted up. Failed list pages are read by the next local_news.
"""

from __future__ import annotations

import traceback
from collections.abc import AsyncIterator, Iterator
from typing import Any

from scrapy import Request
from scrapy.http import HtmlResponse, Response
from scrapy.responsetypes import responsetypes

from cqnspider.arguments import requeue_arguments
from cqnspider.charset import charset_of
from cqnspider.items import Article, Failure
from cqnspider.spiders.base import CqnSpider
from cqnspider.store.dead_letters import Letter
from cqnspider.urls import ArticleAddress, article_address


class RequeueSpider(CqnSpider):
    """Tries dead letters again."""

    name = "requeue"
    check_arguments = staticmethod(requeue_arguments)

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self.fetch = requeue_arguments(kwargs)

    async def start(self) -> AsyncIterator[Article | Request]:
        """Articles from their raw pages; requests where fetching is asked for."""
        store = await self.store()
        async for letter in store.letters():
            address = article_address(letter.url)
            if address is None:
                continue
            sections = {letter.section} if letter.section else set()
            if self.fetch:
                yield self.article_request(address, sections)
            elif letter.body is None or address.page > 1:
                self.inc("letters/need_fetch")
            else:
                for article in self.again(letter, address, sections):
                    yield article

    def again(self, letter: Letter, address: ArticleAddress, sections: set[str]) -> Iterator[Article]:
        """The article of a raw page, or the failure that it still is."""
        self.awaited[address.id] = (address.url, sections)
        response = saved_response(letter)
        try:
            found = list(self.parse_article(response, address, sections))
        except Exception as error:  # a bug that this page wakes hides no other page
            lines = "".join(traceback.format_exception(error))
            failure = Failure("spider", address.url, type(error).__name__, str(error), traceback=lines)
            self.fail(failure, sections, response)
            return
        for each in found:
            if isinstance(each, Request):  # the article has more pages
                self.awaited.pop(address.id, None)
                self.inc("letters/need_fetch")
            else:
                yield each


def saved_response(letter: Letter) -> Response:
    """The page as it came."""
    assert letter.body is not None
    headers = {"Content-Type": letter.content_type or "text/html"}
    kind = responsetypes.from_args(
        headers={b"Content-Type": headers["Content-Type"].encode()}, url=letter.url, body=letter.body
    )
    if issubclass(kind, HtmlResponse):
        return kind(letter.url, headers=headers, body=letter.body, encoding=charset_of(letter.body))
    return kind(letter.url, headers=headers, body=letter.body)
