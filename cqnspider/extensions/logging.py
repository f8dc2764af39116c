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
        level = logging.getLevelNamesMapping().get(
            str(getattr(exception, "log_level", None) or "WARNING"), logging.WARNING
        )
        return {"level": level, "msg": "refused %(exception)s", "args": {"exception": str(exception)}}

    def item_error(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """A pipeline raised: a bug, so the traceback follows."""
        return {"level": logging.ERROR, "msg": "pipeline failed at %(url)s", "args": {"url": getattr(item, "url", "")}}
