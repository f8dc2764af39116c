"""Collections and indexes: brings a database to what validators.py and the queries need.

In: a database handle. Out: the same database with everything in place; safe to repeat, cheap when nothing changed.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Any, Final

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import CollectionInvalid, OperationFailure

from cqnspider.store.errors import StoreError, brief
from cqnspider.store.metrics import rebuild
from cqnspider.store.validators import VALIDATORS

Document = dict[str, Any]

_NAMESPACE_EXISTS: Final = 48
_OTHER_INDEX: Final = {85, 86}  # the same keys under another name, the same name for other keys
_INDEX_IS_BUILT: Final = 12587
PATIENCE: Final = 60.0  # seconds for an index that is being built
INDEXES: Final[dict[str, list[IndexModel]]] = {
    "articles": [
        IndexModel([("published_at", DESCENDING)], name="published_at"),
        IndexModel(
            [("province", ASCENDING), ("city", ASCENDING), ("county", ASCENDING), ("published_at", DESCENDING)],
            name="place_published_at",
        ),
        IndexModel([("adcode", ASCENDING), ("published_at", DESCENDING)], name="adcode_published_at"),
        IndexModel([("sections", ASCENDING), ("published_at", DESCENDING)], name="sections_published_at"),
        IndexModel([("source", ASCENDING), ("published_at", DESCENDING)], name="source_published_at"),
        IndexModel([("bands", ASCENDING), ("published_at", ASCENDING)], name="bands_published_at"),
        IndexModel([("duplicate_of", ASCENDING)], name="duplicate_of"),
        IndexModel([("pending", ASCENDING)], name="pending", sparse=True),  # almost always empty
        IndexModel([("schema_version", ASCENDING)], name="schema_version"),
    ],
    "revisions": [
        IndexModel([("article_id", ASCENDING), ("revision", ASCENDING)], name="article_revision", unique=True)
    ],
    "dead_letters": [
        IndexModel([("article_id", ASCENDING)], name="article_id"),
        IndexModel([("url", ASCENDING)], name="url"),
        IndexModel([("last_at", DESCENDING)], name="last_at"),
    ],
    "metrics": [
        IndexModel([("article_id", ASCENDING)], name="article_id"),
        IndexModel([("unit", ASCENDING), ("published_at", DESCENDING)], name="unit_published_at"),
        # What follows the sorted field is looked up in the index, not in ten times as many documents.
        IndexModel([("unit", ASCENDING), ("value", DESCENDING), ("entity_head", ASCENDING)], name="unit_value_head"),
        IndexModel(
            [("entity_head", ASCENDING), ("published_at", DESCENDING), ("unit", ASCENDING), ("direction", ASCENDING)],
            name="head_published_at_unit",
        ),
        IndexModel([("province", ASCENDING), ("published_at", DESCENDING)], name="province_published_at"),
        IndexModel([("published_at", DESCENDING)], name="published_at"),
    ],
    "runs": [
        IndexModel([("started_at", DESCENDING)], name="started_at"),
        IndexModel([("sections.name", ASCENDING), ("started_at", DESCENDING)], name="section_started_at"),
    ],
}

# Made by an earlier cqnspider; others took their place.
RETIRED: Final[dict[str, frozenset[str]]] = {"metrics": frozenset({"unit_value", "entity_head_published_at"})}


async def prepare(database: AsyncDatabase[Document]) -> None:
    """Create what is missing and bring the validator up to date. Raises pymongo errors."""
    existing = {info["name"]: info async for info in await database.list_collections()}
    if "articles" in existing and "metrics" not in existing:
        try:
            await rebuild(database)
        except OperationFailure:  # another user of the database rebuilt it, or began to write it, at the same moment
            if "metrics" not in await database.list_collection_names():
                raise
        existing = {info["name"]: info async for info in await database.list_collections()}
    for name, validator in VALIDATORS.items():
        current = existing.get(name, {}).get("options", {}).get("validator", {})
        if name not in existing:
            try:
                await database.create_collection(name, validator=validator)
                current = validator
            except (CollectionInvalid, OperationFailure) as error:  # another crawl was faster
                if isinstance(error, OperationFailure) and error.code != _NAMESPACE_EXISTS:
                    raise
        try:  # waits for one who builds the same
            await database[name].create_indexes(INDEXES[name])
        except OperationFailure as error:
            if error.code not in _OTHER_INDEX:
                raise
            raise StoreError(
                f"{name} has an index that one of cqnspider's cannot stand beside ({brief(error)}); drop it: db.{name}.dropIndex(…)"
            ) from None
        for retired in RETIRED.get(name, frozenset()) & set(await database[name].index_information()):
            with suppress(OperationFailure):  # another crawl was faster
                await database[name].drop_index(retired)
        if current != validator:
            await _validate(database, name, validator)


async def _validate(database: AsyncDatabase[Document], name: str, validator: Document) -> None:
    """Give a collection its validator. That is refused while an index is built there, also for a moment after the build has answered."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            await database.command("collMod", name, validator=validator)
            return
        except OperationFailure as error:
            if error.code != _INDEX_IS_BUILT:
                raise
        if time.monotonic() > end:
            raise StoreError(
                f"an index of {name} is being built, its validator cannot be set before that; run this again then"
            )
        await asyncio.sleep(0.05)
