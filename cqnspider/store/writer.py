"""Group commit of articles and their metrics: many upserts in one write, each acknowledged with its own outcome.

In: `Article`s one by one. Out: for each "new", "changed" or "unchanged" once the server has it in its journal. What a group does is in commit.py;
here it is collected, tried again while the connection fails, and ended for everybody once the database is lost.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from pymongo import UpdateMany, UpdateOne
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import ConnectionFailure, PyMongoError

from cqnspider.items import Article
from cqnspider.store import dead_letters
from cqnspider.store.commit import Pending, check_size, commit
from cqnspider.store.errors import StoreLost, brief
from cqnspider.store.states import Stored, now_in_bson

Document = dict[str, Any]
logger = logging.getLogger(__name__)
GROUP_SIZE: Final = 200
GROUP_DELAY: Final = 0.25  # seconds that the first item of a group waits for others
_ATTEMPTS: Final = 3
_HEALED: Final = "What was acknowledged is stored; run the crawl again"


@dataclass(slots=True)
class _Sighting:
    """What was met of a stored article without reading it: on a list, unchanged since the last time (`seen`), or not there any more (`gone`)."""

    urls: set[str] = field(default_factory=set)
    sections: set[str] = field(default_factory=set)
    seen: bool = False
    gone: bool = False

    def update(self, now: datetime) -> Document:
        """For MongoDB."""
        each: Document = {"urls": {"$each": sorted(self.urls)}, "sections": {"$each": sorted(self.sections)}}
        return {"$addToSet": each} | ({"$max": {"last_seen_at": now}, "$set": {"gone_at": None}} if self.seen else {})


class ArticleWriter:
    """Collects articles and writes them in groups of `GROUP_SIZE` or after `GROUP_DELAY`."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self.database = database
        self.articles = database["articles"]
        self.lost: StoreLost | None = None
        self.before_commit: Callable[[], Awaitable[None]] | None = None  # raises StoreLost
        self._waiting: dict[str, list[Pending]] = {}
        self._sightings: dict[str, _Sighting] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._flushing: asyncio.Task[None] | None = None
        self.sections_added = 0

    async def put(self, article: Article) -> Stored:
        """Store an article and wait for the acknowledgement. Raises Rejected for this document, StoreLost for the database."""
        if self.lost:
            raise self.lost
        document = article.document()
        check_size(document)
        pending = Pending(document, asyncio.get_running_loop().create_future())
        self._waiting.setdefault(article.id, []).append(pending)
        self._schedule(now=len(self._waiting) >= GROUP_SIZE)
        return await pending.future

    def sighted(
        self,
        article_id: str,
        urls: Iterable[str] = (),
        sections: Iterable[str] = (),
        *,
        seen: bool = False,
        gone: bool = False,
    ) -> None:
        """Note what was met of a stored article without reading it; written with the next group."""
        sighting = self._sightings.setdefault(article_id, _Sighting())
        sighting.urls.update(urls)
        sighting.sections.update(sections)
        sighting.seen |= seen
        sighting.gone |= gone
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
                if self.before_commit is not None:
                    await self.before_commit()
                await commit(self.database, group)
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
            except StoreLost as error:  # what articles refer to is not safe
                self._fail_all(error, group)
                return
            except PyMongoError as error:  # not allowed, disk full, not primary: nothing more can be written
                self._fail_all(StoreLost(f"the database refuses to write: {brief(error)}. {_HEALED}"), group)
                return
            except Exception as error:  # a bug: nobody may wait for this group for ever
                self._fail_all(StoreLost(f"writing failed: {error!r}"), group)
                raise

    def _fail_all(self, error: StoreLost, group: Iterable[Pending] = ()) -> None:
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
        now = now_in_bson()
        operations = [UpdateOne({"_id": key}, sighting.update(now)) for key, sighting in sightings.items()]
        operations += [
            UpdateOne({"_id": key, "gone_at": None}, {"$set": {"gone_at": now}})
            for key, sighting in sightings.items()
            if sighting.gone
        ]
        listed = [
            UpdateMany({"article_id": article_id}, {"$addToSet": {"sections": {"$each": sorted(seen.sections)}}})
            for article_id, seen in sightings.items()
            if seen.sections
        ]
        if listed:  # first: what an article lacks is seen again
            await self.database["metrics"].bulk_write(listed, ordered=False)
        result = await self.articles.bulk_write(operations, ordered=False)
        self.sections_added += result.modified_count
        answered = [key for key, sighting in sightings.items() if sighting.seen or sighting.gone]
        if answered:
            await dead_letters.remove(self.database["dead_letters"], answered)
