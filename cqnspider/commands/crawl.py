"""`scrapy crawl SPIDER`: Scrapy's command with checked arguments and an exit code that tells the truth.

0 good · 1 the crawl broke · 2 bad arguments or settings · 3 the data look wrong.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.exceptions import UsageError

from cqnspider.archive.recording import check_archive
from cqnspider.archive.replay import check_replay
from cqnspider.arguments import ArgumentError
from cqnspider.extensions.console import say
from cqnspider.extensions.run import RunRecord
from cqnspider.extensions.verdict import ARGUMENTS, BROKE
from cqnspider.overlap import AlreadyRunning, only_one

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings


class Command(ScrapyCrawl):
    """Run a spider."""

    def long_desc(self) -> str:
        """For `scrapy crawl -h`."""
        return (
            "Spiders: local_news (-a sections=A,B -a since=YYYY-MM-DD -a until=YYYY-MM-DD -a max_pages=N -a full=1), "
            "article (-a urls=URL[,URL] or -a file=FILE). -s REPLAY=PATH reads saved pages or WARC files instead of the network, "
            "-s ARCHIVE_DIR=FOLDER keeps every fetched page as WARC. "
            "Exit codes: 0 good, 1 broke, 2 bad arguments, 3 the data look wrong."
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check, and crawl unless the same crawl is running."""
        assert self.crawler_process is not None and self.settings is not None
        if len(args) != 1:
            raise UsageError("say one spider: scrapy crawl local_news or scrapy crawl article", print_help=False)
        try:
            spider = self.crawler_process.spider_loader.load(args[0])
        except KeyError:
            refuse(
                f"unknown spider {args[0]!r}; known are {', '.join(sorted(self.crawler_process.spider_loader.list()))}"
            )
        try:
            check = getattr(spider, "check_arguments", None)
            if check is not None:
                check(opts.spargs)
            if self.settings["REPLAY"]:
                check_replay(self.settings)
            check_archive(self.settings)
            check_feeds(self.settings.getdict("FEEDS"))
            check_numbers(self.settings)
        except ArgumentError as error:
            refuse(str(error))
        try:
            with only_one(self.settings, args[0], opts.spargs):
                self.crawl(args[0], opts.spargs)
        except AlreadyRunning as error:
            say(f"cqnspider: {error}")
            self.exitcode = BROKE

    def crawl(self, name: str, arguments: dict[str, str]) -> None:
        """Crawl; take the exit code from the verdict."""
        assert self.crawler_process is not None
        crawler = self._create_crawler(name)
        self.crawler_process.crawl(crawler, **arguments)
        self.crawler_process.start()
        record = crawler.get_extension(RunRecord) if crawler.crawling or crawler.spider else None
        self.exitcode = BROKE if self.crawler_process.bootstrap_failed or record is None else record.verdict.exit_code
        failed = any(key.startswith("feedexport/failed_count") for key in crawler.stats.get_stats())
        if failed and self.exitcode != BROKE:  # while it was closed, after the verdict
            say("cqnspider: an output file could not be written, see the log above")
            self.exitcode = BROKE


def check_feeds(feeds: dict[str, object]) -> None:
    """Raise ArgumentError for an output file that cannot be written (Scrapy would only log it, an item at a time)."""
    for uri in map(str, feeds):
        if "://" in uri or uri in {"-", "stdout:"}:
            continue
        path = Path(uri)
        if path.is_dir() or not path.absolute().parent.is_dir() or not os.access(path.absolute().parent, os.W_OK):
            raise ArgumentError(f"the output file {uri} cannot be written; its folder must exist and be writable")


def check_numbers(settings: BaseSettings) -> None:
    """Raise ArgumentError for a setting that is no number (Scrapy would end in a traceback)."""
    for name in (
        "OVERLAP_DAYS",
        "DOWNLOAD_DELAY",
        "DOWNLOAD_TIMEOUT",
        "DOWNLOAD_MAXSIZE",
        "CONCURRENT_REQUESTS",
        "ARCHIVE_FILE_SIZE",
    ):
        try:
            good = settings.getfloat(name) >= 0
        except (TypeError, ValueError):
            good = False
        if not good:
            raise ArgumentError(f"{name}={settings[name]} is no number; write e.g. -s {name}=7")


def refuse(message: str) -> NoReturn:
    """One line and exit code 2."""
    say(f"cqnspider: {message}")
    sys.exit(ARGUMENTS)
