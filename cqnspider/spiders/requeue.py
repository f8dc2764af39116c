"""`scrapy requeue`: failed articles again, from their raw pages (today's code may read them) or, with fetch=1, from the site.

What succeeds is stored like any article, and its dead letters go; what fails again is counted up. Failed list pages are read by the next local_news.
"""

from __future__ import annotations

import traceback
from collections.abc import AsyncIterator, Iterator
from http import HTTPStatus
from typing import Any

from scrapy import Request
from scrapy.http import Response
from scrapy.responsetypes import responsetypes

from cqnspider.arguments import requeue_arguments
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

    async def begin(self) -> AsyncIterator[Article | Request]:
        """Articles from their raw pages; requests where fetching is asked for."""
        store = await self.store()
        async for letter in store.dead_letters.articles():
            address = article_address(letter.url)
            if address is None:
                continue
            stored = (await store.known([address.id])).get(address.id)
            sections = {letter.section} if letter.section else set()
            if stored is not None and stored.looked_at > letter.failed_at:
                await store.dead_letters.remove([address.id])  # it has been read since, or is known to be gone
                self.inc("letters/superseded")
            elif self.fetch:
                yield self.article_request(address, sections)
            elif not is_readable(letter):
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
                each.fetched_at = letter.failed_at
                yield each


def is_readable(letter: Letter) -> bool:
    """Whether the letter holds the first page of its article, as an answer and not as an error."""
    page = letter.page
    if page is None or page.status != HTTPStatus.OK:
        return False
    address = article_address(page.url)
    return address is None or address.page == 1


def saved_response(letter: Letter) -> Response:
    """The page as it came, from where it came."""
    page = letter.page
    assert page is not None
    headers = {"Content-Type": page.content_type or "text/html"}
    kind = responsetypes.from_args(
        headers={b"Content-Type": headers["Content-Type"].encode()}, url=page.url, body=page.body
    )
    return kind(page.url, headers=headers, body=page.body)
