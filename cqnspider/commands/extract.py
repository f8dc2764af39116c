"""`scrapy extract TEXT` or `scrapy extract -`: the metrics of a text as JSON lines, to try the extractor by hand."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from typing import Final

from scrapy.commands import ScrapyCommand

from cqnspider.extensions.verdict import ARGUMENTS
from cqnspider.metrics import extract

_USAGE: Final = (
    'cqnspider: extract takes one text in quotes, or - to read standard input, e.g. scrapy extract "检查企业300余家"'
)


class Command(ScrapyCommand):
    """Show what is found in a text."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """For the help text."""
        return "[TEXT or -]"

    def short_desc(self) -> str:
        """For the list of commands."""
        return "Print the metrics of a text as JSON lines"

    def long_desc(self) -> str:
        """For the help text."""
        return "Print the numbers that a text reports, one JSON object a line. A line of the text is a paragraph: offsets count in it."

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print to stdout."""
        if len(args) > 1 or (not args and sys.stdin.isatty()) or args == [""]:
            print(_USAGE, file=sys.stderr)
            self.exitcode = ARGUMENTS
            return
        text = args[0] if args and args != ["-"] else sys.stdin.buffer.read().decode("utf-8", errors="replace")
        for index, line in enumerate(text.splitlines()):
            for metric in extract(line, index):
                print(json.dumps(asdict(metric), ensure_ascii=False))
