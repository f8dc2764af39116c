"""How costs grow with what is stored: `python bench/growth.py [--sizes 1000 10000 100000] [--crawled 500]`.

A mongod of its own holds copies of the articles of a replica (bench/replica.py) under other ids, spread over 19 years, with the keys of other texts
and places, and their metrics. At each size 500 other articles are crawled from saved pages, by the clock and by CPU of crawler and mongod a page, and
every query of the README is asked `--asked` times: median time, documents, and the index that `explain` names.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import random
import re
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parent.parent))

from crawls import Result, seconds_of, worked
from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase
from replica import make_site

from cqnspider.store import Store
from cqnspider.store.metrics import rebuild
from cqnspider.store.mongod import PrivateMongod

Document = dict[str, Any]
FIRST: Final = datetime(2007, 11, 1, tzinfo=UTC)
YEARS: Final = 19
GROUP: Final = 1000
PLACES: Final = 2800
# The README's queries, as one would ask for a page of results.
FINDS: Final[Mapping[str, tuple[str, Document, list[tuple[str, int]] | None]]] = {
    "articles of a province since a day": (
        "articles", {"province": "四川省", "published_at": {"$gte": datetime(2023, 10, 31, 16, tzinfo=UTC)}}, None,
    ),
    "articles with tables of a section": ("articles", {"sections": "地方抽查", "tables.0": {"$exists": True}}, None),
    "fines over 100,000 元": (
        "metrics", {"unit": "元", "entity_head": re.compile("^(罚款|罚没款)$"), "value": {"$gt": 100000}}, [("value", -1)],
    ),
    "pass rates over time": ("metrics", {"entity_head": "合格率", "unit": "%", "role": "level"}, [("published_at", 1)]),
    "complaints that increased": ("metrics", {"entity_head": "投诉", "direction": "increase", "basis": "yoy"}, None),
}  # fmt: skip
AGGREGATES: Final[Mapping[str, tuple[str, list[Document]]]] = {
    "articles by province": (
        "articles",
        [{"$match": {"province": {"$gt": ""}}}, {"$group": {"_id": "$province", "n": {"$sum": 1}}}, {"$sort": {"n": -1}}],
    ),
    "participants by province and month of a year": (
        "metrics",
        [
            {"$match": {
                "unit": {"$in": ["人次", "人", "名"]}, "role": "level", "value": {"$ne": None},
                "published_at": {"$gte": datetime(2023, 1, 1, tzinfo=UTC), "$lt": datetime(2024, 1, 1, tzinfo=UTC)},
            }},
            {"$group": {
                "_id": {"province": "$province", "month": {"$dateToString": {"date": "$published_at", "format": "%Y-%m", "timezone": "+08:00"}}},
                "people": {"$sum": "$value"}, "said": {"$push": {"$concat": ["$text", " ", "$entity"]}},
            }},
            {"$sort": {"_id.month": 1}},
        ],
    ),
}  # fmt: skip


def crawl(site: Path, uri: str, database: str) -> Result:
    """Replay a site into a database; what it cost."""
    return worked("crawl_worker.py", "replay", str(site), MONGODB_URI=uri, MONGO_DATABASE=database)


def copy_of(article: Document, number: int, chance: random.Random) -> Document:
    """The article as another one: other id, day, place, text keys."""
    adcode = str(110000 + chance.randrange(PLACES) * 100 + 1 + chance.randrange(90))
    facts = [int.from_bytes(hashlib.sha256(f"{adcode} {each}".encode()).digest()[:4], signed=True) for each in range(8)]
    return article | {
        "_id": f"copy-{number}",
        "published_at": FIRST + timedelta(days=chance.random() * 365 * YEARS),
        "bands": [*(chance.randrange(-(2**31), 2**31) for _ in range(30)), *facts],
        "simhash": f"{chance.getrandbits(64):016x}",
        "content_hash": f"{chance.getrandbits(256):064x}",
        "adcode": adcode,
        "duplicate_of": None,
    }


async def fill(database: AsyncDatabase[Document], originals: list[Document], stored: int, size: int) -> None:
    """Bring the number of articles from `stored` to `size`, their metrics too."""
    chance = random.Random(size)
    for begin in range(stored, size, GROUP):
        numbers = range(begin, min(begin + GROUP, size))
        await database["articles"].insert_many(
            [copy_of(originals[number % len(originals)], number, chance) for number in numbers], ordered=False
        )
    await rebuild(database)


async def ask(database: AsyncDatabase[Document], times: int) -> list[str]:
    """A table row a query: median milliseconds, documents, plan."""
    rows = []
    for name, (collection, query, order) in FINDS.items():
        found = database[collection].find(query, sort=order, limit=100)
        plan = await database.command(
            "explain",
            {"find": collection, "filter": query, "sort": dict(order or []), "limit": 100},
            verbosity="queryPlanner",
        )
        spent, count = [], 0
        for _ in range(times):
            begun = time.perf_counter()
            count = len(await found.clone().to_list())
            spent.append(time.perf_counter() - begun)
        rows.append(f"| {name} | {median(spent) * 1000:.1f} | {count} | {stages(plan)} |")
    for name, (collection, pipeline) in AGGREGATES.items():
        plan = await database.command(
            "explain", {"aggregate": collection, "pipeline": pipeline, "cursor": {}}, verbosity="queryPlanner"
        )
        spent, count = [], 0
        for _ in range(times):
            begun = time.perf_counter()
            count = len(await (await database[collection].aggregate(pipeline)).to_list())
            spent.append(time.perf_counter() - begun)
        rows.append(f"| {name} | {median(spent) * 1000:.1f} | {count} | {stages(plan)} |")
    return rows


def stages(plan: object) -> str:
    """What the winning plan goes through: names of indexes, or COLLSCAN."""
    winning = json.dumps(plan, default=str).partition('"rejectedPlans"')[0]
    return ", ".join(dict.fromkeys(re.findall(r'(?<="indexName": ")\w+|COLLSCAN', winning)))


async def measure(sizes: list[int], crawled: int, asked: int, work: Path) -> None:
    site, other = work / "site", work / "other"
    make_site(site, 2000)
    make_site(other, crawled, seed=2)
    with PrivateMongod(work / "home") as private:
        pid = int((private.home / "data" / "mongod.lock").read_text())
        crawl(site, private.uri, "originals")
        async with AsyncMongoClient(private.uri, tz_aware=True) as client:
            originals = await client["originals"]["articles"].find().to_list()
            store = await Store(private.uri, "grown").open()
            database = client["grown"]
            stored, first = 0, 0.0
            for size in sizes:
                await fill(database, originals, stored, size)
                stored = size
                await client.admin.command("fsync")  # or writing out what was just made would count as the crawl's
                begun = seconds_of(pid)
                cost = crawl(other, private.uri, "grown")
                mongod = (seconds_of(pid) - begun) / cost["pages"] * 1000
                total = cost["ms"] + mongod
                first = first or total
                metrics = await database["metrics"].estimated_document_count()
                print(
                    f"\n{size:,} articles, {metrics:,} metrics: {cost['ms']:.2f} + {mongod:.2f} CPU ms a page (crawler + mongod),"
                    f" {total / first:.2f} × the first; {cost['wall_ms']:.1f} ms by the clock; crawler's peak {cost['peak_mb']:.0f} MB\n"
                )
                for name in ("articles", "metrics"):
                    key = "_id" if name == "articles" else "article_id"
                    await database[name].delete_many({key: {"$not": re.compile("^copy-")}})
                await database["runs"].delete_many({})
                print("| query | median ms | documents | plan |\n|---|---|---|---|")
                print("\n".join(await ask(database, asked)), flush=True)
            await store.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--crawled", type=int, default=500)
    parser.add_argument("--asked", type=int, default=11)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cqn") as work:
        asyncio.run(measure(options.sizes, options.crawled, options.asked, Path(work)))


if __name__ == "__main__":
    main()
