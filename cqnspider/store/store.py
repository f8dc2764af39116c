"""The database as a crawl uses it: open, ask what is stored, write articles, keep the record of the run.

In: settings. Out: a `Store`. Everything here is asynchronous and belongs to one event loop. URIs with passwords never leave this file unredacted.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bson.codec_options import CodecOptions
from pymongo import AsyncMongoClient, WriteConcern
from pymongo.errors import ConfigurationError, ConnectionFailure, InvalidName, PyMongoError

from cqnspider.items import BEIJING, SCHEMA_VERSION, Failure
from cqnspider.store import dead_letters
from cqnspider.store.errors import StoreError, StoreLost, brief, label
from cqnspider.store.migrations import Progress, migrate, versions
from cqnspider.store.mongod import PrivateMongod
from cqnspider.store.schema import prepare
from cqnspider.store.settle import settle_pending
from cqnspider.store.writer import ArticleWriter

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

Document = dict[str, Any]
_NEWS: Final = 200
_EARLIER: Final = 50  # runs that a verdict looks back on
SERVER_TIMEOUT_MS: Final = 5000  # a replica set may elect a new primary
PRIVATE_TIMEOUT_MS: Final = 1500  # a private mongod that is gone does not come back


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


@dataclass(frozen=True, slots=True)
class Covered:
    """A complete reading of a section: when, down to which publication date (None: to the end), which lists."""

    at: datetime
    down_to: date | None
    lists: frozenset[str]


class Store:
    """One connection. `label` is how it may be called in logs."""

    def __init__(self, uri: str, database: str, private: PrivateMongod | None = None) -> None:
        self.label = f"private MongoDB in {private.home}" if private else label(uri)
        self._uri = uri
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

    async def open(self, migrating: Progress | None = None) -> Store:
        """Connect, check rights and schema version, prepare collections, settle what an interrupted crawl left.

        With `migrating` an older schema is brought to today's, and it is told the progress. Raises StoreError with what to do.
        """
        try:
            given = re.search(r"serverSelectionTimeoutMS=(\d{1,9})", self._uri, re.IGNORECASE)
            patience = int(given[1]) if given else PRIVATE_TIMEOUT_MS if self._private else SERVER_TIMEOUT_MS
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # the driver's warnings about a URI quote it
                self._client = AsyncMongoClient(self._uri, serverSelectionTimeoutMS=patience, appname="cqnspider")
            concern = WriteConcern(**{**self._client.write_concern.document, "j": True})
            options: CodecOptions[Document] = CodecOptions(tz_aware=True, tzinfo=BEIJING)
            self.database = self._client.get_database(self._database, codec_options=options, write_concern=concern)
            await self._check_version(migrating is not None)
            await prepare(self.database)
            if migrating is not None:
                await migrate(self.database, migrating)
            await settle_pending(self.database)
        except (ConfigurationError, ValueError) as error:
            await self.close()
            advice = (
                "expected mongodb://user:password@host:27017/?options with : / @ % ? in the password percent-encoded"
            )
            raise StoreError(f"MONGODB_URI is not usable ({type(error).__name__}); {advice}") from None
        except ConnectionFailure as error:
            await self.close()
            advice = "Start it, or unset MONGODB_URI to use the private one."
            raise StoreError(f"no MongoDB answers at {self.label} ({brief(error)}). {advice}") from None
        except InvalidName as error:
            await self.close()
            raise StoreError(f"MONGO_DATABASE={self._database} is no name of a database: {brief(error)}") from None
        except PyMongoError as error:
            await self.close()
            raise StoreError(f"MongoDB at {self.label} refuses: {brief(error)}") from None
        except BaseException:
            await self.close()
            raise
        self.writer = ArticleWriter(self.database)
        return self

    async def _check_version(self, migrating: bool) -> None:
        """Raise StoreError where the documents have another schema than this cqnspider writes; nothing is touched then."""
        oldest, newest = await versions(self.database)
        if newest > SCHEMA_VERSION:
            raise StoreError(
                f"the database {self._database} was written by a newer cqnspider (schema version {newest}, this one knows"
                f" {SCHEMA_VERSION}). Update cqnspider; nothing was changed"
            )
        if oldest < SCHEMA_VERSION and not migrating:
            raise StoreError(
                f"the database {self._database} has schema version {oldest}, this cqnspider writes {SCHEMA_VERSION}."
                " Run: scrapy doctor --migrate"
            )

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
        with _translated():
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

    async def lists_of(self, section: str, replay: str | None = None) -> list[str]:
        """List addresses of a section that an earlier run of the same source found, from the newest that did. Raises StoreLost."""
        found = await self._newest_section(section, {"lists.0": {"$exists": True}}, replay)
        return list(found[1]["lists"]) if found else []

    async def covered(self, section: str, replay: str | None = None) -> Covered | None:
        """What the newest run of the same source that went through a section without loss has covered. Raises StoreLost."""
        found = await self._newest_section(section, {"complete": True}, replay)
        if found is None:
            return None
        started, record = found
        down_to = date.fromisoformat(record["down_to"]) if record["down_to"] else None
        return Covered(started, down_to, frozenset(record["lists"]))

    async def _newest_section(
        self, section: str, condition: Document, replay: str | None
    ) -> tuple[datetime, Document] | None:
        """Start and section record of the newest run in which the section met a condition; a replay says nothing about the live site."""
        query = {"replay": replay, "sections": {"$elemMatch": {"name": section, **condition}}}
        with _translated():
            run = await self.database["runs"].find_one(
                query, {"sections": 1, "started_at": 1}, sort=[("started_at", -1)]
            )
        if run is None:
            return None
        return run["started_at"], next(each for each in run["sections"] if each["name"] == section)

    async def younger(self, sections: Iterable[str], since: date) -> AsyncIterator[Refreshable]:
        """Stored articles of these sections published since a day and not gone, newest first. Raises StoreLost."""
        begin = datetime(since.year, since.month, since.day, tzinfo=BEIJING)
        query = {"sections": {"$in": list(sections)}, "published_at": {"$gte": begin}, "gone_at": None}
        fields = {"url": 1, "published_at": 1, "sections": 1, "etag": 1, "last_modified": 1}
        with _translated():
            async for found in self.database["articles"].find(query, fields).sort("published_at", -1):
                conditions = {"If-None-Match": found["etag"], "If-Modified-Since": found["last_modified"]}
                yield Refreshable(
                    found["url"],
                    found["published_at"].date(),
                    frozenset(found["sections"]),
                    {name: value for name, value in conditions.items() if value},
                )

    async def given_up(self, ids: Iterable[str]) -> set[str]:
        """Which of these articles the site has often said it does not have. Raises StoreLost."""
        with _translated():
            return await dead_letters.given_up(self.database["dead_letters"], ids)

    async def put_letters(self, failures: Iterable[Failure], run_id: str) -> None:
        """Write what failed in a run. Raises StoreLost."""
        with _translated():
            await dead_letters.put(self.database["dead_letters"], failures, run_id)

    async def lists_read(self, urls: Iterable[str]) -> None:
        """These list pages are fine: their dead letters go. Raises StoreLost."""
        with _translated():
            await dead_letters.remove_lists(self.database["dead_letters"], urls)

    async def letters(self) -> AsyncIterator[dead_letters.Letter]:
        """Failed articles, to be tried again. Raises StoreLost."""
        with _translated():
            async for letter in dead_letters.articles(self.database["dead_letters"]):
                yield letter

    async def remove_letters(self, article_ids: Iterable[str]) -> None:
        """These articles need no other try. Raises StoreLost."""
        with _translated():
            await dead_letters.remove(self.database["dead_letters"], article_ids)

    async def letter_count(self) -> int:
        """How many dead letters there are. Raises StoreLost."""
        with _translated():
            return await self.database["dead_letters"].count_documents({})

    async def earlier_runs(self, before: datetime) -> list[Document]:
        """Records of earlier runs that came to their end, newest first, without their failures. Raises StoreLost."""
        query = {"started_at": {"$lt": before}, "finish_reason": {"$regex": "^(finished|closespider_)"}, "error": None}
        with _translated():
            found = self.database["runs"].find(query, {"failures": 0, "rules": 0}).sort("started_at", -1)
            return await found.limit(_EARLIER).to_list()

    async def news(self, run: Document) -> list[datetime]:
        """Starts of earlier runs over the same sections of the same source that found something new, newest first. Raises StoreLost."""
        query = {name: run[name] for name in ("spider", "replay")} | {
            "arguments.sections": run["arguments"].get("sections"),
            "started_at": {"$lt": run["started_at"]},
            "counts.new": {"$gt": 0},
        }
        with _translated():
            found = self.database["runs"].find(query, {"started_at": 1}).sort("started_at", -1).limit(_NEWS)
            return [each["started_at"] async for each in found]

    async def put_run(self, run: Document) -> None:
        """Write the record of a run. Raises StoreLost."""
        with _translated():
            await self.database["runs"].replace_one({"_id": run["_id"]}, run, upsert=True)


@contextmanager
def _translated() -> Iterator[None]:
    """Driver errors as StoreLost."""
    try:
        yield
    except PyMongoError as error:
        raise StoreLost(f"the database does not answer: {brief(error)}") from error
