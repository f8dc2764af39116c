"""`scrapy export articles|metrics`: the data set as a file for spreadsheets (CSV), programs (JSON Lines) and data frames (Parquet)."""

from __future__ import annotations

import argparse
import re
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from tqdm import tqdm

from cqnspider.arguments import ArgumentError
from cqnspider.command import ProjectCommand
from cqnspider.export import FORMATS, ExportError, finished_file, written
from cqnspider.export.columns import COLUMNS
from cqnspider.extensions.verdict import GOOD
from cqnspider.store import Reader, StoreError
from cqnspider.store.queries import article_filter, metric_filter
from cqnspider.store.reader import Found

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

_BY: Final = {  # what the rows may be chosen by
    "since": "published on this day or later, e.g. 2023-10-01 (Beijing time)",
    "until": "published on this day or earlier",
    "place": "province, city or county: 四川省, 苍溪县, 北京市朝阳区, or its code: 51, 510824",
    "section": "a list the article stood on: 地方动态",
}
_BY_OF_METRICS: Final = {
    "unit": "unit of the numbers, or several: 元 or 件,起,宗",
    "entity": "head of what is counted, or several: 罚款,罚没款",
}


class Command(ProjectCommand):
    """Write articles or metrics to a file."""

    expected = (StoreError, ExportError, OSError)

    def syntax(self) -> str:
        """For the help text."""
        return "articles|metrics [-o FILE] [--format csv|jsonl|parquet] [--since DAY] [--until DAY] …"

    def short_desc(self) -> str:
        """For the list of commands."""
        return "Write articles or metrics as CSV, JSON Lines or Parquet"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's options and ours."""
        super().add_options(parser)
        parser.add_argument("-o", "--output", metavar="FILE", help="default: articles.csv or metrics.csv; - for stdout")
        parser.add_argument("--format", choices=list(FORMATS), help="default: as the FILE is named, else csv")
        for name, meaning in (_BY | _BY_OF_METRICS).items():
            parser.add_argument(f"--{name}", help=meaning + (", metrics only" if name in _BY_OF_METRICS else ""))
        parser.add_argument(
            "--stories", action="store_true", help="of several prints of a story only the earliest, articles only"
        )

    def execute(self, settings: BaseSettings, args: list[str], opts: argparse.Namespace) -> int:
        """Write the file and say what is in it."""
        try:
            what, query = _asked(args, opts)
            path, form = _target(what, opts)
        except ValueError as error:
            raise ArgumentError(str(error)) from None
        with Reader.from_settings(settings) as store:
            found = store.articles(**query) if what == "articles" else store.metrics(**query)
            with nullcontext(sys.stdout.buffer) if path is None else finished_file(path) as file:
                rows = _write(found, form, file)
        print(f"{rows} {what} in {path or 'all'}", file=sys.stderr if path is None else sys.stdout)
        return GOOD


def _asked(args: list[str], opts: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    """The collection and the query. Raises ValueError."""
    if len(args) != 1 or args[0] not in COLUMNS:
        raise ValueError("say what: scrapy export articles or scrapy export metrics")
    [what] = args
    given = {name: getattr(opts, name) for name in (*_BY, *_BY_OF_METRICS, "stories")}
    query = {name: value for name, value in given.items() if value not in {None, False}}
    if empty := [name for name in _BY if query.get(name) == ""]:
        raise ValueError(f"--{empty[0]} is empty; leave it out for all")
    of_others = _BY_OF_METRICS if what == "articles" else ("stories",)
    if wrong := [name for name in of_others if name in query]:
        raise ValueError(f"{what} cannot be chosen by --{wrong[0]}")
    for name in _BY_OF_METRICS.keys() & query:
        query[name] = [each.strip() for each in re.split("[,，、]", query[name])]
    (article_filter if what == "articles" else metric_filter)(
        query
    )  # what cannot be asked is refused before anything starts
    return what, query


def _target(what: str, opts: argparse.Namespace) -> tuple[Path | None, str]:
    """The file, None for stdout, and the format. Raises ValueError."""
    if opts.output == "-":
        if (opts.format or "csv") == "parquet" and sys.stdout.isatty():
            raise ValueError("Parquet is not for a terminal; name a file with -o")
        return None, opts.format or "csv"
    ending = Path(opts.output).suffix.lstrip(".").lower() if opts.output else "csv"
    if not opts.format and ending not in FORMATS:
        raise ValueError(f"{opts.output} says no format; name it .{', .'.join(FORMATS)}, or say --format")
    form = opts.format or ending
    path = Path(opts.output or f"{what}.{form}")
    wrong = {
        "its folder does not exist": not path.absolute().parent.is_dir(),
        "it is a folder": path.is_dir(),
        "it is no regular file; -o - writes to stdout": path.exists() and not path.is_file(),
    }
    if reasons := [reason for reason, holds in wrong.items() if holds]:
        raise ValueError(f"{path} cannot be written: {reasons[0]}")
    return path, form


def _write(found: Found[Any], form: str, file: IO[bytes]) -> int:
    rows = 0
    with tqdm(total=found.count(), unit="row", disable=None, leave=False) as progress:
        for count in written(form, found.name, found.documents(), file):
            rows += count
            progress.update(count)
    return rows
