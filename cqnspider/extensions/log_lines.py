"""Log lines of a crawl: what happened and where, never a whole article."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from scrapy.logformatter import LogFormatter, LogFormatterResult

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.http import Response
    from twisted.python.failure import Failure


class ShortLogFormatter(LogFormatter):
    """One line an event."""

    def scraped(self, item: Any, response: Response | Failure | None, spider: Spider) -> LogFormatterResult:
        """An item was stored."""
        return {"level": logging.DEBUG, "msg": "stored %(url)s", "args": {"url": getattr(item, "url", "")}}

    def dropped(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """An item was refused; the exception says which and why."""
        line = super().dropped(item, exception, response, spider)  # knows the level that the exception asks for
        return line | {
            "msg": "refused %(url)s: %(why)s",
            "args": {"url": getattr(item, "url", ""), "why": str(exception)},
        }

    def item_error(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """A pipeline raised: a bug, so the traceback follows."""
        return {"level": logging.ERROR, "msg": "pipeline failed at %(url)s", "args": {"url": getattr(item, "url", "")}}
