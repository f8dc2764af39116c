"""Group commit of articles and their metrics: many upserts in one write, each acknowledged with its own outcome.

In: `Article`s one by one. Out: for each "new", "changed" or "unchanged" once the server has it in its journal. Writes are idempotent and
guarded by the hash they are based on, so two crawls at once and a repeat after a crash end in the same state.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import bson
from itemadapter import ItemAdapter
from pymongo import UpdateMany, UpdateOne
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError, ConnectionFailure, PyMongoError

from cqnspider.items import Article
from cqnspider.store import metrics
from cqnspider.store.errors import Rejected, StoreLost, brief
from cqnspider.store.states import Document, Stored, explain, now_in_bson, operation_for

logger = logging.getLogger(__name__)
GROUP_SIZE: Final = 200
GROUP_DELAY: Final = 0.1  # seconds that the first item of a group waits for others
_MAX_BSON: Final = 16 * 1024 * 1024 - 64 * 1024  # the server's limit, less room for what an update adds
_ATTEMPTS: Final = 3
_HEALED: Final = "What was acknowledged is stored; run the crawl again"
_MAX_TRIES: Final = 5  # of one article that other crawls keep changing
_DUPLICATE_KEY: Final = 11000


@dataclass(slots=True, eq=False)
class _Pending:
    document: Document
    future: asyncio.Future[Stored]
    tries: int = 0


@dataclass(slots=True)
class _Sighting:
    urls: set[str] = field(default_factory=set)
    sections: set[str] = field(default_factory=set)


class ArticleWriter:
    """Collects articles and writes them in groups of `GROUP_SIZE` or after `GROUP_DELAY`."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self.database = database
        self.articles = database["articles"]
        self.lost: StoreLost | None = None
        self._waiting: dict[str, list[_Pending]] = {}
        self._sightings: dict[str, _Sighting] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._flushing: asyncio.Task[None] | None = None
        self.sections_added = 0

    async def put(self, article: Article) -> Stored:
        """Store an article and wait for the acknowledgement. Raises Rejected for this document, StoreLost for the database."""
        if self.lost:
            raise self.lost
        document = ItemAdapter(article).asdict()
        document["_id"] = document.pop("id")
        try:
            size = len(bson.encode(document))
        except (bson.errors.InvalidDocument, OverflowError, UnicodeEncodeError) as error:
            raise Rejected(f"cannot be written as BSON: {error}") from error
        if size > _MAX_BSON:
            raise Rejected(f"too large: {size:,} bytes, MongoDB takes 16 MB a document")
        pending = _Pending(document, asyncio.get_running_loop().create_future())
        self._waiting.setdefault(article.id, []).append(pending)
        self._schedule(now=len(self._waiting) >= GROUP_SIZE)
        return await pending.future

    def sighted(self, article_id: str, urls: Iterable[str], sections: Iterable[str]) -> None:
        """Note further addresses and lists of a stored article; written with the next group."""
        sighting = self._sightings.setdefault(article_id, _Sighting())
        sighting.urls.update(urls)
        sighting.sections.update(sections)
        self._schedule(now=len(self._sightings) >= GROUP_SIZE)

    async def close(self) -> None:
        """Write what is waiting."""
        if self._timer:
            self._timer.cancel()
        while (self._waiting or self._sightings or self._flushing) and not self.lost:
            self._start_flush()
            assert self._flushing
            await asyncio.wait([self._flushing])

    def _schedule(self, *, now: bool) -> None:
        if now:
            self._start_flush()
        elif self._timer is None and self._flushing is None:
            self._timer = asyncio.get_running_loop().call_later(GROUP_DELAY, self._start_flush)

    def _start_flush(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if self._flushing is None:
            self._flushing = asyncio.get_running_loop().create_task(self._flush())
            self._flushing.add_done_callback(self._flushed)

    def _flushed(self, task: asyncio.Task[None]) -> None:
        self._flushing = None
        if (error := task.exception()) is not None:
            self._fail_all(StoreLost(f"writing failed: {brief(error)}"))
        elif self._waiting or self._sightings:
            self._schedule(now=len(self._waiting) >= GROUP_SIZE)

    async def _flush(self) -> None:
        """Write one group: at most one state of each article, the others wait for the next group."""
        group = []
        for article_id in list(self._waiting)[:GROUP_SIZE]:
            states = self._waiting[article_id]
            group.append(states.pop(0))
            if not states:
                del self._waiting[article_id]
        sightings, self._sightings = self._sightings, {}
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                await self._write(group)
                group = []
                await self._write_sightings(sightings)  # after the articles: one of them may be seen in this group
                return
            except ConnectionFailure as error:
                logger.info("write attempt %d of %d failed: %s", attempt, _ATTEMPTS, brief(error))
                if attempt == _ATTEMPTS:
                    lost = StoreLost(f"the database does not answer: {brief(error)}. {_HEALED}")
                    self._fail_all(lost, group)
                    return
                await asyncio.sleep(0.2 * attempt)
            except PyMongoError as error:  # not allowed, disk full, not primary: nothing more can be written
                self._fail_all(StoreLost(f"the database refuses to write: {brief(error)}. {_HEALED}"), group)
                return
            except Exception as error:  # a bug: nobody may wait for this group for ever
                self._fail_all(StoreLost(f"writing failed: {error!r}"), group)
                raise

    def _fail_all(self, error: StoreLost, group: Iterable[_Pending] = ()) -> None:
        self.lost = error
        waiting = [pending for states in self._waiting.values() for pending in states]
        self._waiting = {}
        self._sightings = {}
        for pending in (*group, *waiting):
            if not pending.future.done():
                pending.future.set_exception(error)

    async def _write_sightings(self, sightings: dict[str, _Sighting]) -> None:
        if not sightings:
            return
        operations = [
            UpdateOne(
                {"_id": article_id},
                {"$addToSet": {"urls": {"$each": sorted(seen.urls)}, "sections": {"$each": sorted(seen.sections)}}},
            )
            for article_id, seen in sightings.items()
        ]
        listed = [
            UpdateMany({"article_id": article_id}, {"$addToSet": {"sections": {"$each": sorted(seen.sections)}}})
            for article_id, seen in sightings.items()
            if seen.sections
        ]
        if listed:
            await self.database["metrics"].bulk_write(
                listed, ordered=False
            )  # first: what an article lacks is seen again
        result = await self.articles.bulk_write(operations, ordered=False)
        self.sections_added += result.modified_count

    async def _write(self, group: list[_Pending]) -> None:
        """Classify against what is stored, write, and check what a concurrent writer may have changed in between."""
        todo = [pending for pending in group if not pending.future.done()]
        while todo:
            before = await self._stored(todo)
            operations, outcomes = [], []
            ids = [pending.document["_id"] for pending in todo]
            for pending in todo:
                operation, outcome = operation_for(pending.document, before.get(pending.document["_id"]), now_in_bson())
                operations.append(operation)
                outcomes.append(outcome)
            # Metrics of a new article go first: after a crash in between, it is not stored and so fetched and written again.
            fresh = [each.document for each, stored in zip(todo, outcomes, strict=True) if stored.outcome == "new"]
            await metrics.write(self.database["metrics"], fresh)
            errors: dict[int, Document] = {}
            try:
                result: Document = dict((await self.articles.bulk_write(operations, ordered=False)).bulk_api_result)
            except BulkWriteError as error:
                result = dict(error.details)
                errors = {entry["index"]: entry for entry in result["writeErrors"]}
            complete = (
                not errors
                and result["nMatched"] + len(result["upserted"]) == len(todo)
                and len(result["upserted"]) == sum(stored.outcome == "new" for stored in outcomes)
            )
            # What was there before, or was refused: its metrics become those of what is stored, with all its sections. After a
            # crash in between, the same command reads the article again.
            known = [key for key, stored in zip(ids, outcomes, strict=True) if stored.outcome != "new"]
            await metrics.restore(self.database, [*known, *(ids[index] for index in errors)])
            todo = await self._settle(
                todo, outcomes, errors, {entry["index"] for entry in result["upserted"]}, complete=complete
            )

    async def _stored(self, group: list[_Pending]) -> dict[str, Document]:
        fields = {"content_hash": 1, "first_seen_at": 1, "revision": 1}
        return {
            found["_id"]: found
            async for found in self.articles.find({"_id": {"$in": [each.document["_id"] for each in group]}}, fields)
        }

    async def _settle(
        self,
        group: list[_Pending],
        outcomes: list[Stored],
        errors: dict[int, Document],
        upserted: set[int],
        *,
        complete: bool,
    ) -> list[_Pending]:
        """Give every item its outcome; return those that a concurrent writer overtook, to be tried again."""
        current = {} if complete else await self._stored(group)
        again = []
        for index, (pending, stored) in enumerate(zip(group, outcomes, strict=True)):
            error = errors.get(index)
            found = current.get(pending.document["_id"], {})
            overtaken = not complete and found.get("content_hash") != pending.document["content_hash"]
            pending.tries += 1
            if error is not None and error.get("code") != _DUPLICATE_KEY:
                pending.future.set_exception(Rejected(explain(error)))
            elif (
                error is not None or overtaken or (stored.outcome == "new" and index not in upserted)
            ) and pending.tries < _MAX_TRIES:
                again.append(pending)
            elif overtaken:
                pending.future.set_exception(Rejected("another crawl keeps changing this article"))
            else:
                pending.future.set_result(stored)
        return again
