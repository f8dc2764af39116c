"""Scrapy's feed exports, with an error while writing that is counted and said once, instead of a traceback an item and exit code 0."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from scrapy.extensions.feedexport import FeedExporter

if TYPE_CHECKING:
    from scrapy import Spider

logger = logging.getLogger(__name__)


class Feeds(FeedExporter):
    """Goes on crawling when an output file cannot be written; the database is not concerned."""

    broken = False

    def item_scraped(self, item: Any, spider: Spider) -> None:
        """Write the item to all output files, until one fails."""
        if self.broken:
            return
        try:
            super().item_scraped(item, spider)
        except OSError as error:
            self.broken = True
            logger.error("output file not written any further: %s", error)
            self.crawler.stats.inc_value("feedexport/failed_count/while_writing")
