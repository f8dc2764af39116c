"""The database as a crawl uses it: open, ask what is stored, write articles, keep the record of the run.

In: settings. Out: a `Store`. Everything here is asynchronous and belongs to one event loop. URIs with passwords never leave this file unredacted.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pymongo import AsyncMongoClient, WriteConcern

from cqnspider.items import BEIJING
from cqnspider.store.dead_letters import DeadLetters
from cqnspider.store.errors import label, translated
from cqnspider.store.migrations import Progress, migrate, versions
from cqnspider.store.mongod import PrivateMongod
from cqnspider.store.opening import BEIJING_TIMES, check_version, client, opening
from cqnspider.store.runs import Runs
from cqnspider.store.schema import prepare
from cqnspider.store.settle import settle_pending
from cqnspider.store.writer import ArticleWriter

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

Document = dict[str, Any]
_GROUP: Final = 200  # stored articles a query
_ASKED: Final = 1000  # ids a query


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored about an article that a list names."""

    published_on: date
    urls: frozenset[str]
    sections: frozenset[str]
    looked_at: datetime  # when it was last read, or first missed
    gone: bool


@dataclass(frozen=True, slots=True)
class Refreshable:
    """A stored article that may be read again; `conditions` are headers for a conditional request."""

    url: str
    published_on: date
    sections: frozenset[str]
    conditions: Mapping[str, str]


class Store:
    """One connection. `label` is how it may be called in logs."""

    def __init__(self, uri: str, database: str, private: PrivateMongod | None = None) -> None:
        self.label = f"private MongoDB in {private.home}" if private else label(uri)
        self.uri = uri  # may hold a password: never printed
        self._database = database
        self._private = private
        self._client: AsyncMongoClient[Document] | None = None

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Store:
        """For MONGO_URI, else for the private MongoDB, which is started here. Raises StoreError."""
        database = settings["MONGO_DATABASE"]
        if uri := settings["MONGO_URI"]:
            return cls(uri, database)
        private = PrivateMongod(Path(settings["CQNSPIDER_HOME"]), settings["MONGOD"])
        private.__enter__()  # released by close()
        return cls(private.uri, database, private)

    async def open(self, migrating: Progress | None = None, *, read_only: bool = False) -> Store:
        """Connect, check rights and schema version, prepare collections, settle what an interrupted crawl left.

        With `migrating` an older schema is brought to today's, and it is told the progress; `read_only` nothing is written. Raises StoreError with
        what to do.
        """
        try:
            with opening(self.label, self._database):
                self._connect()
                check_version(self._database, *await versions(self.database), migrating=migrating is not None)
                if not read_only:
                    await prepare(self.database)
                    if migrating is not None:
                        await migrate(self.database, migrating)
                    await settle_pending(self.database)
        except BaseException:
            await self.close()
            raise
        return self

    def _connect(self) -> None:
        self._client = client(AsyncMongoClient[Document], self.uri, private=self._private is not None)
        concern = WriteConcern(**{**self._client.write_concern.document, "j": True})
        self.database = self._client.get_database(self._database, codec_options=BEIJING_TIMES, write_concern=concern)
        self.writer = ArticleWriter(self.database)
        self.runs = Runs(self.database["runs"])
        self.dead_letters = DeadLetters(self.database["dead_letters"])

    def attach(self) -> Store:
        """Connect to a database that another process of this one's program has opened; the first use says whether it answers."""
        self._connect()
        return self

    def last_words(self) -> str | None:
        """What the private mongod complained of, None where it did not, or for a server elsewhere."""
        return self._private.last_words() if self._private is not None else None

    async def close(self) -> None:
        """Disconnect; the private MongoDB ends with its last user."""
        if self._client is not None:
            await self._client.close()
            self._client = None
        if self._private is not None:
            self._private.__exit__(None, None, None)

    async def known(self, ids: Iterable[str]) -> Mapping[str, Known]:
        """What is stored of these articles, in one query. Raises StoreLost."""
        fields = {"published_at": 1, "urls": 1, "sections": 1, "last_seen_at": 1, "gone_at": 1}
        with translated():
            return {
                found["_id"]: Known(
                    found["published_at"].date(),
                    frozenset(found["urls"]),
                    frozenset(found["sections"]),
                    max(filter(None, (found["last_seen_at"], found["gone_at"]))),
                    found["gone_at"] is not None,
                )
                async for found in self.database["articles"].find({"_id": {"$in": list(ids)}}, fields)
            }

    async def linked(self, ids: Iterable[str]) -> int:
        """How many of these articles are linked to an earlier print of their story. Raises StoreLost."""
        wanted, count = sorted(ids), 0
        for begin in range(0, len(wanted), _ASKED):
            query = {"_id": {"$in": wanted[begin : begin + _ASKED]}, "duplicate_of": {"$ne": None}}
            with translated():
                count += await self.database["articles"].count_documents(query)
        return count

    async def younger(self, sections: Iterable[str], since: date) -> AsyncIterator[Refreshable]:
        """Stored articles of these sections published since a day and not gone, newest first. Raises StoreLost.

        Read in groups, each by a query of its own: whoever asks for these pages politely takes longer than a cursor lives.
        """
        begin = datetime(since.year, since.month, since.day, tzinfo=BEIJING)
        query: Document = {"sections": {"$in": list(sections)}, "published_at": {"$gte": begin}, "gone_at": None}
        fields = {"url": 1, "published_at": 1, "sections": 1, "etag": 1, "last_modified": 1}
        order = [("published_at", -1), ("_id", -1)]
        while True:
            with translated():
                group = await self.database["articles"].find(query, fields).sort(order).limit(_GROUP).to_list()
            for found in group:
                conditions = {"If-None-Match": found["etag"], "If-Modified-Since": found["last_modified"]}
                yield Refreshable(
                    found["url"],
                    found["published_at"].date(),
                    frozenset(found["sections"]),
                    {name: value for name, value in conditions.items() if value},
                )
            if len(group) < _GROUP:
                return
            last = group[-1]
            query["published_at"]["$lte"] = last["published_at"]
            query["$or"] = [{"published_at": {"$lt": last["published_at"]}}, {"_id": {"$lt": last["_id"]}}]
