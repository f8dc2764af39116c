"""A crawl that dies before any one of its database operations: the next run ends in the state of an undisturbed one."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from pymongo.asynchronous.collection import AsyncCollection

from cqnspider.items import Article
from cqnspider.store import Store
from tests.conftest import TestDatabase
from tests.store.test_links import OTHER, SAME, story

_OPERATIONS = (
    "bulk_write",
    "insert_many",
    "update_one",
    "update_many",
    "delete_many",
    "aggregate",
    "replace_one",
    "find",
)
_TIMES = ("fetched_at", "first_seen_at", "last_seen_at", "replaced_at", "started_at")


class Killed(BaseException):
    """The process is gone: nothing after this runs."""


@pytest.mark.parametrize("at", range(1, 14))
def test_a_page_corrected_after_a_crash_leaves_nothing_of_the_old_one(
    database: TestDatabase, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    with monkeypatch.context() as patch, suppress(Killed):
        asyncio.run(write(database, [story(1, SAME["a"])], dying(patch, at)))
    asyncio.run(write(database, [story(1, {"title": "标题", "paragraphs": ["检查企业3家，没有发现问题。"]})]))
    assert database.metrics() == database.metrics_of_articles()
    assert len(database.metrics()) == 1


def corrected(printed: dict[str, Any]) -> dict[str, Any]:
    return printed | {"paragraphs": [*printed["paragraphs"][:-1], f"{printed['paragraphs'][-1]}另有企业17家。"]}


def before() -> list[Article]:
    return [story(2, SAME["b"], days=1), story(3, OTHER["a"]), story(5, OTHER["a"])]


def after() -> list[Article]:
    """New ones, one that links to a stored one, a corrected one, one that turns into another story, an unchanged one."""
    return [
        story(1, SAME["a"]),
        story(2, corrected(SAME["b"]), days=1),
        story(3, SAME["a"], days=2),
        story(4, OTHER["b"]),
        story(5, OTHER["a"]),
    ]


async def write(database: TestDatabase, articles: list[Article], killed: Callable[[], bool] = lambda: False) -> None:
    """One run: open (which settles what is left), write, close – or stop wherever it stands once it is killed."""
    store = Store(database.uri, database.name)
    try:
        await store.open()
        work = asyncio.gather(
            *(store.writer.put(each) for each in articles), store.writer.close(), return_exceptions=True
        )
        while not work.done() and not killed():
            await asyncio.sleep(0.002)
    finally:
        await store.close()


def state(database: TestDatabase) -> dict[str, list[dict[str, Any]]]:
    stored = database.client[database.name]
    return {
        name: [
            {key: value for key, value in found.items() if key not in _TIMES}
            for found in stored[name].find(sort=[("_id", 1)])
        ]
        for name in ("articles", "revisions", "metrics", "dead_letters")
    }


def dying(patch: pytest.MonkeyPatch, at: int) -> Callable[[], bool]:
    """Let the `at`-th database operation from now on, and all after it, fail as if the process were gone; whether that has happened."""
    count = 0

    def wrap(name: str) -> None:
        original = getattr(AsyncCollection, name)

        def counted(self: Any, *arguments: Any, **options: Any) -> Any:
            nonlocal count
            count += 1
            if count >= at:
                raise Killed
            return original(self, *arguments, **options)

        patch.setattr(AsyncCollection, name, counted)

    for name in _OPERATIONS:
        wrap(name)
    return lambda: count >= at


@pytest.fixture
def undisturbed(database: TestDatabase) -> dict[str, list[dict[str, Any]]]:
    """The state of two runs that nothing disturbs."""
    asyncio.run(write(database, before()))
    asyncio.run(write(database, after()))
    found = state(database)
    database.client.drop_database(database.name)
    return found


def test_a_crash_before_any_operation_is_healed(
    database: TestDatabase, undisturbed: dict[str, list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [each["changed"] for each in undisturbed["revisions"]] == [
        ["paragraphs"],
        ["title", "published_at", "paragraphs"],
    ]
    assert {each["_id"]: each["duplicate_of"] for each in undisturbed["articles"]} == {
        "1": None, "2": "1", "3": "1", "4": None, "5": None,
    }  # fmt: skip
    points = 0
    for at in range(1, 200):
        database.client.drop_database(database.name)
        asyncio.run(write(database, before()))
        with monkeypatch.context() as patch:
            killed = dying(patch, at)
            with suppress(Killed):
                asyncio.run(write(database, after(), killed))
        if not killed():
            break
        points += 1
        asyncio.run(write(database, after()))
        assert state(database) == undisturbed, f"killed before operation {at}"
    assert points > 12
