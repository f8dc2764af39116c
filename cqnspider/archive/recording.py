"""Archives what a crawl fetches: with `ARCHIVE_DIR` set, every answer of the site goes into a WARC file of this process.

A downloader middleware next to the downloader, so that it sees bodies as they were sent, redirects, errors and robots.txt. An article is acknowledged
by the database only after its page is on the disk. An archive that cannot be written ends the crawl: exit code 1.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.exceptions import NotConfigured

from cqnspider.archive.records import ArchiveError
from cqnspider.archive.replay import CAPTURE
from cqnspider.archive.warc_file import WRITTEN_BY, Exchange
from cqnspider.archive.writer import Seen, WarcWriter
from cqnspider.arguments import ArgumentError
from cqnspider.spiders.base import CqnSpider
from cqnspider.store import StoreLost
from cqnspider.store.database import Database

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings

_HEALED = "What was acknowledged is stored and archived; make room and run the crawl again"


def check_archive(settings: BaseSettings) -> None:
    """Raise ArgumentError where ARCHIVE_DIR cannot be written."""
    folder = archive_folder(settings)
    if folder is None:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ArgumentError(f"ARCHIVE_DIR={folder} is no folder and cannot be made: {error.strerror}") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ArgumentError(f"ARCHIVE_DIR={folder} cannot be written")
    try:
        Seen(folder).close()
    except ArchiveError as error:
        raise ArgumentError(str(error)) from None


def archive_folder(settings: BaseSettings) -> Path | None:
    """Where pages are archived; None where they are not: by default, and while saved pages are replayed."""
    if not settings["ARCHIVE_DIR"] or settings["REPLAY"]:
        return None
    return Path(settings["PROJECT_DIR"]) / Path(settings["ARCHIVE_DIR"]).expanduser()


class RecordingMiddleware:
    """Writes each answer to the archive; its request's meta gets the capture."""

    def __init__(self, crawler: Crawler, folder: Path) -> None:
        self.crawler = crawler
        database = Database.of(crawler)
        assert crawler.spidercls is not None
        about = WRITTEN_BY | {
            "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            "isPartOf": crawler.spidercls.name,
            "http-header-user-agent": str(crawler.settings["USER_AGENT"]),
            "robots": "obey" if crawler.settings.getbool("ROBOTSTXT_OBEY") else "ignore",
        }
        size = crawler.settings.getint("ARCHIVE_FILE_SIZE")
        self.writer = WarcWriter(folder, f"cqnspider-{database.run_id}", size, about)
        database.before_commit = self.sync

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's constructor."""
        folder = archive_folder(crawler.settings)
        if folder is None:
            raise NotConfigured
        middleware = cls(crawler, folder)
        crawler.signals.connect(middleware.close, signal=signals.engine_stopped)
        return middleware

    def process_response(self, request: Request, response: Response) -> Response:
        """The same response. Raises ArchiveError, and ends the crawl, where it cannot be kept."""
        if "cached" in response.flags:  # Scrapy's own cache, if somebody switches it on: not fetched now
            return response
        headers = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
        ]
        protocol = response.protocol if (response.protocol or "").startswith("HTTP/1") else "HTTP/1.1"
        try:
            asked = [
                (request.headers.get(name) or b"").decode("latin-1") for name in ("If-None-Match", "If-Modified-Since")
            ]
            conditions = (asked[0], asked[1])
            exchange = Exchange(
                request.url, response.status, headers, response.body, protocol or "HTTP/1.1", conditions
            )
            request.meta[CAPTURE] = self.writer.write(exchange)
        except ArchiveError as error:
            self.fail(error)
            raise
        return response

    async def sync(self) -> None:
        """Return when everything archived so far is on the disk. Raises StoreLost: then nothing may be acknowledged."""
        try:
            await asyncio.to_thread(self.writer.sync)
        except ArchiveError as error:
            raise StoreLost(f"{error}. {_HEALED}") from error

    def fail(self, error: ArchiveError) -> None:
        """Say it once and end the crawl."""
        spider, engine = self.crawler.spider, self.crawler.engine
        if isinstance(spider, CqnSpider) and engine is not None and spider.error is None:
            spider.error = f"{error}. {_HEALED}"
            self.closing = asyncio.get_running_loop().create_task(engine.close_spider_async(reason="archive_failed"))

    def close(self) -> None:
        """End the file; everything that matters is synced by now."""
        self.writer.close()
