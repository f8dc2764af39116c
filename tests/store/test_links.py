"""Links between near-duplicates: the same whatever came first, remade when an article changes, exact to the decision."""

import asyncio
import itertools
import json
import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cqnspider.content import content_hash
from cqnspider.items import CONTENT_FIELDS, Article
from cqnspider.pipelines.dedup import DedupPipeline
from cqnspider.pipelines.metrics import metrics_of
from cqnspider.pipelines.place import fill_place
from cqnspider.store import Store, writer
from cqnspider.store import links as links_module
from tests.conftest import TestDatabase
from tests.duplicates.scoring import HERE
from tests.store.test_writer import article, with_store

PAIRS = [json.loads(line) for line in (HERE / "third.jsonl").read_text().splitlines()]
SAME = next(pair for pair in PAIRS if pair["label"] == "duplicate" and pair["kind"] == "light")
OTHER = next(
    p for p in PAIRS if p["kind"].startswith("template-county") and p["a"]["paragraphs"] != SAME["a"]["paragraphs"]
)


def story(number: int, printed: dict[str, Any], days: int = 0) -> Article:
    """An article as it reaches the store."""
    found = article(number, title=printed["title"], paragraphs=printed["paragraphs"])
    assert found.published_at is not None
    found = replace(found, published_at=found.published_at + timedelta(days=days))
    fill_place(found)
    found.metrics = metrics_of(found)
    DedupPipeline().process_item(found)
    found.content_hash = content_hash({name: getattr(found, name) for name in CONTENT_FIELDS})
    return found


def links(database: TestDatabase) -> dict[str, str | None]:
    return {key: found["duplicate_of"] for key, found in database.articles().items()}


@pytest.mark.parametrize("order", list(itertools.permutations((1, 2, 3))))
def test_the_later_print_points_to_the_earliest_whatever_came_first(
    database: TestDatabase, order: tuple[int, ...]
) -> None:
    prints = {1: story(1, SAME["a"]), 2: story(2, SAME["b"], days=1), 3: story(3, SAME["a"], days=2)}

    async def work(store: Store) -> list[str | None]:
        return [(await store.writer.put(prints[number])).duplicate_of for number in order]

    outcomes = with_store(database, work)
    assert links(database) == {"1": None, "2": "1", "3": "1"}
    assert outcomes[0] is None and outcomes[-1] == links(database)[str(order[-1])]
    assert not [found for found in database.articles().values() if "pending" in found]


def test_two_prints_of_a_template_are_not_linked(database: TestDatabase) -> None:
    async def work(store: Store) -> None:
        await asyncio.gather(store.writer.put(story(1, OTHER["a"])), store.writer.put(story(2, OTHER["b"], days=1)))

    with_store(database, work)
    assert links(database) == {"1": None, "2": None}


def test_prints_beyond_the_window_are_not_linked(database: TestDatabase) -> None:
    async def work(store: Store) -> None:
        await store.writer.put(story(1, SAME["a"]))
        await store.writer.put(story(2, SAME["b"], days=90))

    with_store(database, work)
    assert links(database) == {"1": None, "2": None}


def test_a_changed_article_changes_the_links_to_and_from_it(database: TestDatabase) -> None:
    async def work(store: Store) -> None:
        for each in (story(1, SAME["a"]), story(2, SAME["b"], days=1), story(3, SAME["a"], days=2)):
            await store.writer.put(each)
        await store.writer.put(story(1, OTHER["a"]))  # the first turns out to be another story

    with_store(database, work)
    assert links(database) == {"1": None, "2": None, "3": "2"}


def test_two_crawls_that_write_two_prints_at_once_link_them(database: TestDatabase) -> None:
    async def work(store: Store) -> None:
        other = await Store(database.uri, database.name).open()
        for number in range(0, 40, 2):
            await asyncio.gather(
                store.writer.put(story(number, SAME["a"], days=number * 100)),
                other.writer.put(story(number + 1, SAME["b"], days=number * 100 + 1)),
            )
        await other.close()

    with_store(database, work)
    assert links(database) == {str(n): str(n - 1) if n % 2 else None for n in range(40)}


def test_the_lookup_uses_its_index(database: TestDatabase) -> None:
    async def work(store: Store) -> Any:
        await store.writer.put(story(1, SAME["a"]))
        bands = story(1, SAME["a"]).bands
        return await store.database["articles"].find({"bands": {"$in": bands}}).explain()

    plan = with_store(database, work)["queryPlanner"]["winningPlan"]
    assert plan["inputStage"]["indexName"] == "bands_published_at"


def test_many_prints_of_one_story_in_any_order(database: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "GROUP_DELAY", 0)
    numbers = list(range(50))
    random.Random(1).shuffle(numbers)

    async def work(store: Store) -> None:
        for number in numbers:
            await store.writer.put(story(number, SAME["a" if number % 2 else "b"], days=number % 50))

    with_store(database, work)
    found = links(database)
    first = min(database.articles().values(), key=lambda each: (each["published_at"], each["_id"]))["_id"]
    assert {key: other for key, other in found.items() if other != first} == {first: None}


def test_a_link_that_another_crawl_has_overtaken_is_decided_again(
    database: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the decision and the link the earlier article becomes another story."""

    async def work(store: Store) -> None:
        other = await Store(database.uri, database.name).open()
        await store.writer.put(story(1, SAME["a"]))
        decide = links_module._matches

        async def slowly(*arguments: Any) -> Any:
            found = await decide(*arguments)
            monkeypatch.setattr(links_module, "_matches", decide)
            await other.writer.put(story(1, OTHER["a"]))
            return found

        monkeypatch.setattr(links_module, "_matches", slowly)
        await store.writer.put(story(2, SAME["b"], days=1))
        await other.close()

    with_store(database, work)
    assert links(database) == {"1": None, "2": None}
