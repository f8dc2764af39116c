"""The collection `metrics`: one document a metric, with its article's id, title, address, date and place beside it.

Derived from `articles.metrics`: written with its article, and rebuilt by the server itself where the collection is missing.
"""

from __future__ import annotations

from typing import Any, Final

from pymongo import ReplaceOne
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError

Document = dict[str, Any]
# What a metric says of its article.
ARTICLE_FIELDS: Final = (
    "title",
    "url",
    "published_at",
    "province",
    "city",
    "county",
    "adcode",
    "sections",
    "schema_version",
)
_DUPLICATE_KEY: Final = 11000
# An article's metrics as documents, in the server's own language.
_FROM_ARTICLE: Final[Document] = {name: f"${name}" for name in ARTICLE_FIELDS}
_EXPLODE: Final[list[Document]] = [
    {"$unwind": {"path": "$metrics", "includeArrayIndex": "n"}},
    {
        "$replaceWith": {
            "$mergeObjects": [
                {
                    "_id": {"$concat": ["$_id", ":", {"$toString": {"$toInt": "$n"}}]},
                    "article_id": "$_id",
                    **_FROM_ARTICLE,
                },
                "$metrics",
            ]
        }
    },
]


def documents_of(article: Document) -> list[Document]:
    """The documents of an article's metrics.

    >>> documents_of({"_id": "7", "title": "T", "sections": ["地方动态"], "metrics": [{"text": "3家", "unit": "家"}]})
    [{'_id': '7:0', 'article_id': '7', 'title': 'T', 'sections': ['地方动态'], 'text': '3家', 'unit': '家'}]
    """
    shared: Document = {name: article[name] for name in ARTICLE_FIELDS if name in article}
    return [
        {"_id": f"{article['_id']}:{index}", "article_id": article["_id"], **shared, **metric}
        for index, metric in enumerate(article["metrics"])
    ]


async def write(metrics: AsyncCollection[Document], articles: list[Document]) -> None:
    """Write the metrics of articles that were just inserted, all in one; what is there already is replaced. Raises pymongo errors."""
    documents = [document for article in articles for document in documents_of(article)]
    if not documents:
        return
    try:
        # The validator of `articles` judges these fields; here it would only stop the articles beside a wrong one.
        await metrics.insert_many(documents, ordered=False, bypass_document_validation=True)
    except BulkWriteError as error:
        entries = error.details["writeErrors"]
        if any(entry["code"] != _DUPLICATE_KEY for entry in entries):
            raise
        there = [documents[entry["index"]] for entry in entries]
        await metrics.bulk_write([ReplaceOne({"_id": each["_id"]}, each, upsert=True) for each in there], ordered=False)


async def restore(database: AsyncDatabase[Document], article_ids: list[str]) -> None:
    """Make the metrics of some articles those of their stored state; none where nothing is stored. Raises pymongo errors.

    What is right already is never missing for a reader: new ones come first, then what is left over goes.
    """
    if not article_ids:
        return
    chosen: Document = {"$match": {"_id": {"$in": article_ids}}}
    await database["articles"].aggregate([chosen, *_EXPLODE, {"$merge": {"into": "metrics", "on": "_id"}}])
    keys = await database["articles"].aggregate([chosen, *_EXPLODE, {"$project": {"_id": 1}}])
    stored = [each["_id"] async for each in keys]
    await database["metrics"].delete_many({"article_id": {"$in": article_ids}, "_id": {"$nin": stored}})


async def rebuild(database: AsyncDatabase[Document]) -> None:
    """Make the whole collection from the articles, in one step that readers see whole or not at all. Raises pymongo errors."""
    await database["articles"].aggregate([*_EXPLODE, {"$out": "metrics"}])
