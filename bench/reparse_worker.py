"""A reparse in one process: `python bench/reparse_worker.py FILE.warc.gz`; prints what it cost as a line of JSON. The database is that of the settings."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from memory import peak_mb
from scrapy.utils.project import get_project_settings

from cqnspider.reparse import tables
from cqnspider.reparse.pool import ThisProcess
from cqnspider.reparse.run import Order, reparse
from cqnspider.reparse.work import Job, let_go
from cqnspider.store import Store


async def main(path: Path) -> None:
    assert tables
    settings = get_project_settings()
    store = await Store.from_settings(settings).open()
    begun, wall = time.process_time(), time.perf_counter()
    with ThisProcess(let_go) as pool:
        job = Job(store.uri, settings["MONGO_DATABASE"], "bench")
        outcome = await reparse(Order([path], None, dry_run=False), store, pool, job)
    pages = outcome.report.pages
    result = {
        "pages": pages,
        "ms": (time.process_time() - begun) / pages * 1000,
        "wall_ms": (time.perf_counter() - wall) / pages * 1000,
        "start_up": begun,
        "peak_mb": peak_mb(),
        "stored": outcome.report.new,
    }
    await store.close()
    print(json.dumps(result))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
