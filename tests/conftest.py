"""Shared test parts: a real mongod, saved pages, whole crawls in this process."""

from __future__ import annotations

import asyncio
import json
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pymongo
import pytest
from itemadapter import ItemAdapter
from scrapy import signals
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings
from scrapy.utils.project import get_project_settings

from cqnspider.extensions.run import RunRecord
from cqnspider.store.metrics import ARTICLE_FIELDS
from cqnspider.store.mongod import PrivateMongod

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "fixtures"
SEED = "https://www.cqn.com.cn/zj/content/2023-10/19/content_8990503.htm"


def saved(url: str) -> bytes:
    """Bytes of a saved page."""
    return (FIXTURES / url.split("//")[1]).read_bytes()


def expected_articles() -> dict[str, dict[str, Any]]:
    """What the saved articles say, by id; written by hand beside the pages."""
    return {path.stem: json.loads(path.read_text()) for path in sorted((ROOT / "tests" / "expected").glob("*.json"))}


def documents_of(article: dict[str, Any]) -> list[dict[str, Any]]:
    """The documents of `metrics` that an article's metrics must be."""
    shared = {name: article[name] for name in ARTICLE_FIELDS if name in article}
    return [
        {"_id": f"{article['_id']}:{index}", "article_id": article["_id"], **shared, **metric}
        for index, metric in enumerate(article["metrics"])
    ]


@pytest.fixture(scope="session")
def mongod(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateMongod]:
    """One private mongod for the whole session; without it the tests fail, they are not skipped."""
    with PrivateMongod(tmp_path_factory.mktemp("home")) as private:
        yield private


@dataclass
class TestDatabase:
    """A fresh database on the session's mongod."""

    __test__ = False
    uri: str
    name: str
    client: pymongo.MongoClient[dict[str, Any]]

    def articles(self) -> dict[str, dict[str, Any]]:
        return {found["_id"]: found for found in self.client[self.name]["articles"].find()}

    def metrics(self) -> list[dict[str, Any]]:
        return list(self.client[self.name]["metrics"].find(sort=[("_id", 1)]))

    def metrics_of_articles(self) -> list[dict[str, Any]]:
        """What `metrics` must hold, by what `articles` holds."""
        found = [each for article in self.articles().values() for each in documents_of(article)]
        return sorted(found, key=lambda each: str(each["_id"]))

    def content(self) -> dict[str, dict[str, Any]]:
        """The articles without the times of storing, for comparing two crawls."""
        times = ("fetched_at", "first_seen_at", "last_seen_at")
        return {key: {k: v for k, v in found.items() if k not in times} for key, found in self.articles().items()}

    def runs(self) -> list[dict[str, Any]]:
        return list(self.client[self.name]["runs"].find(sort=[("started_at", 1)]))

    @property
    def environment(self) -> dict[str, str]:
        return {"MONGODB_URI": self.uri, "MONGO_DATABASE": self.name}


@contextmanager
def fresh_database(mongod: PrivateMongod) -> Iterator[TestDatabase]:
    """A database that nobody else uses, gone after the block."""
    with pymongo.MongoClient(mongod.uri) as client:
        found = TestDatabase(mongod.uri, f"test_{uuid.uuid4().hex[:12]}", client)
        yield found
        client.drop_database(found.name)


@pytest.fixture
def database(mongod: PrivateMongod) -> Iterator[TestDatabase]:
    with fresh_database(mongod) as found:
        yield found


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A copy of the saved pages that a test may change; modules that serve them over HTTP have a `site` of their own."""
    return Path(shutil.copytree(FIXTURES, tmp_path / "site"))


@dataclass
class Crawled:
    """What a crawl gave."""

    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    urls: list[str] = field(default_factory=list)
    exit_code: int = -1
    reasons: list[str] = field(default_factory=list)


Crawl = Callable[..., Crawled]


@pytest.fixture
def crawl(database: TestDatabase) -> Crawl:
    """Run a spider in this process on saved pages: `crawl("local_news", replay=folder, settings={…}, since=…)`."""
    return partial(run_spider, database)


def run_spider(
    database: TestDatabase,
    spider: str,
    replay: Path = FIXTURES,
    settings: dict[str, Any] | None = None,
    **arguments: str,
) -> Crawled:
    """One crawl in this process."""
    options: Settings = get_project_settings()
    options.update(
        {
            "TWISTED_REACTOR_ENABLED": False,
            "LOG_ENABLED": False,
            "REPLAY": str(replay),
            "MONGO_URI": database.uri,
            "MONGO_DATABASE": database.name,
            **(settings or {}),
        },
        priority="cmdline",
    )
    result = Crawled()

    async def main() -> None:
        runner = AsyncCrawlerRunner(options)
        crawler = runner.create_crawler(spider)
        crawler.signals.connect(
            lambda item: result.items.__setitem__(item.id, ItemAdapter(item).asdict()),
            signals.item_scraped,
            weak=False,
        )
        crawler.signals.connect(
            lambda request: result.urls.append(request.url), signals.request_reached_downloader, weak=False
        )
        await runner.crawl(crawler, **arguments)
        record = crawler.get_extension(RunRecord)
        assert record is not None
        result.exit_code, result.reasons = record.verdict.exit_code, record.verdict.reasons

    asyncio.run(main())
    return result
