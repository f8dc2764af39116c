"""Dead letters: everything that failed, one document a failure, with the raw page where one came. The same failure again counts up.

A letter goes when its article is stored, or its list is read; `scrapy requeue` tries them all again.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from pymongo import DeleteMany, UpdateOne
from pymongo.asynchronous.collection import AsyncCollection

from cqnspider.items import SCHEMA_VERSION, Failure, RawPage
from cqnspider.store.errors import translated
from cqnspider.store.states import now_in_bson
from cqnspider.text import visible
from cqnspider.urls import article_address

Document = dict[str, Any]
GONE: Final = ("HTTP 404", "HTTP 410")
# So many runs, over so long, were told that an article is not there: then it is not asked for, but for full=1 and requeue, for a month.
_GIVEN_UP: Final = 3
_FOR_GOOD: Final = timedelta(days=3)
_AGAIN: Final = timedelta(days=30)
_MAX_BODY: Final = 8 * 1024 * 1024  # bytes of a raw page that are kept; half of what a document may have
_MAX_TEXT: Final = 20_000  # characters of a traceback


@dataclass(frozen=True, slots=True)
class Letter:
    """A failed article that may be tried again; `page` is None where none came that could be read."""

    url: str
    section: str | None
    failed_at: datetime
    page: RawPage | None


class DeadLetters:
    """The collection `dead_letters`. Everything here raises StoreLost."""

    def __init__(self, letters: AsyncCollection[Document]) -> None:
        self.collection = letters

    async def put(self, failures: Iterable[Failure], run_id: str) -> None:
        """Write what failed in a run."""
        operations = [_operation(failure, run_id) for failure in failures]
        with translated():
            if operations:
                await self.collection.bulk_write(operations, ordered=False)

    async def put_new(self, failures: Iterable[Failure], run_id: str) -> None:
        """Write what failed and is not known to have failed like this: an old page read again is no second failure."""
        operations = []
        for failure in failures:
            key, state, once = _letter(failure, run_id)
            operations.append(UpdateOne(key, {"$setOnInsert": state | once | {"count": 1}}, upsert=True))
        with translated():
            if operations:
                await self.collection.bulk_write(operations, ordered=False)

    async def remove_until(self, read: Mapping[str, datetime]) -> None:
        """These articles were read, from pages of a time: what failed later stays."""
        operations = [DeleteMany({"article_id": key, "last_at": {"$lte": at}}) for key, at in read.items()]
        with translated():
            if operations:
                await self.collection.bulk_write(operations, ordered=False)

    async def remove(self, article_ids: Iterable[str]) -> None:
        """These articles need no other try."""
        with translated():
            await remove(self.collection, article_ids)

    async def remove_lists(self, urls: Iterable[str]) -> None:
        """These list pages were read."""
        with translated():
            await self.collection.delete_many({"url": {"$in": list(urls)}, "stage": "list"})

    async def count(self) -> int:
        """How many there are."""
        with translated():
            return await self.collection.count_documents({})

    async def given_up(self, article_ids: Iterable[str]) -> set[str]:
        """Which of these articles the site has said for days that it does not have, and need not be asked for yet."""
        query = {"article_id": {"$in": list(article_ids)}, "reason": {"$in": GONE}, "count": {"$gte": _GIVEN_UP}}
        now = now_in_bson()
        with translated():
            return {
                each["article_id"]
                async for each in self.collection.find(query, {"article_id": 1, "first_at": 1, "last_at": 1})
                if each["last_at"] - each["first_at"] >= _FOR_GOOD and now - each["last_at"] < _AGAIN
            }

    async def articles(self) -> AsyncIterator[Letter]:
        """The newest letter of each failed article, one with a page before one without."""
        newest: list[Document] = [
            {"$match": {"article_id": {"$ne": None}}},
            {"$project": {"article_id": 1, "last_at": 1, "paged": {"$ne": ["$page", None]}}},
            {"$sort": {"paged": -1, "last_at": -1}},
            {"$group": {"_id": "$article_id", "letter": {"$first": "$_id"}}},
            {"$sort": {"_id": 1}},
        ]
        with translated():
            keys = [each["letter"] async for each in await self.collection.aggregate(newest)]
        for key in keys:
            with translated():
                found = await self.collection.find_one({"_id": key})
            if found is not None:
                page = found["page"]
                yield Letter(found["url"], found["section"], found["last_at"], RawPage(**page) if page else None)


async def remove(letters: AsyncCollection[Document], article_ids: Iterable[str]) -> None:
    """These articles are stored. Raises pymongo errors."""
    await letters.delete_many({"article_id": {"$in": list(article_ids)}})


def _operation(failure: Failure, run_id: str) -> UpdateOne:
    key, state, once = _letter(failure, run_id)
    return UpdateOne(key, {"$set": state, "$setOnInsert": once, "$inc": {"count": 1}}, upsert=True)


def _letter(failure: Failure, run_id: str) -> tuple[Document, Document, Document]:
    """Of a letter: which it is, what each failure writes, what the first one writes."""
    address = article_address(failure.url)
    now = failure.at or now_in_bson()
    page, detail = failure.page, failure.detail
    if page is not None and len(page.body) > _MAX_BODY:
        detail = f"{detail} (page of {len(page.body):,} bytes not kept)".strip()
        page = None
    # What an attempt without a page or section does not know, it does not wipe out either.
    known = {"section": failure.section, "page": asdict(page) if page else None}
    state = {
        "article_id": address.id if address is not None and failure.stage != "list" else None,
        "stage": failure.stage,
        "reason": failure.reason,
        "detail": detail,
        "url": failure.url,
        "traceback": None if failure.traceback is None else visible(failure.traceback)[-_MAX_TEXT:],
        "run_id": run_id,
        "last_at": now,
        "schema_version": SCHEMA_VERSION,
        **{name: value for name, value in known.items() if value is not None},
    }
    once = {"first_at": now, **{name: None for name, value in known.items() if value is None}}
    key = hashlib.sha256(f"{failure.stage}\n{failure.reason}\n{failure.url}".encode()).hexdigest()[:24]
    return {"_id": key}, state, once
