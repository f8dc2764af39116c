"""Scrapy's feed exports, with an error while writing that is counted and said once, instead of a traceback an item and exit code 0.

CSV is read by spreadsheets, which run what begins like a formula; such cells get an apostrophe.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any, Final

from scrapy.exporters import CsvItemExporter
from scrapy.extensions.feedexport import FeedExporter

if TYPE_CHECKING:
    from scrapy import Spider

logger = logging.getLogger(__name__)
_FORMULA: Final = tuple("=+-@＝＋－＠|")
_UNSEEN: Final = "\0\t\n\v\f\r \x1c\x1d\x1e\x1f\x85\xa0\u3000\u200b\ufeff"  # what an importer may drop before it looks
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")


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


class SpreadsheetCsv(CsvItemExporter):
    """CSV whose cells are texts, never formulas."""

    def serialize_field(self, field: Any, name: str, value: Any) -> Any:
        """The cell as Scrapy prints it, defused."""
        return defused(super().serialize_field(field, name, value))


def defused(cell: Any) -> Any:
    """A cell that no spreadsheet runs; numbers stay numbers.

    >>> defused("=HYPERLINK(1)"), defused("-3.5"), defused("地方动态")
    ("'=HYPERLINK(1)", '-3.5', '地方动态')
    """
    if isinstance(cell, str) and cell.lstrip(_UNSEEN)[:1] in _FORMULA and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell
