"""`scrapy requeue [--fetch]`: tries the dead letters again, from their raw pages or from the site. Exit codes as of a crawl."""

from __future__ import annotations

import argparse

from cqnspider.commands.crawl import Command as Crawl
from cqnspider.commands.crawl import refuse


class Command(Crawl):
    """Run the requeue spider."""

    def syntax(self) -> str:
        """For the help text."""
        return "[--fetch]"

    def short_desc(self) -> str:
        """For the list of commands."""
        return "Try failed articles again"

    def long_desc(self) -> str:
        """For the help text."""
        return "Try the dead letters again: from the raw page that was kept or, with --fetch, from the site. What succeeds is stored and removed."

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Those of crawl and ours."""
        super().add_options(parser)
        parser.add_argument(
            "--fetch", action="store_true", help="fetch the pages anew instead of reading the kept ones"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Run it."""
        if args:
            refuse("requeue takes no arguments: scrapy requeue, or scrapy requeue --fetch")
        if opts.fetch:
            opts.spargs["fetch"] = "1"
        super().run(["requeue"], opts)
