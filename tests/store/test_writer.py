import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from cqnspider.items import BEIJING, Article
from cqnspider.store import Rejected, Store, StoreLost
from tests.conftest import TestDatabase


def article(number: int = 1, text: str = "正文", **fields: Any) -> Article:
    url = f"https://www.cqn.com.cn/zj/content/2023-10/19/content_{number}.htm"
    values: dict[str, Any] = {
        "id": str(number), "url": url, "urls": [url], "title": "标题", "published_at": datetime(2023, 10, 19, 15, tzinfo=BEIJING), "channel": "zj",
        "section": ["市场监管"], "sections": ["地方动态"], "rights": "original", "paragraphs": [text], "body": text, "layout": "A",
        "fetched_at": datetime(2023, 10, 20, tzinfo=BEIJING), "content_hash": f"{abs(hash(text)):064x}"[:64],
    }  # fmt: skip
    return Article(**(values | fields))


def with_store(database: TestDatabase, work: Callable[[Store], Awaitable[Any]]) -> Any:
    async def main() -> Any:
        store = await Store(database.uri, database.name).open()
        try:
            return await work(store)
        finally:
            await store.writer.close()
            await store.close()

    return asyncio.run(main())


def test_new_unchanged_changed(database: TestDatabase) -> None:
    async def work(store: Store) -> list[tuple[str, int]]:
        found = [await store.writer.put(each) for each in (article(), article(), article(text="更正"))]
        return [(stored.outcome, stored.revision) for stored in found]

    assert with_store(database, work) == [("new", 1), ("unchanged", 1), ("changed", 2)]
    [stored] = database.articles().values()
    assert (stored["paragraphs"], stored["revision"]) == (["更正"], 2)
    assert stored["first_seen_at"] <= stored["last_seen_at"]


def test_many_articles_go_in_few_writes(database: TestDatabase) -> None:
    async def work(store: Store) -> int:
        before = (await store.database.client.admin.command("serverStatus"))["opcounters"]["query"]
        await asyncio.gather(*(store.writer.put(article(number)) for number in range(1000)))
        return int((await store.database.client.admin.command("serverStatus"))["opcounters"]["query"]) - int(before)

    assert with_store(database, work) <= 6 * 5, "a few queries for each of five groups"
    assert len(database.articles()) == 1000


def test_the_same_article_many_times_at_once_is_one_document(database: TestDatabase) -> None:
    async def work(store: Store) -> list[str]:
        states = [
            article(text=text, sections=[section]) for text in ("甲", "乙") for section in ("地方动态", "食品安全")
        ]
        return [stored.outcome for stored in await asyncio.gather(*map(store.writer.put, states))]

    assert with_store(database, work) == ["new", "unchanged", "changed", "unchanged"]
    [stored] = database.articles().values()
    assert stored["sections"] == ["地方动态", "食品安全"]


def test_two_writers_at_once_lose_nothing_and_double_nothing(database: TestDatabase) -> None:
    async def work(store: Store) -> list[str]:
        other = await Store(database.uri, database.name).open()
        one = [store.writer.put(article(number, sections=["地方动态"])) for number in range(300)]
        two = [other.writer.put(article(number, sections=["食品安全"])) for number in range(300)]
        outcomes = [stored.outcome for stored in await asyncio.gather(*one, *two)]
        await other.close()
        return outcomes

    outcomes = with_store(database, work)
    assert (outcomes.count("new"), outcomes.count("unchanged")) == (300, 300)
    assert all(set(found["sections"]) == {"地方动态", "食品安全"} for found in database.articles().values())


def test_a_refused_document_harms_no_other(database: TestDatabase) -> None:
    async def work(store: Store) -> list[Any]:
        wrong = [
            article(2, rights="stolen"),
            article(3, title=""),
            article(4, paragraphs=["x" * 17_000_000]),
            article(5, keywords=["\ud800"]),
        ]
        return await asyncio.gather(
            store.writer.put(article(1)),
            *map(store.writer.put, wrong),
            store.writer.put(article(6)),
            return_exceptions=True,
        )

    first, rights, title, large, surrogate, last = with_store(database, work)
    assert set(database.articles()) == {"1", "6"}
    assert [type(each) for each in (rights, title, large, surrogate)] == [Rejected] * 4
    assert "rights" in str(rights) and "title" in str(title) and "too large" in str(large) and "BSON" in str(surrogate)
    assert (first.outcome, last.outcome) == ("new", "new")


def test_sightings_grow_urls_and_sections_of_stored_articles_only(database: TestDatabase) -> None:
    async def work(store: Store) -> int:
        await store.writer.put(article(1))
        store.writer.sighted("1", ["https://www.cqn.com.cn/zgzlb/content/2023-10/19/content_1.htm"], ["食品安全"])
        store.writer.sighted("2", ["https://www.cqn.com.cn/x"], ["食品安全"])
        await store.writer.close()
        return store.writer.sections_added

    assert with_store(database, work) == 1
    [stored] = database.articles().values()
    assert (len(stored["urls"]), stored["sections"], stored["revision"]) == (2, ["地方动态", "食品安全"], 1)


def test_a_lost_database_fails_every_waiting_article_once(database: TestDatabase) -> None:
    async def work(store: Store) -> list[Any]:
        await store.writer.put(article(1))
        assert store._client is not None
        await store._client.close()
        return await asyncio.gather(
            *(store.writer.put(article(number)) for number in range(2, 5)), return_exceptions=True
        )

    found = with_store(database, work)
    assert all(isinstance(each, StoreLost) for each in found)
    assert set(database.articles()) == {"1"}


def test_a_bug_while_writing_hangs_nobody(database: TestDatabase) -> None:
    async def work(store: Store) -> Any:
        await store.writer.put(article(1))
        await store.database["articles"].update_one(
            {"_id": "1"}, {"$unset": {"revision": 1}}, bypass_document_validation=True
        )
        return await asyncio.gather(store.writer.put(article(1)), return_exceptions=True)

    [found] = with_store(database, work)
    assert isinstance(found, StoreLost) and "revision" in str(found)
