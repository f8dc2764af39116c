"""From one database to another: every document byte for byte, then a proof that both hold the same.

In: an open `Store` to copy from, which is only read, and one to copy into, which becomes the same: what it lacks is inserted, what differs replaced, what the
source no longer has removed. A target that somebody has crawled into is refused. So a copy may be killed, and run again whenever the source has changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, Final, cast

from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo import DeleteOne, InsertOne, ReplaceOne
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import BulkWriteError, OperationFailure

from cqnspider.store.errors import StoreError, translated
from cqnspider.store.store import Store
from cqnspider.store.validators import VALIDATORS

_GROUP: Final = 500  # documents that are compared and written at once …
_GROUP_BYTES: Final = 16_000_000  # … or as many as have this size: a dead letter may hold a page of 8 MB
_RAW: Final[CodecOptions[RawBSONDocument]] = CodecOptions(document_class=RawBSONDocument)
_OWN: Final = ("articles", "revisions", "runs")  # who has crawled into a target has left at least a run there
Collection = AsyncCollection[RawBSONDocument]
Progress = Callable[[int], object]  # is told how many documents were read


@dataclass(frozen=True, slots=True)
class Copied:
    """A collection that both databases hold alike: how many documents, and the SHA-256 of them in the order of their ids."""

    collection: str
    documents: int
    sha256: str


async def size(source: Store) -> int:
    """About how many documents there are to copy. Raises StoreLost."""
    with translated():
        return sum([await source.database[name].estimated_document_count() for name in VALIDATORS])


async def check(source: Store, target: Store) -> None:
    """Raise StoreError where nothing is to be copied, where both are one, or where the target has something of its own. Nothing is written."""
    with translated():
        if not await source.database["articles"].find_one({}, {"_id": 1}):
            raise StoreError(
                f"there are no articles in {source.database.name} of {source.label}; its name is MONGO_DATABASE"
            )
        if source.database.name == target.database.name and await _server(source) == await _server(target):
            raise StoreError("MONGODB_URI is the private MongoDB itself; set it to the server that gets the copy")
        for name in _OWN:
            if own := await _missing_in(_raw(source, name), _raw(target, name)):
                raise StoreError(
                    f"{target.label} holds {name} that this database does not have (e.g. {own}); copy into another one with --into NAME."
                    " Nothing was written"
                )


async def copy(source: Store, target: Store, progress: Progress = lambda count: None) -> list[Copied]:
    """Make all collections of the target those of the source, and compare them. Raises StoreError where they differ after it; StoreLost."""
    copied = []
    with translated():
        for name in VALIDATORS:
            await _bring(_raw(source, name), _raw(target, name), progress)
            here, there = await _digest(_raw(source, name)), await _digest(_raw(target, name))
            if here != there:
                raise StoreError(
                    f"{name} differ after the copy: {here[0]} documents {here[1][:12]} here, {there[0]} documents {there[1][:12]} at {target.label}."
                    " Something writes into one of them, such as a crawl; run scrapy copy again when it has ended"
                )
            copied.append(Copied(name, *here))
    return copied


def _raw(store: Store, name: str) -> Collection:
    # The stubs take the type of the database's documents for the collection's.
    return cast("Collection", store.database.get_collection(name, codec_options=_RAW))


async def _server(store: Store) -> object:
    """What tells one server process from another, whatever address it was reached at."""
    try:
        status = await store.database.client.admin.command("hello")
    except OperationFailure:
        return object()
    return status.get("topologyVersion", {}).get("processId") or object()


async def _groups(collection: Collection, ids_only: bool = False) -> AsyncIterator[list[RawBSONDocument]]:
    group: list[RawBSONDocument] = []
    size = 0
    async for document in collection.find({}, {"_id": 1} if ids_only else None):
        group.append(document)
        size += len(document.raw)
        if len(group) == _GROUP or size >= _GROUP_BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group


async def _missing_in(wanted: Collection, other: Collection) -> str | None:
    """An id of `other` that `wanted` does not have."""
    async for group in _groups(other, ids_only=True):
        ids = [each["_id"] for each in group]
        there = {each["_id"] async for each in wanted.find({"_id": {"$in": ids}}, {"_id": 1})}
        if missing := next((each for each in ids if each not in there), None):
            return str(missing)
    return None


async def _bring(source: Collection, target: Collection, progress: Progress) -> None:
    """Insert what is missing, replace what differs, then remove what the source does not have."""
    async for group in _groups(source):
        wanted = {each["_id"]: each for each in group}
        there = {each["_id"]: each.raw async for each in target.find({"_id": {"$in": list(wanted)}})}
        await _write(
            target,
            [
                ReplaceOne({"_id": key}, each) if key in there else InsertOne(each)
                for key, each in wanted.items()
                if there.get(key) != each.raw
            ],
        )
        progress(len(group))
    async for group in _groups(target, ids_only=True):
        ids = [each["_id"] for each in group]
        kept = {each["_id"] async for each in source.find({"_id": {"$in": ids}}, {"_id": 1})}
        await _write(target, [DeleteOne({"_id": each}) for each in ids if each not in kept])


async def _write(target: Collection, operations: list[Any]) -> None:
    if not operations:
        return
    try:
        await target.bulk_write(operations, ordered=False)
    except BulkWriteError as error:
        [first, *_] = error.details["writeErrors"]
        raise StoreError(f"{target.name} not copied: {first['errmsg'][:300]}") from None


async def _digest(collection: Collection) -> tuple[int, str]:
    """How many documents, and their SHA-256 in the order of their ids."""
    count, digest = 0, hashlib.sha256()
    async for document in collection.find().sort("_id", 1):
        count += 1
        digest.update(document.raw)
    return count, digest.hexdigest()
