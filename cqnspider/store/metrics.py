"""The collection `metrics`: one document a metric, with its article's id, title, address, date and place beside it.

Derived from `articles.metrics` by the server itself: after every write of an article (see settle.py), and whole where the collection is missing.
"""

from __future__ import annotations

from typing import Any, Final

from pymongo.asynchronous.database import AsyncDatabase

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
