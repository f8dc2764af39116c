"""The data set for people who ask: `open_store()` gives typed, read-only answers.

    with open_store() as store:
        for article in store.articles(place="四川省", since="2023-10-01", text="猕猴桃"):
            print(article.published_at, article.title, article.url)

Articles and metrics come newest first, one by one from the server: an answer may be larger than the memory. Nothing here writes, prepares or
migrates; a database that another version wrote is refused with what to do. More examples: docs/reading.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, Unpack

from pymongo import MongoClient
from pymongo.collection import Collection

from cqnspider.items import Article, Metric
from cqnspider.store.errors import StoreError, label, translated
from cqnspider.store.migrations import VERSIONED, span
from cqnspider.store.mongod import PrivateMongod
from cqnspider.store.opening import BEIJING_TIMES, check_version, client, opening
from cqnspider.store.queries import ArticleQuery, MetricQuery, article_filter, metric_filter

if TYPE_CHECKING:
    import pyarrow

Document = dict[str, Any]
Record = TypeVar("Record")
# As the indexes have it, so that nothing is sorted in memory: within one moment, and so within one article, as it was stored.
NEWEST_FIRST: Final = [("published_at", -1)]


@dataclass(frozen=True, slots=True)
class StoredMetric(Metric):
    """A number with the article that reports it."""

    article_id: str
    title: str
    url: str
    published_at: datetime
    province: str | None
    city: str | None
    county: str | None
    adcode: str | None
    sections: list[str]


@dataclass(frozen=True, slots=True)
class Revision:
    """A former state of an article: its number, what the next state changed, until when it stood, and all it said.

    `state` has no `urls`, `sections`, `bands`, `duplicate_of` and `gone_at`, which belong to the article whatever it says.
    """

    article_id: str
    revision: int
    changed: tuple[str, ...]
    replaced_at: datetime
    state: Article


class Found(Generic[Record]):
    """An answer: iterate it (again and again; each time it is asked anew), count it, take the first few, or make it an Arrow table."""

    def __init__(self, collection: Collection[Document], wanted: Document, kind: Callable[[Document], Record]) -> None:
        self.wanted = wanted  # as MongoDB's own tools take it
        self.name = collection.name
        self._collection = collection
        self._kind = kind

    def __iter__(self) -> Iterator[Record]:
        """Newest first. Raises StoreLost."""
        return map(self._kind, self.documents())

    def documents(self) -> Iterator[Document]:
        """As MongoDB holds them, newest first. Raises StoreLost."""
        with translated(), self._collection.find(self.wanted).sort(NEWEST_FIRST).allow_disk_use(True) as cursor:
            yield from cursor

    def __bool__(self) -> bool:
        """Whether there are any. Raises StoreLost."""
        with translated():
            return self._collection.find_one(self.wanted, {"_id": 1}) is not None

    def count(self) -> int:
        """How many there are. Raises StoreLost."""
        with translated():
            return self._collection.count_documents(self.wanted)

    def first(self, count: int) -> list[Record]:
        """The newest few. Raises StoreLost."""
        return list(islice(self, count))

    def arrow(self) -> pyarrow.Table:
        """All of them as an Arrow table with the columns of `scrapy export`; `.to_pandas()` makes a data frame. Needs pyarrow (ExportError)."""
        from cqnspider.export.parquet import table  # noqa: PLC0415 – pyarrow is optional

        return table(self.name, self.documents())


class Reader:
    """One connection for reading; a context manager."""

    def __init__(self, uri: str, database: str, private: PrivateMongod | None = None) -> None:
        self.label = f"private MongoDB in {private.home}" if private else label(uri)
        self._private = private
        self._client: MongoClient[Document] | None = None
        try:
            with opening(self.label, database):
                self._client = client(MongoClient[Document], uri, private=private is not None)
                self.database = self._client.get_database(database, codec_options=BEIJING_TIMES)
                check_version(database, *span(self._schema_versions()))
                if "metrics" not in self.database.list_collection_names() and self.database["articles"].find_one():
                    raise StoreError(
                        "the collection metrics is missing; run scrapy stored, which makes it from the articles"
                    )
        except BaseException:
            self.close()
            raise

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> Reader:
        """For MONGO_URI, else for the private MongoDB, which is started here if there is one. Raises StoreError."""
        if settings["MONGO_URI"]:
            return cls(settings["MONGO_URI"], settings["MONGO_DATABASE"])
        private = PrivateMongod(Path(settings["CQNSPIDER_HOME"]), settings["MONGOD"])
        private.must_exist()
        private.__enter__()  # released by close()
        return cls(private.uri, settings["MONGO_DATABASE"], private)

    def _schema_versions(self) -> Iterator[Document]:
        for name in VERSIONED:
            for direction in (1, -1):
                yield from (
                    self.database[name].find({}, {"schema_version": 1}).sort("schema_version", direction).limit(1)
                )

    def __enter__(self) -> Reader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Disconnect; the private MongoDB ends with its last user."""
        if self._client is not None:
            self._client.close()
        if self._private is not None:
            self._private.__exit__(None, None, None)

    def article(self, article_id: str) -> Article | None:
        """One article by its id (`"8990503"`). Raises StoreLost, ValueError for what is no text."""
        if not isinstance(article_id, str):
            raise ValueError(f"an id is a text such as '8990503', not {article_id!r}")
        with translated():
            found = self.database["articles"].find_one({"_id": article_id})
        return None if found is None else Article.from_document(found)

    def articles(self, **query: Unpack[ArticleQuery]) -> Found[Article]:
        """Articles by place, date, section, text, source; see `ArticleQuery`. Raises ValueError for what cannot be asked."""
        return Found(self.database["articles"], article_filter(query), Article.from_document)

    def metrics(self, **query: Unpack[MetricQuery]) -> Found[StoredMetric]:
        """Numbers by unit, counted thing, place, period, amount; see `MetricQuery`. Raises ValueError for what cannot be asked."""
        return Found(self.database["metrics"], metric_filter(query), _stored_metric)

    def revisions(self, article_id: str) -> list[Revision]:
        """Former states of an article, oldest first; [] where it never changed. Raises StoreLost."""
        with translated():
            found = list(self.database["revisions"].find({"article_id": article_id}).sort("revision", 1))
        return [
            Revision(
                article_id=each["article_id"],
                revision=each["revision"],
                changed=tuple(each["changed"]),
                replaced_at=each["replaced_at"],
                state=Article.from_document(each | {"_id": article_id}),
            )
            for each in found
        ]

    def duplicates(self, article_id: str) -> list[Article]:
        """The other prints of an article's story, oldest first: all that links lead to, forwards and back. Raises StoreLost."""
        articles, story, grown = self.database["articles"], set[str](), {article_id}
        with translated():
            while grown - story:
                story |= grown
                members = list(story)
                linked = articles.find(
                    {"$or": [{"_id": {"$in": members}}, {"duplicate_of": {"$in": members}}]}, {"duplicate_of": 1}
                )
                grown = {each[name] for each in linked for name in ("_id", "duplicate_of")} - {None}
            others = articles.find({"_id": {"$in": list(story - {article_id})}}).sort([("published_at", 1), ("_id", 1)])
            return [Article.from_document(each) for each in others]


def open_store(uri: str | None = None, database: str | None = None, home: str | Path | None = None) -> Reader:
    """Open the data set for reading: at `uri`, else at MONGODB_URI, else the private MongoDB of `home` (CQNSPIDER_HOME, `.cqnspider`).

    `database` is MONGO_DATABASE where it is not given. Raises StoreError that says what to do.
    """
    from cqnspider.settings import database_settings  # noqa: PLC0415 – a script may set the environment after its imports

    settings = database_settings()
    settings["MONGO_URI"] = uri or ("" if home else settings["MONGO_URI"])
    settings["MONGO_DATABASE"] = database or settings["MONGO_DATABASE"]
    settings["CQNSPIDER_HOME"] = str(home or settings["CQNSPIDER_HOME"])
    return Reader.from_settings(settings)


def _stored_metric(document: Document) -> StoredMetric:
    return StoredMetric.from_document({"sections": []} | document)
