import asyncio
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pymongo
import pytest
from pymongo.errors import BulkWriteError, WriteError

from cqnspider.items import BEIJING, SCHEMA_VERSION
from cqnspider.store import Covered, Store, StoreError, redact
from cqnspider.store.errors import brief
from cqnspider.store.mongod import find_mongod
from cqnspider.store.schema import INDEXES
from cqnspider.store.validators import ARTICLE_SCHEMA
from tests.conftest import TestDatabase
from tests.store.test_writer import article, with_store


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("mongodb://ana:geheim@db:27017/", "mongodb://***@db:27017/"),
        ("mongodb+srv://ana:a:b@c@db/x?y=1 failed", "mongodb+srv://***@db/x?y=1 failed"),
        ("mongodb://db:27017/", "mongodb://db:27017/"),
    ],
)
def test_passwords_are_not_shown(text: str, shown: str) -> None:
    assert redact(text) == shown


@pytest.mark.parametrize(
    ("uri", "says"),
    [
        (
            "mongodb://ana:geheim@%2Fnone.sock/?serverSelectionTimeoutMS=200",
            r"no MongoDB answers at mongodb://%2Fnone.sock ",
        ),
        ("postgres://ana:geheim@db/", "MONGODB_URI is not usable"),
        ("mongodb://", "MONGODB_URI is not usable"),
    ],
)
def test_a_database_that_cannot_be_used(uri: str, says: str) -> None:
    with pytest.raises(StoreError, match=says) as caught:
        asyncio.run(Store(uri, "x").open())
    assert "geheim" not in str(caught.value) and "\n" not in str(caught.value)


def test_collections_indexes_validator(database: TestDatabase) -> None:
    async def work(store: Store) -> None:
        again = await Store(database.uri, database.name).open()  # nothing to do
        await again.close()

    with_store(database, work)
    db = database.client[database.name]
    for name, indexes in INDEXES.items():
        assert {index.document["name"] for index in indexes} | {"_id_"} == set(db[name].index_information())
    assert db["articles"].options()["validator"] == {"$jsonSchema": ARTICLE_SCHEMA}
    with pytest.raises(WriteError):
        db["articles"].insert_one({"_id": "1", "title": "ohne alles"})


def test_an_older_validator_is_brought_up_to_date(database: TestDatabase) -> None:
    db = database.client[database.name]
    db.create_collection("articles", validator={"old": 1})
    with_store(database, lambda store: asyncio.sleep(0))
    assert db["articles"].options()["validator"] == {"$jsonSchema": ARTICLE_SCHEMA}


def test_retired_indexes_go(database: TestDatabase) -> None:
    metrics = database.client[database.name]["metrics"]
    metrics.create_index([("unit", 1), ("value", -1)], name="unit_value")
    metrics.create_index([("mine", 1)], name="mine")
    with_store(database, lambda store: asyncio.sleep(0))
    there = set(metrics.index_information())
    assert ("unit_value" in there, "unit_value_head" in there, "mine" in there) == (False, True, True)


def test_an_index_of_the_user_s_own_with_the_same_keys_is_named(database: TestDatabase) -> None:
    database.client[database.name]["metrics"].create_index(
        [("unit", 1), ("value", -1), ("entity_head", 1)], name="mine"
    )
    with pytest.raises(
        StoreError, match=r"metrics has an index .* different name: mine.*; drop it: db\.metrics\.dropIndex"
    ):
        asyncio.run(Store(database.uri, database.name).open())


