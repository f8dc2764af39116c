"""`scrapy report`: what the database holds, as one HTML file that opens offline."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from scrapy.commands import ScrapyCommand
from tqdm import tqdm

from cqnspider.export import finished_file
from cqnspider.extensions.verdict import ARGUMENTS, BROKE
from cqnspider.report.collect import Chosen, Thing, collect
from cqnspider.store import Reader, StoreError, brief

_PARTS = 9  # questions to the database


class Command(ScrapyCommand):
    """Write a report."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """For the help text."""
        return "[-o report.html] [--since DAY] [--until DAY] [--metric 合格率/% …]"

    def short_desc(self) -> str:
        """For the list of commands."""
        return "Write an HTML report of what the database holds"

    def long_desc(self) -> str:
        """For the help text."""
        return (
            "Write one HTML file that opens offline: runs and verdicts, articles by month, section and province, coverage of fields, what is counted"
            " most, numbers over time with sentence and link, biggest changes, failures. --since and --until are days in Beijing, both inclusive."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's options and ours."""
        super().add_options(parser)
        parser.add_argument("-o", "--output", metavar="FILE", default="report.html", help="default: report.html")
        parser.add_argument("--since", help="articles published on this day or later, e.g. 2023-10-01")
        parser.add_argument("--until", help="articles published on this day or earlier")
        parser.add_argument(
            "--metric",
            action="append",
            default=[],
            metavar="COUNTED/UNIT",
            help="a number to draw over time: 合格率/%% (again for more)",
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Write the file and say where it is."""
        assert self.settings is not None
        path = Path(opts.output)
        try:
            if args:
                raise ValueError(f"report takes no {args[0]!r}; name the file with -o")
            if path.is_dir() or not path.absolute().parent.is_dir() or (path.exists() and not path.is_file()):
                raise ValueError(f"{path} cannot be written; name a file in an existing folder with -o")
            chosen = Chosen(opts.since, opts.until, tuple(map(Thing.parse, opts.metric)))
            _ = chosen.days  # a wrong date is refused before anything starts
            with (
                Reader.from_settings(self.settings) as store,
                tqdm(total=_PARTS, disable=None, leave=False) as progress,
            ):

                def step(name: str) -> None:
                    progress.set_description(name)
                    progress.update()

                found = collect(store, chosen, step)
            from cqnspider.report.page import page  # noqa: PLC0415 – plotly and jinja2 take their time

            with finished_file(path) as file:
                file.write(page(found).encode())
        except ValueError as error:
            print(f"cqnspider: {error}", file=sys.stderr)
            self.exitcode = ARGUMENTS
        except (StoreError, OSError) as error:
            print(f"cqnspider: nothing written: {brief(error)}", file=sys.stderr)
            self.exitcode = BROKE
        else:
            print(f"{found['totals']['articles']} articles in {path}; open it in a browser")
