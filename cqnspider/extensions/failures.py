"""Everything that fails becomes a dead letter: what spiders report, and exceptions and refusals that Scrapy reports.

All of it goes through one signal, `page_failed`, which the record of the run hears too.
"""

from __future__ import annotations

import asyncio
import logging
import traceback
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from scrapy import signals

from cqnspider.items import Article, Failure
from cqnspider.signals import page_failed, raw_page
from cqnspider.store import StoreError
from cqnspider.store.database import Database
from cqnspider.urls import article_address

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure as TwistedFailure

logger = logging.getLogger(__name__)
_GROUP: Final = 20  # letters a write; a page of 50 KB each


class Failures:
    """Turns signals into `Failure`s and writes them; `drain` waits until all are written."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.waiting: list[Failure] = []
        self.writing: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Failures:
        """Scrapy's constructor."""
        failures = cls(crawler)
        connect = crawler.signals.connect
        connect(failures.failed, signal=page_failed)
        connect(failures.item_scraped, signal=signals.item_scraped)
        connect(failures.item_dropped, signal=signals.item_dropped)
        connect(failures.item_error, signal=signals.item_error)
        connect(failures.spider_error, signal=signals.spider_error)
        return failures

    def failed(self, failure: Failure) -> None:
        """Queue a failure; without a database there is nowhere to keep it."""
        database = Database.of(self.crawler)
        if database.store is None or database.error is not None:
            return
        self.waiting.append(failure)
        if self.writing is None:
            self.writing = asyncio.get_running_loop().create_task(self._write())

    def item_scraped(self, item: object) -> None:
        """What failed at one address of an article has come from another."""
        if isinstance(item, Article) and self.waiting:
            self.waiting = [each for each in self.waiting if _article_id(each.url) != item.id]

    def item_dropped(self, item: object, exception: BaseException, response: Response | TwistedFailure | None) -> None:
        """A pipeline refused an article: `reason: detail` are its words."""
        reason, _, detail = str(exception).partition(": ")
        self._report(Failure("pipeline", getattr(item, "url", ""), reason, detail), item, response)

    def item_error(self, item: object, failure: TwistedFailure, response: Response | TwistedFailure | None) -> None:
        """An exception in a pipeline."""
        self._raised("pipeline", getattr(item, "url", ""), failure, item, response)

    def spider_error(self, failure: TwistedFailure, response: Response | TwistedFailure) -> None:
        """An exception in a spider's callback or errback."""
        request = getattr(response, "request", None)
        self._raised("spider", request.url if request is not None else "", failure, None, response)

    def _raised(
        self, stage: str, url: str, failure: TwistedFailure, item: object, response: Response | TwistedFailure | None
    ) -> None:
        error = failure.value
        assert error is not None
        detail = " ".join(str(error).split())
        lines = "".join(traceback.format_exception(error))
        self._report(Failure(stage, url, type(error).__name__, detail, traceback=lines), item, response)

    def _report(self, failure: Failure, item: object, response: Response | TwistedFailure | None) -> None:
        sections = getattr(item, "sections", None)
        failure = replace(failure, section=sections[0] if sections else None, page=raw_page(response))
        self.crawler.signals.send_catch_log(page_failed, failure=failure)

    async def _write(self) -> None:
        database = Database.of(self.crawler)
        try:
            while self.waiting and database.error is None:
                group, self.waiting = self.waiting[:_GROUP], self.waiting[_GROUP:]
                store = await database.connect()
                await store.dead_letters.put(group, database.run_id)
        except StoreError as error:
            logger.error("failures could not be kept as dead letters: %s", error)
        finally:
            self.writing = None

    async def drain(self) -> None:
        """Wait until all letters are written."""
        while self.writing is not None:
            await asyncio.wait([self.writing])


def _article_id(url: str) -> str | None:
    address = article_address(url)
    return address.id if address else None
