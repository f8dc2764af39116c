"""`scrapy report`: what the database holds, as one HTML file that opens offline."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from cqnspider.arguments import ArgumentError
from cqnspider.command import ProjectCommand
from cqnspider.export import finished_file
from cqnspider.extensions.console import say
from cqnspider.extensions.verdict import GOOD
from cqnspider.report.collect import Chosen, collect
from cqnspider.report.evidence import Thing
from cqnspider.store import Reader, StoreError

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

_PARTS = 9  # questions to the database


class Command(ProjectCommand):
    """Write a report."""

    expected = (StoreError, OSError)

    def syntax(self) -> str:
        """For the help text."""
        return "[-o report.html] [--since DAY] [--until DAY] [--metric 合格率/%% …]"

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

    def execute(self, settings: BaseSettings, args: list[str], opts: argparse.Namespace) -> int:
        """Write the file and say where it is."""
        path = Path(opts.output)
        if args:
            raise ArgumentError(f"report takes no {args[0]!r}; name the file with -o")
        if path.is_dir() or not path.absolute().parent.is_dir() or (path.exists() and not path.is_file()):
            raise ArgumentError(f"{path} cannot be written; name a file in an existing folder with -o")
        try:
            chosen = Chosen(opts.since, opts.until, tuple(map(Thing.parse, opts.metric)))
            _ = chosen.days  # a wrong date is refused before anything starts
        except ValueError as error:
            raise ArgumentError(str(error)) from None
        with Reader.from_settings(settings) as store, tqdm(total=_PARTS, disable=None, leave=False) as progress:

            def step(name: str) -> None:
                progress.set_description(name)
                progress.update()

            found = collect(store, chosen, step)
        from cqnspider.report.page import page  # noqa: PLC0415 – plotly and jinja2 take their time

        with finished_file(path) as file:
            file.write(page(found).encode())
        for each in found["series"]:
            if opts.metric and not each["points"]:
                say(f"cqnspider: no number of {each['entity']}/{each['unit']} in the report")
        print(f"{found['totals']['articles']} articles in {path}; open it in a browser")
        return GOOD
