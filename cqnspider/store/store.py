"""The database as a crawl uses it: open, ask what is stored, write articles, keep the record of the run.

In: settings. Out: a `Store`. Everything here is asynchronous and belongs to one event loop. URIs with passwords never leave this file unredacted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from bson.codec_options import CodecOptions
from pymongo import AsyncMongoClient, WriteConcern
from pymongo.errors import ConfigurationError, ConnectionFailure, InvalidURI, OperationFailure, PyMongoError
from scrapy.settings import BaseSettings

from cqnspider.items import BEIJING
from cqnspider.store.errors import StoreError, StoreLost, redact
from cqnspider.store.mongod import PrivateMongod
from cqnspider.store.schema import prepare
from cqnspider.store.writer import ArticleWriter

Document = dict[str, Any]
SERVER_TIMEOUT_MS: Final = 5000


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored about an article that a list names."""

    published_on: date
    urls: frozenset[str]
    sections: frozenset[str]


class Store:
    """One connection. `label` is how it may be called in logs."""

    def __init__(self, uri: str, database: str, private: PrivateMongod | None = None) -> None:
        self.label = f"private MongoDB in {private.home}" if private else redact(uri)
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

    async def open(self) -> Store:
        """Connect, check the rights, prepare collections. Raises StoreError with what to do."""
        try:
            given = re.search(r"serverSelectionTimeoutMS=(\d{1,9})", self._uri, re.IGNORECASE)
            patience = int(given[1]) if given else SERVER_TIMEOUT_MS
            self._client = AsyncMongoClient(self._uri, serverSelectionTimeoutMS=patience, appname="cqnspider")
            concern = WriteConcern(**{**self._client.write_concern.document, "j": True})
            options: CodecOptions[Document] = CodecOptions(tz_aware=True, tzinfo=BEIJING)
            self.database = self._client.get_database(self._database, codec_options=options, write_concern=concern)
            await prepare(self.database)
        except (InvalidURI, ConfigurationError, ValueError) as error:
            await self.close()
            raise StoreError(f"MONGODB_URI is not usable: {redact(str(error))[:300]}") from None
        except ConnectionFailure as error:
            await self.close()
            raise StoreError(
                f"no MongoDB answers at {self.label} ({redact(str(error)).split(',')[0][:160]}). Start it, or unset MONGODB_URI to use the private one."
            ) from None
        except (OperationFailure, PyMongoError) as error:
            await self.close()
            raise StoreError(
                f"MongoDB at {self.label} refuses: {redact(str(error)).split(', full error')[0][:300]}"
            ) from None
        self.writer = ArticleWriter(self.database["articles"])
        return self

    async def close(self) -> None:
        """Disconnect; the private MongoDB ends with its last user."""
        if self._client is not None:
            await self._client.close()
            self._client = None
        if self._private is not None:
            self._private.__exit__(None, None, None)

    async def known(self, ids: Iterable[str]) -> Mapping[str, Known]:
        """What is stored of these articles, in one query. Raises StoreLost."""
        fields = {"published_at": 1, "urls": 1, "sections": 1}
        try:
            cursor = self.database["articles"].find({"_id": {"$in": list(ids)}}, fields)
            return {
                found["_id"]: Known(
                    found["published_at"].date(), frozenset(found["urls"]), frozenset(found["sections"])
                )
                async for found in cursor
            }
        except PyMongoError as error:
            raise StoreLost(f"the database does not answer: {redact(str(error)).split(',')[0][:200]}") from error

    async def lists_of(self, section: str) -> list[str]:
        """List addresses of a section that an earlier run found, from the newest run that did."""
        query = {"sections": {"$elemMatch": {"name": section, "lists.0": {"$exists": True}}}}
        run = await self.database["runs"].find_one(query, {"sections": 1}, sort=[("started_at", -1)])
        return [url for each in (run or {}).get("sections", []) if each["name"] == section for url in each["lists"]]

    async def covered(self, section: str) -> tuple[datetime, date | None] | None:
        """When a run last went through a section without loss, and the publication date it went down to (None: the whole list)."""
        query = {"sections": {"$elemMatch": {"name": section, "complete": True}}}
        run = await self.database["runs"].find_one(query, {"sections": 1, "started_at": 1}, sort=[("started_at", -1)])
        for each in (run or {}).get("sections", []):
            if each["name"] == section and run is not None:
                return run["started_at"], date.fromisoformat(each["down_to"]) if each["down_to"] else None
        return None

    async def put_run(self, run: Document) -> None:
        """Write the record of a run. Raises StoreLost."""
        try:
            await self.database["runs"].replace_one({"_id": run["_id"]}, run, upsert=True)
        except PyMongoError as error:
            raise StoreLost(f"the run could not be recorded: {redact(str(error)).split(',')[0][:200]}") from error
