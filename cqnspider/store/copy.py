"""From one database to another: every document byte for byte, then a proof that both hold the same.

In: an open `Store` to copy from and one to copy into. Nothing of the source is changed and nothing in the target replaced: what is there already must be a
part of the source, as an interrupted copy leaves it. So a copy may be killed and run again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, cast

from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import BulkWriteError

from cqnspider.store.errors import StoreError, translated
from cqnspider.store.store import Store
from cqnspider.store.validators import VALIDATORS

_GROUP: Final = 500  # documents that are written at once
_DUPLICATE: Final = 11000
_RAW: Final[CodecOptions[RawBSONDocument]] = CodecOptions(document_class=RawBSONDocument)
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


async def copy(source: Store, target: Store, progress: Progress = lambda count: None) -> list[Copied]:
    """Copy all collections and compare them. Raises StoreError where the target holds, or gets meanwhile, something else; StoreLost."""
    with translated():
        for name in VALIDATORS:
            if foreign := await _foreign(_raw(source, name), _raw(target, name)):
                raise StoreError(
                    f"{target.label} already holds {name} that this database does not have ({foreign}); copy into an empty one, e.g. with"
                    " MONGO_DATABASE=cqn2. Nothing was written"
                )
        copied = []
        for name in VALIDATORS:
            await _insert_missing(_raw(source, name), _raw(target, name), progress)
            here, there = await _digest(_raw(source, name)), await _digest(_raw(target, name))
            if here != there:
                raise StoreError(
                    f"{name} differ after the copy: {here[0]} documents {here[1][:12]} here, {there[0]} documents {there[1][:12]} at {target.label}."
                    " Is a crawl running? Copy again when it has ended"
                )
            copied.append(Copied(name, *here))
    return copied


def _raw(store: Store, name: str) -> AsyncCollection[RawBSONDocument]:
    # The stubs take the type of the database's documents for the collection's.
    return cast("AsyncCollection[RawBSONDocument]", store.database.get_collection(name, codec_options=_RAW))


async def _foreign(source: AsyncCollection[RawBSONDocument], target: AsyncCollection[RawBSONDocument]) -> str | None:
    """An id that only the target has."""
    group: list[Any] = []
    async for document in target.find({}, {"_id": 1}):
        group.append(document["_id"])
        if len(group) == _GROUP:
            if missing := await _missing(source, group):
                return missing
            group = []
    return await _missing(source, group) if group else None


async def _missing(source: AsyncCollection[RawBSONDocument], ids: list[Any]) -> str | None:
    there = {each["_id"] async for each in source.find({"_id": {"$in": ids}}, {"_id": 1})}
    return next((str(each) for each in ids if each not in there), None)


async def _insert_missing(
    source: AsyncCollection[RawBSONDocument], target: AsyncCollection[RawBSONDocument], progress: Progress
) -> None:
    group: list[RawBSONDocument] = []
    async for document in source.find():
        group.append(document)
        if len(group) == _GROUP:
            await _insert(target, group, progress)
            group = []
    await _insert(target, group, progress)


async def _insert(target: AsyncCollection[RawBSONDocument], group: list[RawBSONDocument], progress: Progress) -> None:
    """What is there already stays as it is; the comparison at the end says whether it is the same."""
    if not group:
        return
    try:
        await target.insert_many(group, ordered=False)
    except BulkWriteError as error:
        if others := [each for each in error.details["writeErrors"] if each["code"] != _DUPLICATE]:
            raise StoreError(f"{target.name} not copied: {others[0]['errmsg'][:300]}") from None
    progress(len(group))


async def _digest(collection: AsyncCollection[RawBSONDocument]) -> tuple[int, str]:
    """How many documents, and their SHA-256 in the order of their ids."""
    count, digest = 0, hashlib.sha256()
    async for document in collection.find().sort("_id", 1):
        count += 1
        digest.update(document.raw)
    return count, digest.hexdigest()
