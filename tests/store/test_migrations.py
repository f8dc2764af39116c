"""From schema version 1 to today's: repeatable, interruptible; newer documents are refused and not touched."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from cqnspider.items import SCHEMA_VERSION
from cqnspider.store import Rejected, Store, StoreError
from cqnspider.store.migrations import STEPS, m2
from tests.conftest import TestDatabase
from tests.store.test_links import SAME, links, story
from tests.store.test_writer import article, with_store
from tests.test_processes import scrapy

_NEW_IN_2 = ("etag", "last_modified", "gone_at", "simhash", "bands", "duplicate_of")


def age(database: TestDatabase) -> None:
    """Make the database what version 1 wrote."""
    stored = database.client[database.name]
    for name in ("articles", "metrics", "runs"):
        stored.command("collMod", name, validator={})
    for each in stored["articles"].find():
        unset = dict.fromkeys(_NEW_IN_2, "")
        stored["articles"].update_one(
            {"_id": each["_id"]}, {"$unset": unset, "$set": {"schema_version": 1, "content_hash": "0" * 64}}
        )
    stored["metrics"].update_many({}, {"$unset": {"schema_version": ""}})
    stored["runs"].insert_one(
        {"_id": "r1", "spider": "local_news", "started_at": datetime.now(UTC), "schema_version": 1}
    )
    stored["revisions"].drop()
    stored["dead_letters"].drop()


@pytest.fixture
def old(database: TestDatabase) -> tuple[TestDatabase, dict[str, Any]]:
    """A database of version 1, and its articles as version 2 has them."""

    async def fill(store: Store) -> None:
        for each in (story(1, SAME["a"]), story(2, SAME["b"], days=1)):
            await store.writer.put(each)

    with_store(database, fill)
    now = database.articles()
    age(database)
    return database, now


async def opened(database: TestDatabase, *, migrate: bool) -> None:
    store = Store(database.uri, database.name)
    await store.open((lambda count: None) if migrate else None)
    await store.close()


def test_every_version_has_its_step() -> None:
    assert sorted(STEPS) == list(range(2, SCHEMA_VERSION + 1))


def test_an_older_database_says_what_to_do(old: tuple[TestDatabase, dict[str, Any]]) -> None:
    database, _ = old
    before = database.articles()
    with pytest.raises(
        StoreError, match=r"has schema version 1, this cqnspider knows 2\. Run: scrapy doctor --migrate"
    ):
        asyncio.run(opened(database, migrate=False))
    assert database.articles() == before


def test_migration_ends_in_what_today_writes(old: tuple[TestDatabase, dict[str, Any]]) -> None:
    database, expected = old
    asyncio.run(opened(database, migrate=True))
    assert database.articles() == expected
    assert links(database) == {"1": None, "2": "1"}
    assert database.metrics() == database.metrics_of_articles() != []
    [run] = database.runs()
    assert (run["schema_version"], run["cohorts"], run["coverage"]) == (SCHEMA_VERSION, {}, {})
    asyncio.run(opened(database, migrate=True))
    assert database.articles() == expected


def test_an_interrupted_migration_goes_on(
    old: tuple[TestDatabase, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    database, expected = old
    update = m2._update
    with monkeypatch.context() as patch:
        patch.setattr(m2, "_GROUP", 1)
        patch.setattr(m2, "_update", lambda each: update(each) if each["_id"] == "1" else 1 / 0)
        with pytest.raises(ZeroDivisionError):
            asyncio.run(opened(database, migrate=True))
    assert {each["schema_version"] for each in database.articles().values()} == {1, 2}
    asyncio.run(opened(database, migrate=True))
    assert database.articles() == expected


def test_doctor_migrates(old: tuple[TestDatabase, dict[str, Any]]) -> None:
    database, expected = old
    refused = scrapy("crawl", "local_news", "-s", "REPLAY=fixtures", env=database.environment)
    assert refused.returncode == 1
    assert refused.stderr.splitlines()[-1].endswith("Run: scrapy doctor --migrate")
    asked = scrapy("doctor", env=database.environment)
    assert (asked.returncode, "FAIL" in asked.stdout, "--migrate" in asked.stdout) == (1, True, True)
    migrated = scrapy("doctor", "--migrate", env=database.environment)
    assert migrated.returncode == 0, migrated.stdout
    assert "ok   schema: version 2, 2 articles" in migrated.stdout
    assert database.articles() == expected


def test_a_newer_database_is_refused_whole(database: TestDatabase) -> None:
    with_store(database, lambda store: store.writer.put(article()))
    stored = database.client[database.name]
    stored["articles"].update_one({}, {"$set": {"schema_version": SCHEMA_VERSION + 1}})
    before = database.articles(), stored["articles"].options()
    for migrate in (False, True):
        with pytest.raises(StoreError, match="written by a newer cqnspider"):
            asyncio.run(opened(database, migrate=migrate))
    assert (database.articles(), stored["articles"].options()) == before


def test_a_newer_document_that_appears_in_the_middle_is_not_damaged(database: TestDatabase) -> None:
    async def work(store: Store) -> list[Any]:
        await store.writer.put(article(1))
        await store.database["articles"].update_one({"_id": "1"}, {"$set": {"schema_version": SCHEMA_VERSION + 1}})
        puts = [store.writer.put(article(1, text="更正")), store.writer.put(article(2))]
        return await asyncio.gather(*puts, return_exceptions=True)

    refused, other = with_store(database, work)
    assert isinstance(refused, Rejected) and "newer cqnspider" in str(refused)
    assert other.outcome == "new"
    assert database.articles()["1"]["paragraphs"] == ["正文"]
