"""`scrapy reparse WARC… [--dry-run] [--workers N] [--dask ADDRESS]`: articles, metrics and revisions anew from archived pages, with today's code."""

from __future__ import annotations

import argparse
import asyncio
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tqdm import tqdm

from cqnspider.archive.records import ArchiveError
from cqnspider.archive.replay import replay_moment
from cqnspider.archive.scan import check, warc_files
from cqnspider.arguments import ArgumentError
from cqnspider.command import ProjectCommand, opened
from cqnspider.extensions.verdict import GOOD, SUSPECT
from cqnspider.reparse.pool import DaskPool, LocalPool, Pool, PoolError, cores
from cqnspider.reparse.run import Order, Outcome, reparse
from cqnspider.reparse.work import Job
from cqnspider.store import StoreError
from cqnspider.store.runs import new_run_id

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

_SHOWN: Final = 10  # failures
_SCHEDULER = re.compile(r"(?:tcp|tls|ws|wss)://[^\s/:]+:\d{1,5}", re.ASCII)
_MOST_WORKERS: Final = 256


class Command(ProjectCommand):
    """Rebuild the data set."""

    expected = (ArchiveError, StoreError, PoolError)
    interrupted = "interrupted; the same command goes on where it was"

    def syntax(self) -> str:
        """For the help text."""
        return "WARC… [--dry-run] [--workers N] [--dask tcp://HOST:8786]"

    def short_desc(self) -> str:
        """For the list of commands."""
        return "Rebuild articles from archived pages with today's code"

    def long_desc(self) -> str:
        """For the help text."""
        return (
            "Read the pages of WARC files, or of folders of them, with today's code and make articles, revisions and metrics what the pages say."
            " Killed, it goes on where it was when the same command is run again. -s REPLAY_AT=2026-11-01 leaves later pages out."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's options and ours."""
        super().add_options(parser)
        parser.add_argument(
            "--dry-run", action="store_true", help="write nothing; print which fields would change, with samples"
        )
        parser.add_argument("--workers", metavar="N", help="processes; as many as there are cores")
        parser.add_argument("--dask", metavar="ADDRESS", help="let the workers of a Dask cluster do it")

    def execute(self, settings: BaseSettings, args: list[str], opts: argparse.Namespace) -> int:
        """Do it and print what became of it; exit code 3 where pages failed."""
        files, workers = archives(args), worker_count(opts.workers)
        if opts.dask and opts.workers:
            raise ArgumentError("--workers is for this machine; with --dask the cluster has the workers")
        if opts.dask and not _SCHEDULER.fullmatch(opts.dask):
            raise ArgumentError(f"--dask {opts.dask} is no address of a scheduler; write tcp://HOST:8786")
        moment = replay_moment(settings)
        with tqdm(unit="article", disable=None, leave=False) as bar:

            def show(total: int, done: int) -> None:
                bar.total = total
                bar.update(done)

            order = Order(files, moment, opts.dry_run, show)
            outcome = asyncio.run(self.work(settings, order, opts.dask, workers))
        print("\n".join(described(outcome, dry_run=opts.dry_run)))
        return SUSPECT if outcome.report.failures else GOOD

    async def work(self, settings: BaseSettings, order: Order, dask: str | None, workers: int) -> Outcome:
        """Open the database and the pool, and do it."""
        async with opened(settings, read_only=order.dry_run) as store:
            limit = settings.getint("DOWNLOAD_MAXSIZE")
            job = Job(store.uri, settings["MONGO_DATABASE"], new_run_id(), order.dry_run, limit)
            pool: Pool = DaskPool(dask) if dask else LocalPool(workers)
            with pool:
                return await reparse(order, store, pool, job)


def archives(args: list[str]) -> list[Path]:
    """The WARC files that arguments name, each once. Raises ArgumentError."""
    if not args:
        raise ArgumentError("say which archive: scrapy reparse archive, or scrapy reparse FILE.warc.gz …")
    files: dict[Path, None] = {}
    for arg in args:
        found = warc_files(Path(arg).expanduser())
        if not found:
            raise ArgumentError(f"{arg} is no WARC file and no folder of WARC files")
        files |= dict.fromkeys(each.resolve() for each in found)
    try:
        for file in files:
            check(file)
    except ArchiveError as error:
        raise ArgumentError(str(error)) from None
    return list(files)


def worker_count(text: str | None) -> int:
    """--workers as a number. Raises ArgumentError."""
    if text is None:
        return cores()
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= _MOST_WORKERS):
        raise ArgumentError(f"--workers {text} is no number from 1 to {_MOST_WORKERS}")
    return int(text)


def described(outcome: Outcome, *, dry_run: bool) -> list[str]:
    """What a person reads at the end."""
    report = outcome.report
    would = "would be " if dry_run else ""
    lines = [
        f"{outcome.articles} articles in the archive: {report.new} {would}new, {report.changed} {would}changed,"
        f" {report.unchanged} as they are stored; {report.revisions} former states {would}written or removed"
    ]
    if outcome.resumed:
        lines.append(f"{outcome.resumed} of them were done by an earlier run that did not come to its end")
    if outcome.passed_over:
        lines.append(
            f"{outcome.passed_over} articles are left out: no list page in these files names them, and they are not stored"
        )
    for name, count in sorted(report.fields.items(), key=lambda each: (-each[1], each[0])):
        lines.append(f"  {name}: differs in {count} articles")
        lines += [f"    {key}: {before!r} → {after!r}" for key, before, after in report.samples[name]]
    kinds = Counter((each.stage, each.reason) for each in report.failures)
    lines += [f"{count} × {stage}: {reason}" for (stage, reason), count in kinds.most_common()]
    lines += [f"  {each.url}: {each.detail}" for each in report.failures[:_SHOWN]]
    if dry_run:
        lines.append("dry run: nothing was written")
    return lines
