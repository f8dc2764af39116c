"""One database connection a crawl, shared by the spider, the store pipeline and the run record; closed when all of them are done."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from scrapy import signals

from cqnspider.store.errors import StoreError, StoreLost
from cqnspider.store.runs import new_run_id
from cqnspider.store.store import Store

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)


class Database:
    """Connects on first use. `error` says why there is no database (any more)."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.run_id = new_run_id()
        self.store: Store | None = None
        self.before_commit: Callable[[], Awaitable[None]] | None = None  # what must be safe before articles are
        self.error: StoreError | None = None
        self._lock = asyncio.Lock()
        self._closing: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Database:
        """Scrapy's constructor."""
        database = cls(crawler)
        crawler.signals.connect(database.close, signal=signals.engine_stopped)  # after the run is recorded
        return database

    @classmethod
    def of(cls, crawler: Crawler) -> Database:
        """The one of a crawl."""
        database = crawler.get_extension(cls)
        assert database is not None, "settings.EXTENSIONS must enable cqnspider.store.database.Database"
        return database

    async def connect(self) -> Store:
        """The open store. Raises StoreError."""
        if self.store is not None:
            return self.store
        async with self._lock:
            if self.store is None:
                self.store = await (await asyncio.to_thread(Store.from_settings, self.crawler.settings)).open()
                self.store.writer.before_commit = self.before_commit
        return self.store

    def fail(self, error: StoreError) -> None:
        """There is no database: say so once."""
        if self.error is None:
            self.error = error

    def lose(self, error: StoreLost) -> None:
        """The database is gone: say so once and end the crawl, whatever is still running."""
        if self.error is None:
            words = self.store.last_words() if self.store is not None else None
            self.error = StoreLost(f"{error}. {words}") if words else error
            self._closing = asyncio.get_running_loop().create_task(
                self.crawler.engine.close_spider_async(reason="mongo_lost")
            )

    async def close(self) -> None:
        """Disconnect."""
        if self.store is not None:
            await self.store.close()
            self.store = None
