"""Reads the numbers out of an article's paragraphs. Titles, tables and captions are not read."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from cqnspider.items import Article, Metric
from cqnspider.metrics import extract

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)
MAX_METRICS: Final = 2000  # of one article; a long report has 200. MongoDB takes 16 MB a document


class MetricsPipeline:
    """Fills `Article.metrics`; counts `metrics/found`."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> MetricsPipeline:
        """Scrapy's constructor."""
        return cls(crawler)

    def process_item(self, item: object) -> object:
        """The same item with its metrics."""
        if isinstance(item, Article):
            item.metrics = metrics_of(item)
            self.crawler.stats.inc_value("metrics/found", len(item.metrics))
        return item


def metrics_of(article: Article) -> list[Metric]:
    """The metrics of all paragraphs in order, at most MAX_METRICS of them."""
    metrics: list[Metric] = []
    for index, paragraph in enumerate(article.paragraphs):
        metrics.extend(extract(paragraph, index))
        if len(metrics) > MAX_METRICS:
            logger.warning(
                "%s has more than %d numbers, the rest is left out: %s", article.id, MAX_METRICS, article.url
            )
            return metrics[:MAX_METRICS]
    return metrics
