"""Schema versions: what the database holds, and the steps from an older version to today's. `scrapy doctor --migrate` runs them.

A step is a module `m{version}` with `async def migrate(database, progress)`: it brings documents of the version before to its own, in groups, each
document guarded by its old version – so that it may be interrupted and run again, and two may run at once. A new step is a new module, an entry
of `STEPS`, and `items.SCHEMA_VERSION` raised by one. See m2 as the example.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Final

from pymongo.asynchronous.database import AsyncDatabase

from cqnspider.items import SCHEMA_VERSION
from cqnspider.store.migrations import m2

Document = dict[str, Any]
Progress = Callable[[int], object]  # is told how many documents were migrated
STEPS: Final[Mapping[int, Callable[[AsyncDatabase[Document], Progress], Awaitable[None]]]] = {2: m2.migrate}
VERSIONED: Final = ("articles", "runs")  # every cqnspider writes both; the other collections follow them


async def versions(database: AsyncDatabase[Document]) -> tuple[int, int]:
    """The oldest and the newest schema version of what is stored; today's where nothing is. Raises pymongo errors."""
    found = []
    for name in VERSIONED:
        for direction in (1, -1):
            cursor = database[name].find({}, {"schema_version": 1}).sort("schema_version", direction)
            found += await cursor.limit(1).to_list()
    return span(found)


def span(documents: Iterable[Document]) -> tuple[int, int]:
    """The oldest and the newest schema version of these documents; the first cqnspider wrote none."""
    found = [int(each.get("schema_version", 1)) for each in documents]
    return min(found, default=SCHEMA_VERSION), max(found, default=SCHEMA_VERSION)


async def migrate(database: AsyncDatabase[Document], progress: Progress = lambda count: None) -> None:
    """Bring everything to today's version. Raises pymongo errors; what was done stays, run it again."""
    oldest, _ = await versions(database)
    for version, step in sorted(STEPS.items()):
        if version > oldest:
            await step(database, progress)
