"""One group of articles into the database: classified against what is stored, written, settled, each with its own outcome.

Every update is guarded by the state it is based on, so that two crawls at once and a repeat after a crash end in the same state.
"""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass, replace
from typing import Any, Final

import bson
from pymongo import UpdateOne
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError

from cqnspider.items import SCHEMA_VERSION
from cqnspider.store import dead_letters
from cqnspider.store.errors import Rejected
from cqnspider.store.settle import settle
from cqnspider.store.states import COMPARED, Stored, explain, now_in_bson, operation_for

Document = dict[str, Any]
MAX_BSON: Final = 16 * 1024 * 1024 - 64 * 1024  # bytes; the server's limit, less room for what an update adds
_MAX_TRIES: Final = 5  # of one article that other crawls keep changing
DUPLICATE_KEY: Final = 11000


@dataclass(slots=True, eq=False)
class Pending:
    """A document that waits, and the future that gets its outcome."""

    document: Document
    future: asyncio.Future[Stored]
    tries: int = 0

    @property
    def id(self) -> str:
        """The article."""
        return str(self.document["_id"])


@dataclass(frozen=True, slots=True)
class _Write:
    """One article of a group with its update and, if that holds, its outcome."""

    pending: Pending
    operation: UpdateOne
    stored: Stored


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the server did: errors by position, ids of inserted articles, how many updates found the state they are based on."""

    errors: dict[int, Document]
    inserted: set[str]
    matched: int


def check_size(document: Document) -> None:
    """Raise Rejected for what MongoDB cannot hold."""
    try:
        size = len(bson.encode(document))
    except (bson.errors.InvalidDocument, OverflowError, UnicodeEncodeError) as error:
        raise Rejected(f"cannot be written as BSON: {error}") from error
    if size > MAX_BSON:
        raise Rejected(f"too large: {size:,} bytes, MongoDB takes 16 MB a document")


async def commit(database: AsyncDatabase[Document], group: list[Pending]) -> None:
    """Write articles, at most one state of each, and resolve their futures. Raises pymongo errors for the group as a whole."""
    todo = [pending for pending in group if not pending.future.done()]
    while todo:
        writes = await _prepare(database, todo)
        answer = await _execute(database, writes)
        links = await settle(database, [each.pending.id for each in writes])
        todo = await _resolve(database, writes, answer, links)
        healed = [
            each.pending.id for each in writes if each.pending.future.done() and not each.pending.future.exception()
        ]
        await dead_letters.remove(database["dead_letters"], healed)


async def _prepare(database: AsyncDatabase[Document], group: list[Pending]) -> list[_Write]:
    """The update of each article. Those that cannot be written are rejected here."""
    before = await _stored(database, group)
    changed = [
        pending.id
        for pending in group
        if pending.id in before and before[pending.id]["content_hash"] != pending.document["content_hash"]
    ]
    if changed:
        before |= {found["_id"]: found async for found in database["articles"].find({"_id": {"$in": changed}})}
    now, mark = now_in_bson(), uuid.uuid4().hex
    writes = []
    for pending in group:
        stored = before.get(pending.id)
        if stored is not None and stored["schema_version"] > SCHEMA_VERSION:
            pending.future.set_exception(
                Rejected(f"stored by a newer cqnspider (schema version {stored['schema_version']}); update this one")
            )
            continue
        operation, outcome = operation_for(pending.document, stored, now, mark)
        if outcome.outcome == "changed" and _size(stored) + _size(pending.document) > MAX_BSON:
            pending.future.set_exception(Rejected("too large to be changed: both states together pass 16 MB"))
            continue
        writes.append(_Write(pending, operation, outcome))
    return writes


async def _execute(database: AsyncDatabase[Document], writes: list[_Write]) -> _Answer:
    if not writes:
        return _Answer({}, set(), 0)
    errors: dict[int, Document] = {}
    try:
        operations = [each.operation for each in writes]
        result: Document = dict((await database["articles"].bulk_write(operations, ordered=False)).bulk_api_result)
    except BulkWriteError as error:
        result = dict(error.details)
        errors = {entry["index"]: entry for entry in result["writeErrors"]}
    return _Answer(errors, {writes[entry["index"]].pending.id for entry in result["upserted"]}, result["nMatched"])


async def _resolve(
    database: AsyncDatabase[Document], writes: list[_Write], answer: _Answer, links: dict[str, str | None]
) -> list[Pending]:
    """Give every item its outcome; return those that a concurrent writer overtook, to be tried again."""
    new = sum(each.stored.outcome == "new" for each in writes)
    as_planned = len(answer.inserted) == new and answer.matched == len(writes) - new
    current = {} if as_planned else await _stored(database, [each.pending for each in writes])
    again = []
    for index, each in enumerate(writes):
        pending, stored, error = each.pending, each.stored, answer.errors.get(index)
        now_is = current.get(pending.id, {}).get("content_hash")
        overtaken = not as_planned and now_is != pending.document["content_hash"]
        late = stored.outcome == "new" and pending.id not in answer.inserted  # another crawl inserted it
        pending.tries += 1
        if error is not None and error.get("code") != DUPLICATE_KEY:
            pending.future.set_exception(Rejected(explain(error)))
        elif (error is not None or overtaken or late) and pending.tries < _MAX_TRIES:
            again.append(pending)
        elif overtaken:
            pending.future.set_exception(Rejected("another crawl keeps changing this article"))
        else:
            pending.future.set_result(replace(stored, duplicate_of=links.get(pending.id)))
    return again


async def _stored(database: AsyncDatabase[Document], group: list[Pending]) -> dict[str, Document]:
    ids = {"_id": {"$in": [each.id for each in group]}}
    return {found["_id"]: found async for found in database["articles"].find(ids, dict.fromkeys(COMPARED, 1))}


def _size(document: Document | None) -> int:
    return len(bson.encode(document)) if document else 0
