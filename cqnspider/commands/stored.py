"""`scrapy stored`: what the database holds, one document as an example, and how to query it."""

from __future__ import annotations

import argparse
import asyncio
import json
from typing import TYPE_CHECKING, Any

from pymongo.asynchronous.collection import AsyncCollection

from cqnspider.command import ProjectCommand, opened
from cqnspider.extensions.verdict import GOOD
from cqnspider.items import iso_time

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

_TOP = 8  # counted things
_SHOWN = (
    "title",
    "published_at",
    "source",
    "editor",
    "contributors",
    "sections",
    "province",
    "city",
    "county",
    "adcode",
    "layout",
    "url",
)


class Command(ProjectCommand):
    """Show the data set."""

    def short_desc(self) -> str:
        """For the list of commands."""
        return "Show what the database holds and how to query it"

    def execute(self, settings: BaseSettings, args: list[str], opts: argparse.Namespace) -> int:
        """Print to stdout."""
        print(asyncio.run(self.describe(settings)))
        return GOOD

    async def describe(self, settings: BaseSettings) -> str:
        """Counts by section and place, the newest articles, one document, queries."""
        async with opened(settings) as store:
            articles = store.database["articles"]
            total = await articles.count_documents({})
            lines = [f"{total} articles in {settings['MONGO_DATABASE']}.articles ({store.label})"]
            first: dict[str, list[dict[str, Any]]] = {
                "sections": [{"$unwind": "$sections"}],
                "province": [{"$match": {"province": {"$ne": None}}}],
            }
            for name, stage in first.items():
                cursor = await articles.aggregate(
                    [*stage, {"$group": {"_id": f"${name}", "n": {"$sum": 1}}}, {"$sort": {"n": -1, "_id": 1}}]
                )
                lines.append(f"by {name}: " + ", ".join([f"{group['_id']} {group['n']}" async for group in cursor]))
            lines += await _metric_lines(articles.database["metrics"])
            lines.append("newest:")
            async for article in articles.find().sort("published_at", -1).limit(5):
                lines.append(f"  {article['published_at']:%Y-%m-%d %H:%M} {article['title']}")
            if (example := await articles.find_one({}, sort=[("published_at", -1)])) is not None:
                shown = {name: iso_time(example[name]) if name == "published_at" else example[name] for name in _SHOWN}
                lines.append("one document (some of its fields):")
                lines.append(json.dumps({"_id": example["_id"], **shown}, ensure_ascii=False, indent=2))
        if not settings["MONGO_URI"]:
            lines += [
                "to look at it: .venv/bin/scrapy report; as a table: .venv/bin/scrapy export metrics; in Python: docs/reading.md",
                "to query it: run `.venv/bin/scrapy mongod` in one terminal, and with the URI it prints, in another:",
                f"  mongosh URI      > use {settings['MONGO_DATABASE']}",
                '                   > db.articles.find({province: "四川省"}, {title: 1, published_at: 1})',
                '                   > db.metrics.find({unit: "元", value: {$gt: 100000}}, {text: 1, sentence: 1, url: 1})',
                f"  python           >>> pymongo.MongoClient(URI).{settings['MONGO_DATABASE']}.articles.find_one()",
            ]
        return "\n".join(lines)


async def _metric_lines(metrics: AsyncCollection[dict[str, Any]]) -> list[str]:
    """How many numbers there are, of what, and one with its evidence."""
    total = await metrics.count_documents({})
    group: list[dict[str, Any]] = [
        {"$match": {"entity_head": {"$ne": ""}}},
        {"$group": {"_id": {"head": "$entity_head", "unit": "$unit"}, "n": {"$sum": 1}}},
        {"$sort": {"n": -1, "_id": 1}},
        {"$limit": _TOP},
    ]
    top = [
        f"{each['_id']['head']} ({each['_id']['unit']}) {each['n']}" async for each in await metrics.aggregate(group)
    ]
    lines = [f"{total} metrics (numbers in the texts), most often of: {', '.join(top)}"]
    example = await metrics.find_one({"unit": "元"}, sort=[("value", -1)])
    if example is not None:
        lines.append(
            f"  e.g. {example['text']} = {example['value']:,} {example['unit']} {example['entity']}: {example['sentence']}"
        )
    return lines
