"""What a person must read: on stderr, and in the log where that is a file, because who reads a file (a job of scrapyd) does not see stderr."""

from __future__ import annotations

import logging
import sys
from contextlib import suppress

from scrapy.utils.log import get_scrapy_root_handler

logger = logging.getLogger(__name__)


def say(text: str, level: int = logging.ERROR) -> None:
    """Print the text as it is; `level` is its weight in a log file, where LOG_LEVEL decides whether it is kept."""
    with suppress(BrokenPipeError):  # who started the crawl has ended before it; record, log and alert are for others
        print(text, file=sys.stderr, flush=True)
    if isinstance(get_scrapy_root_handler(), logging.FileHandler):
        logger.log(level, "%s", text)
