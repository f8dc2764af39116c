import asyncio
from typing import Any

import pytest
from pymongo.errors import PyMongoError

from cqnspider.items import Article
from cqnspider.metrics import extract
from cqnspider.store import Rejected, Store, commit
from tests.conftest import TestDatabase
from tests.store.test_writer import article, with_store


def counted(number: int = 1, text: str = "检查企业300余家,罚款5万元。", **fields: Any) -> Article:
    return article(number, text, province="四川省", metrics=extract(text), **fields)


def test_metrics_stand_beside_what_their_article_says(database: TestDatabase) -> None:
    with_store(database, lambda store: store.writer.put(counted()))
    first, second = database.metrics()
    assert (first["_id"], second["_id"], first["article_id"]) == ("1:0", "1:1", "1")
    assert (first["text"], first["value"], first["unit"], first["entity_head"]) == ("300余家", 300, "家", "企业")
    assert (first["title"], first["province"], first["sections"]) == ("标题", "四川省", ["地方动态"])
    assert first["url"] == database.articles()["1"]["url"]
    assert database.metrics() == database.metrics_of_articles()


def test_they_are_rewritten_when_the_article_changes(database: TestDatabase) -> None:
    async def work(store: Store) -> None:
        await store.writer.put(counted())
        await store.writer.put(counted(text="检查企业301家。", sections=["食品安全"]))

    with_store(database, work)
    [metric] = database.metrics()
    assert (metric["value"], metric["sections"]) == (301, ["地方动态", "食品安全"])
    assert database.metrics() == database.metrics_of_articles()


def test_sections_grow_with_those_of_the_article(database: TestDatabase) -> None:
    async def work(store: Store) -> None:
        await store.writer.put(counted())
        store.writer.sighted("1", [], ["食品安全"])
        await store.writer.close()
        await store.writer.put(counted(sections=["质量管理"]))

    with_store(database, work)
    assert database.metrics()[0]["sections"] == ["地方动态", "食品安全", "质量管理"]
    assert database.metrics() == database.metrics_of_articles()


def test_two_writers_at_once_agree(database: TestDatabase) -> None:
    async def work(store: Store) -> None:
        other = await Store(database.uri, database.name).open()
        one = [store.writer.put(counted(number, sections=["地方动态"])) for number in range(300)]
        two = [other.writer.put(counted(number, sections=["食品安全"])) for number in range(300)]
        await asyncio.gather(*one, *two)
        await other.close()

    with_store(database, work)
    assert len(database.metrics()) == 600
    assert database.metrics() == database.metrics_of_articles()


def test_a_refused_article_leaves_no_metrics(database: TestDatabase) -> None:
    async def work(store: Store) -> list[Any]:
        await store.writer.put(counted(2))
        wrong = [counted(1, rights="stolen"), counted(2, "检查企业9家。", rights="stolen")]
        return await asyncio.gather(*map(store.writer.put, wrong), return_exceptions=True)

    assert [type(each) for each in with_store(database, work)] == [Rejected, Rejected]
    assert [metric["_id"] for metric in database.metrics()] == ["2:0", "2:1"]
    assert database.metrics() == database.metrics_of_articles()


def test_a_writer_that_was_overtaken_does_not_spoil_what_is_stored(
    database: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another crawl stores a changed article between reading and writing of one that found it unchanged."""

    async def work(store: Store) -> None:
        other = await Store(database.uri, database.name).open()
        await store.writer.put(counted())
        stored = commit._stored

        async def slowly(*group: Any) -> Any:
            found = await stored(*group)
            monkeypatch.setattr(commit, "_stored", stored)
            await other.writer.put(counted(text="检查企业9家。"))
            return found

        monkeypatch.setattr(commit, "_stored", slowly)
        await store.writer.put(counted())
        await other.close()

    with_store(database, work)
    [article_] = database.articles().values()
    assert [each["text"] for each in article_["metrics"]] == [each.text for each in extract(article_["paragraphs"][0])]
    assert database.metrics() == database.metrics_of_articles()


def test_a_reader_never_misses_what_stays(database: TestDatabase) -> None:
    async def work(store: Store) -> int:
        await store.writer.put(counted())
        least = 2

        async def watch() -> None:
            nonlocal least
            for _ in range(200):
                least = min(least, await store.database["metrics"].count_documents({}))

        async def again() -> None:
            for _ in range(20):
                await store.writer.put(counted())

        await asyncio.gather(watch(), again())
        return least

    assert with_store(database, work) == 2


def test_an_article_with_fewer_numbers_leaves_none_behind(database: TestDatabase) -> None:
    async def work(store: Store) -> None:
        await store.writer.put(counted())
        await store.writer.put(counted(text="没有数字。"))

    with_store(database, work)
    assert database.metrics() == []


def test_a_dropped_collection_is_rebuilt_by_the_next_user(database: TestDatabase) -> None:
    async def fill(store: Store) -> None:
        await asyncio.gather(*(store.writer.put(counted(number)) for number in range(20)))

    with_store(database, fill)
    before = database.metrics()
    database.client[database.name]["metrics"].drop()
    with_store(database, lambda store: asyncio.sleep(0))
    assert database.metrics() == before
    assert {"unit_published_at", "head_published_at_unit", "province_published_at"} <= set(
        database.client[database.name]["metrics"].index_information()
    )


@pytest.mark.parametrize("field", ["unit", "entity_head", "province", "published_at", "article_id"])
def test_queries_use_an_index(database: TestDatabase, field: str) -> None:
    with_store(database, lambda store: store.writer.put(counted()))
    plan = database.client[database.name]["metrics"].find({field: database.metrics()[0][field]}).explain()
    assert "IXSCAN" in str(plan["queryPlanner"]["winningPlan"])


def test_the_validator_knows_a_metric(database: TestDatabase) -> None:
    with_store(database, lambda store: store.writer.put(counted()))
    metrics = database.client[database.name]["metrics"]
    for wrong in ({"role": "guess"}, {"value": "300"}, {"unit_kind": "thing"}, {"sentence": ""}):
        with pytest.raises(PyMongoError):
            metrics.update_one({"_id": "1:0"}, {"$set": wrong})
