"""What the tests of reparsing share: an archive or a few captures in, a database out."""

import asyncio
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pymongo

from cqnspider.archive.scan import warc_files
from cqnspider.archive.warc_file import Exchange, WarcFile
from cqnspider.archive.writer import digest_of
from cqnspider.commands.reparse import described
from cqnspider.reparse.pool import ThisProcess
from cqnspider.reparse.run import Order, Outcome
from cqnspider.reparse.run import reparse as reparse_all
from cqnspider.reparse.work import Job, let_go
from cqnspider.store import Store
from tests.conftest import FIXTURES, TestDatabase
from tests.test_processes import scrapy

State = dict[str, list[dict[str, Any]]]
_OF_STORING = ("first_seen_at", "last_seen_at", "replaced_at", "pending", "former")


def state_of(client: pymongo.MongoClient[dict[str, Any]], name: str) -> State:
    """Articles, revisions and metrics without the times of storing."""
    found = {
        each: [
            {k: bool(v) if k == "gone_at" else v for k, v in one.items() if k not in _OF_STORING}
            for one in client[name][each].find(sort=[("_id", 1)])
        ]
        for each in ("articles", "revisions", "metrics")
    }
    for one in (*found["articles"], *found["metrics"]):
        for field in ("urls", "sections"):
            one[field] = sorted(one.get(field, []))
    return found


def rebuild(
    folder: Path,
    database: TestDatabase,
    *,
    dry_run: bool = False,
    until: datetime | None = None,
    limit: int = 0,
    kind: type[ThisProcess] = ThisProcess,
) -> tuple[int, str]:
    """A reparse in this process: how many pages failed, and what it says. `limit` is DOWNLOAD_MAXSIZE."""

    async def main() -> Outcome:
        store = await Store(database.uri, database.name).open()
        try:
            with kind(let_go) as pool:
                job = Job(database.uri, database.name, "test", dry_run, limit)
                return await reparse_all(Order(warc_files(folder), until, dry_run), store, pool, job)
        finally:
            await store.close()

    outcome = asyncio.run(main())
    return len(outcome.report.failures), "\n".join(described(outcome, dry_run=dry_run))


def reparse(folder: Path, database: TestDatabase, *arguments: str) -> subprocess.CompletedProcess[str]:
    return scrapy("reparse", str(folder), *arguments, env=database.environment, timeout=120)


def warc(path: Path, *pages: tuple[str, int, bytes], status: int = 200) -> Path:
    """A file of captures: address, minute, body."""
    file = WarcFile(path, {"isPartOf": "article"})
    for url, minute, body in pages:
        exchange = Exchange(url, status, [("Content-Type", "text/html")], body)
        file.append(exchange, datetime(2026, 11, 1, 0, minute, tzinfo=UTC), digest_of(body))
    file.close()
    return path


def paged() -> tuple[str, bytes, str, bytes]:
    """Address and body of both pages of an article that has two."""
    first = next((FIXTURES / "www.cqn.com.cn").rglob("content_9021436.htm"))
    second = first.with_name("content_9021436_2.htm")
    urls = [f"https://{path.relative_to(FIXTURES)}" for path in (first, second)]
    return urls[0], first.read_bytes(), urls[1], second.read_bytes()
