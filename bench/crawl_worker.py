"""One crawl in a process of its own: `python bench/crawl_worker.py KIND FOLDER …`; prints what it cost as a line of JSON.

KIND is `bare` (Scrapy downloads every page), `parsed` (and parses it once), `local_news` (everything, over HTTP) or `replay` (the same from the folder).
CPU is counted from the opening of the spider to its end, start-up apart; the database's is not in it. The HTTP kinds expect `https_proxy`.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from memory import peak_mb
from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler, CrawlerProcess
from scrapy.http import Response
from scrapy.settings import Settings
from scrapy.utils.project import get_project_settings

BARE = {  # Scrapy as it comes, at the same pace
    "CONCURRENT_ITEMS": 4,
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "LOG_LEVEL": "WARNING",
    "USER_AGENT": "bench",
}
PACE = {
    "CONCURRENT_REQUESTS": 8,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
    "DOWNLOAD_DELAY": 0,
    "AUTOTHROTTLE_ENABLED": False,
}


class Bare(Spider):
    """Every page of a folder, by its address."""

    name = "bare"

    def __init__(self, folder: str, *, parse: bool) -> None:
        super().__init__()
        self.root = Path(folder)
        self.is_parsing = parse

    async def start(self) -> AsyncIterator[Request]:
        for path in sorted((self.root / "www.cqn.com.cn").rglob("*.htm*")):
            yield Request(f"https://{path.relative_to(self.root)}", self.parse)

    def parse(self, response: Response) -> None:
        if self.is_parsing:
            response.css("title::text").get()


class Clock:
    """CPU seconds of this process between two signals, and pages."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.start_up = 0.0
        self.cpu = 0.0
        self.wall = 0.0
        crawler.signals.connect(self.opened, signals.spider_opened)
        crawler.signals.connect(self.stopped, signals.engine_stopped)

    def opened(self) -> None:
        self.start_up = time.process_time()
        self.wall = time.perf_counter()

    def stopped(self) -> None:
        self.cpu = time.process_time() - self.start_up
        self.wall = time.perf_counter() - self.wall

    def result(self) -> dict[str, Any]:
        pages = self.crawler.stats.get_value("response_received_count", 0)
        return {
            "pages": pages,
            "ms": self.cpu / max(pages, 1) * 1000,
            "wall_ms": self.wall / max(pages, 1) * 1000,
            "start_up": self.start_up,
            "peak_mb": peak_mb(),
            "stored": self.crawler.stats.get_value("store/new", 0),
        }


def main() -> None:
    kind, folder, *options = sys.argv[1:]
    given = dict(option.split("=", 1) for option in options)
    if kind in {"bare", "parsed"}:
        process = CrawlerProcess(Settings(BARE | PACE))
        crawler = process.create_crawler(Bare)
        arguments: dict[str, Any] = {"folder": folder, "parse": kind == "parsed"}
    else:
        settings = get_project_settings()
        settings.update(PACE | given, priority="cmdline")
        if kind == "replay":
            settings.set("REPLAY", folder, priority="cmdline")
        process = CrawlerProcess(settings)
        crawler = process.create_crawler("local_news")
        arguments = {"full": "1"}
    clock = Clock(crawler)
    process.crawl(crawler, **arguments)
    process.start()
    print(json.dumps(clock.result()))


if __name__ == "__main__":
    main()