@pytest.fixture
def building(tmp_path: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    """A mongod in which an index of `articles` is being built and an old validator is in force; how to let the build end."""
    folder = tmp_path / "db"
    folder.mkdir()
    command = [find_mongod(None), "--dbpath", folder, "--port", "0", "--setParameter", "enableTestCommands=1"]
    options = ["--unixSocketPrefix", tmp_path, "--bind_ip", f"{tmp_path}/mongod.sock", "--quiet"]
    uri = f"mongodb://{quote(f'{tmp_path}/mongod.sock', safe='')}"
    with subprocess.Popen([*map(str, command + options)], stdout=subprocess.DEVNULL) as process:
        try:
            with pymongo.MongoClient[dict[str, Any]](uri) as client, ThreadPoolExecutor() as pool:
                asyncio.run(opened(uri))
                articles = client["cqn"]["articles"]
                client["cqn"].command("collMod", "articles", validator={})
                articles.insert_one({"schema_version": SCHEMA_VERSION})

                def hold(mode: str) -> None:
                    client.admin.command("configureFailPoint", "hangAfterStartingIndexBuild", mode=mode)

                hold("alwaysOn")
                pool.submit(articles.create_index, "mine")
                while not any(
                    "Index Build" in each.get("msg", "") for each in client.admin.aggregate([{"$currentOp": {}}])
                ):
                    time.sleep(0.02)
                try:
                    yield uri, lambda: hold("off")
                finally:
                    hold("off")
        finally:
            process.terminate()


async def opened(uri: str) -> None:
    await (await Store(uri, "cqn").open()).close()


def test_a_validator_waits_for_an_index_that_is_built(building: tuple[str, Callable[[], None]]) -> None:
    uri, let_it_end = building
    ending = threading.Timer(0.5, let_it_end)
    ending.start()
    asyncio.run(opened(uri))
    ending.join()
    with pymongo.MongoClient[dict[str, Any]](uri) as client:
        assert client["cqn"]["articles"].options()["validator"] == {"$jsonSchema": ARTICLE_SCHEMA}


def test_an_index_that_takes_too_long_is_named(
    building: tuple[str, Callable[[], None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cqnspider.store.schema.PATIENCE", 0.2)
    with pytest.raises(StoreError, match="an index of articles is being built"):
        asyncio.run(opened(building[0]))


def test_what_a_bulk_of_writes_says(database: TestDatabase) -> None:
    with pytest.raises(BulkWriteError) as caught:
        database.client[database.name]["x"].insert_many([{"_id": 1}, {"_id": 1}])
    assert brief(caught.value).startswith("E11000 duplicate key error collection")


def test_known_articles_in_one_query(database: TestDatabase) -> None:
    async def work(store: Store) -> Any:
        await store.writer.put(article(1, published_at=datetime(2023, 10, 20, 0, 30, tzinfo=BEIJING)))
        return await store.known(["1", "2"])

    known = with_store(database, work)
    assert set(known) == {"1"}
    assert (known["1"].published_on, known["1"].sections) == (date(2023, 10, 20), frozenset({"地方动态"})), (
        "Beijing's day, not UTC's"
    )


def test_runs_remember_lists_and_completeness(database: TestDatabase) -> None:
    now = datetime.now(UTC).replace(microsecond=0)

    def run(age: int, **section: Any) -> dict[str, Any]:
        return {
            "_id": str(age),
            "replay": None,
            "started_at": now - timedelta(days=age),
            "sections": [{"name": "地方动态", "lists": [], "complete": False, "down_to": None} | section],
        }

    async def work(store: Store) -> Any:
        for record in (
            run(3, lists=["old"], complete=True),
            run(2, lists=["new"], complete=True, down_to="2023-01-01"),
            run(1),
        ):
            await store.runs.put(record)
        return (
            await store.runs.lists_of("地方动态"),
            await store.runs.covered("地方动态"),
            await store.runs.covered("食品安全"),
            await store.runs.lists_of("食品安全"),
        )

    assert with_store(database, work) == (
        ["new"],
        Covered(now - timedelta(days=2), date(2023, 1, 1), frozenset({"new"})),
        None,
        [],
    )


def test_no_document_can_inject_operators(database: TestDatabase) -> None:
    async def work(store: Store) -> Any:
        await store.writer.put(article(1, title="$where", tables=[{"rows": [["$set", "a.b"]]}]))
        return await store.known(["$ne"])

    assert with_store(database, work) == {}
    [stored] = database.articles().values()
    assert (stored["title"], stored["tables"]) == ("$where", [{"rows": [["$set", "a.b"]]}])


def test_the_server_is_real(database: TestDatabase) -> None:
    assert pymongo.version_tuple >= (4, 16)
    assert database.client.server_info()["version"].startswith(("6.", "7.", "8."))


def test_many_may_open_a_database_that_lacks_its_indexes(database: TestDatabase) -> None:
    """As after an upgrade: one builds the indexes, the others wait for it."""
    for _ in range(5):
        database.client.drop_database(database.name)
        database.client[database.name]["runs"].insert_one({"_id": "x", "schema_version": SCHEMA_VERSION})

        async def work() -> None:
            stores = [Store(database.uri, database.name) for _ in range(4)]
            await asyncio.gather(*(store.open() for store in stores))
            await asyncio.gather(*(store.close() for store in stores))

        asyncio.run(work())
    assert set(database.client[database.name].list_collection_names()) == set(INDEXES)
