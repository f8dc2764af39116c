"""`scrapy extract TEXT` or `-`: the metrics of a text as JSON lines. `scrapy extract --stored`: those of all stored articles anew."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from typing import TYPE_CHECKING, Final

from pymongo import UpdateOne
from tqdm import tqdm

from cqnspider.arguments import ArgumentError
from cqnspider.command import ProjectCommand, opened
from cqnspider.duplicates.quantities import with_facts
from cqnspider.extensions.verdict import GOOD
from cqnspider.items import Article
from cqnspider.metrics import extract
from cqnspider.pipelines.metrics import metrics_of
from cqnspider.store.metrics import rebuild
from cqnspider.store.schema import prepare
from cqnspider.store.settle import settle_pending

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

_GROUP: Final = 200  # articles a write
_USAGE: Final = 'extract takes one text in quotes, or - to read standard input, e.g. scrapy extract "检查企业300余家"'


class Command(ProjectCommand):
    """Show what is found in a text."""

    def syntax(self) -> str:
        """For the help text."""
        return "[TEXT or -]"

    def short_desc(self) -> str:
        """For the list of commands."""
        return "Print the metrics of a text as JSON lines"

    def long_desc(self) -> str:
        """For the help text."""
        return "Print the numbers that a text reports, one JSON object a line. A line of the text is a paragraph: offsets count in it."

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's options and ours."""
        super().add_options(parser)
        parser.add_argument(
            "--stored", action="store_true", help="read all stored articles again and rebuild the collection metrics"
        )

    def execute(self, settings: BaseSettings, args: list[str], opts: argparse.Namespace) -> int:
        """Print to stdout."""
        if opts.stored:
            print(asyncio.run(self.again(settings)))
            return GOOD
        if len(args) > 1 or (not args and sys.stdin.isatty()) or args == [""]:
            raise ArgumentError(_USAGE)
        text = args[0] if args and args != ["-"] else sys.stdin.buffer.read().decode("utf-8-sig", errors="replace")
        for index, line in enumerate(text.split("\n")):
            for metric in extract(line.removesuffix("\r"), index):
                print(json.dumps(metric.document(), ensure_ascii=False))
        return GOOD

    async def again(self, settings: BaseSettings) -> str:
        """Extract all stored articles anew with today's tables, then build the collection `metrics` from them."""
        async with opened(settings) as store:
            articles = store.database["articles"]
            total = await articles.estimated_document_count()
            fields = dict.fromkeys(("paragraphs", "content_hash", "metrics", "url", "adcode", "bands"), 1)
            changes: list[UpdateOne] = []
            changed = 0
            with tqdm(total=total, unit="article", disable=None, leave=False) as progress:
                async for found in articles.find({}, fields):
                    article = Article(id=found["_id"], url=found["url"], paragraphs=found["paragraphs"])
                    metrics = [metric.document() for metric in metrics_of(article)]
                    if metrics != found.get("metrics"):
                        same = {"_id": found["_id"], "content_hash": found["content_hash"]}
                        bands = with_facts(found["bands"], found["adcode"], metrics)
                        changed_state = {"metrics": metrics, "bands": bands, "pending": "extract"}
                        changes.append(UpdateOne(same, {"$set": changed_state}))
                        changed += 1
                    if len(changes) == _GROUP:
                        await articles.bulk_write(changes, ordered=False)
                        changes = []
                    progress.update()
            if changes:
                await articles.bulk_write(changes, ordered=False)
            await rebuild(store.database)
            await prepare(store.database)
            await settle_pending(store.database)  # links between duplicates go by numbers too
            count = await store.database["metrics"].count_documents({})
        return f"{total} articles read, the metrics of {changed} changed; {count} metrics in all"
