"""Stores articles in MongoDB by group commit; an item leaves this pipeline when the server has it in its journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.exceptions import CloseSpider, DropItem

from cqnspider.items import Article
from cqnspider.store import Rejected, StoreError, StoreLost
from cqnspider.store.database import Database

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class StorePipeline:
    """Last pipeline. Counts `store/new`, `store/changed`, `store/unchanged`."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> StorePipeline:
        """Scrapy's constructor."""
        return cls(crawler)

    async def open_spider(self) -> None:
        """Connect before the first request; without a database there is no crawl."""
        self.database = Database.of(self.crawler)
        try:
            await self.database.connect()
        except StoreError as error:
            self.database.fail(error)
            raise CloseSpider("mongo_unavailable") from None

    async def process_item(self, item: object) -> object:
        """The item once it is stored; DropItem if this document, or the whole database, refuses it."""
        if not isinstance(item, Article):
            return item
        store = await self.database.connect()
        try:
            stored = await store.writer.put(item)
        except Rejected as error:
            raise DropItem(f"not stored, {error}", log_level="ERROR") from None
        except StoreLost as error:
            self.database.lose(error)
            raise DropItem("not stored, the database is gone", log_level="DEBUG") from None
        self.crawler.stats.inc_value(f"store/{stored.outcome}")
        item.first_seen_at, item.last_seen_at = stored.first_seen_at, stored.last_seen_at
        item.revision, item.duplicate_of = stored.revision, stored.duplicate_of
        return item

    async def close_spider(self) -> None:
        """Write what waits."""
        if (store := Database.of(self.crawler).store) is not None:
            await store.writer.close()
            if store.writer.lost is not None:
                self.database.lose(store.writer.lost)
            self.crawler.stats.set_value("store/sections_added", store.writer.sections_added)
