"""`scrapy crawl SPIDER`: Scrapy's command with checked arguments and an exit code that tells the truth.

0 good · 1 the crawl broke · 2 bad arguments or settings · 3 the data look wrong.
"""

from __future__ import annotations

import argparse
import sys
from typing import NoReturn

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.exceptions import UsageError

from cqnspider.archive.replay import replay_folder
from cqnspider.arguments import ArgumentError
from cqnspider.extensions.run import RunRecord
from cqnspider.extensions.verdict import ARGUMENTS, BROKE


class Command(ScrapyCrawl):
    """Run a spider."""

    def long_desc(self) -> str:
        """For `scrapy crawl -h`."""
        return (
            "Spiders: local_news (-a sections=A,B -a since=YYYY-MM-DD -a until=YYYY-MM-DD -a max_pages=N -a full=1), "
            "article (-a urls=URL[,URL] or -a file=FILE). -s REPLAY=FOLDER reads saved pages instead of the network. "
            "Exit codes: 0 good, 1 broke, 2 bad arguments, 3 the data look wrong."
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check, crawl, take the exit code from the verdict."""
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
                replay_folder(self.settings["REPLAY"])
        except ArgumentError as error:
            refuse(str(error))
        crawler = self._create_crawler(args[0])
        self.crawler_process.crawl(crawler, **opts.spargs)
        self.crawler_process.start()
        record = crawler.get_extension(RunRecord) if crawler.crawling or crawler.spider else None
        self.exitcode = BROKE if self.crawler_process.bootstrap_failed or record is None else record.verdict.exit_code


def refuse(message: str) -> NoReturn:
    """One line and exit code 2."""
    print(f"cqnspider: {message}", file=sys.stderr)
    sys.exit(ARGUMENTS)
