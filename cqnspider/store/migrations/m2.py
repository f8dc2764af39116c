"""Version 2: articles have sketches and links between duplicates, and a content hash that does not know the hosts of images."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from pymongo import UpdateOne
from pymongo.asynchronous.database import AsyncDatabase

from cqnspider.content import content_hash
from cqnspider.duplicates.quantities import with_facts
from cqnspider.duplicates.sketch import sketch_of

Document = dict[str, Any]
_GROUP: Final = 200
_ADDED: Final[Document] = {"etag": None, "last_modified": None, "gone_at": None, "duplicate_of": None}


async def migrate(database: AsyncDatabase[Document], progress: Callable[[int], object]) -> None:
    """Articles first: what is left `pending` here gets its links and metrics when the database is opened next (store/settle.py)."""
    articles = database["articles"]
    while old := await articles.find({"schema_version": 1}).limit(_GROUP).to_list():
        await articles.bulk_write([_update(each) for each in old], ordered=False)
        progress(len(old))
    added: Document = {"cohorts": {}, "coverage": {}}
    await database["runs"].update_many({"schema_version": 1}, {"$set": added | {"schema_version": 2}})


def _update(article: Document) -> UpdateOne:
    sketch = sketch_of(article["paragraphs"])
    metrics = article.get("metrics", [])  # absent in the oldest; `scrapy extract --stored` reads them
    added = _ADDED | {
        "simhash": sketch.simhash if sketch else None,
        "bands": with_facts(sketch.bands if sketch else [], article.get("adcode"), metrics),
        "metrics": metrics,
        "content_hash": content_hash(article),
        "schema_version": 2,
        "pending": "m2",
    }
    return UpdateOne({"_id": article["_id"], "schema_version": 1}, {"$set": added})
