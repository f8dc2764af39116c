"""How the look-up of near-duplicates grows with the number of stored articles: `python bench/duplicates.py [--sizes 1000 10000 100000 1000000]`.

A mongod of its own in a temporary folder holds synthetic articles spread over 19 years, with the keys that real ones have: 30 bands, a county, numbers.
Texts are 300 characters long; 1 in 50 articles has a reprint, so that decisions are made too. Measured is `store.links.link`, the whole look-up
with reading of candidates and decision: of one article, and of groups of 200 as the crawl does it, after one pass to warm up. Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from pymongo import AsyncMongoClient

from cqnspider.duplicates.quantities import fact_keys
from cqnspider.store.links import link
from cqnspider.store.mongod import PrivateMongod
from cqnspider.store.schema import INDEXES

Document = dict[str, Any]
FIRST = datetime(2007, 11, 1, tzinfo=UTC)
YEARS = 19
COUNTIES, REPRINTS, GROUP, ASKED = 2800, 50, 200, 400
WORDS = "市场监管局开展食品安全质量检查执法人员企业产品抽样合格整改投诉举报消费者药品设备电梯计量标准认证宣传培训"


def article(number: int, chance: random.Random) -> Document:
    """A synthetic article; two of the same number are prints of one story."""
    own = random.Random(number)
    adcode = str(110000 + own.randrange(COUNTIES) * 100 + 1 + own.randrange(90))
    numbers = [round(own.lognormvariate(4, 2)) + 1 for _ in range(8)]
    metrics = [
        {"value": each, "min_value": None, "max_value": None, "unit": own.choice("家人件元次"), "unit_kind": "classifier",
         "comparator": None, "approximate": False}
        for each in numbers
    ]  # fmt: skip
    return {
        "_id": f"{number}-{chance.randrange(2**40)}",
        "title": f"第{number}号新闻",
        "paragraphs": ["".join(own.choices(WORDS, k=300))],
        "published_at": FIRST + timedelta(days=own.random() * 365 * YEARS + chance.random()),
        "province": "某省", "city": None, "county": adcode, "adcode": adcode,
        "metrics": metrics,
        "bands": [*(own.randrange(-(2**31), 2**31) for _ in range(30)), *fact_keys(adcode, metrics)],
        "simhash": f"{own.getrandbits(64):016x}",
        "content_hash": f"{chance.getrandbits(256):064x}",
        "duplicate_of": None,
    }  # fmt: skip


async def measure(uri: str, sizes: list[int]) -> None:
    chance = random.Random(7)
    index = next(each for each in INDEXES["articles"] if each.document["name"] == "bands_published_at")
    others = [each for each in INDEXES["articles"] if each.document["name"] == "duplicate_of"]
    print("| articles | one look-up, median | 95 % | of 200 at once, each | links found |\n|---|---|---|---|---|")
    async with AsyncMongoClient(uri, tz_aware=True) as client:
        articles = client["bench"]["articles"]
        stored = 0
        for size in sizes:
            await articles.drop_indexes()
            while stored < size:
                step = min(5000, size - stored)
                documents = [article(number, chance) for number in range(stored, stored + step - step // REPRINTS)]
                documents += [article(number, chance) for number in range(stored, stored + step // REPRINTS)]
                await articles.insert_many(documents, ordered=False)
                stored += step
            await articles.create_indexes([index, *others])
            ids = [
                each["_id"]
                async for each in await articles.aggregate([{"$sample": {"size": 2 * ASKED}}, {"$project": {"_id": 1}}])
            ]
            for key in ids[:ASKED]:
                await link(articles, [key])
            single = []
            for key in ids[:ASKED]:
                begun = time.perf_counter()
                await link(articles, [key])
                single.append(time.perf_counter() - begun)
            found = 0
            group = []
            for begin in range(0, 2 * ASKED, GROUP):
                begun = time.perf_counter()
                links = await link(articles, ids[begin : begin + GROUP])
                group.append((time.perf_counter() - begun) / GROUP)
                found += sum(each is not None for each in links.values())
            print(
                f"| {size:,} | {median(single) * 1000:.2f} ms | {quantiles(single, n=20)[-1] * 1000:.2f} ms | {median(group) * 1000:.2f} ms"
                f" | {found} of {len(ids)} |",
                flush=True,
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000, 1_000_000])
    sizes = parser.parse_args().sizes
    with tempfile.TemporaryDirectory() as folder, PrivateMongod(Path(folder)) as private:
        asyncio.run(measure(private.uri, sizes))


if __name__ == "__main__":
    main()
