"""Brings what is derived from articles in line with them: the former state in `revisions`, the documents of `metrics`, the links between duplicates.

A write of an article leaves `pending` behind; settling does the rest and takes the mark away. Whatever ends a crawl in between, the
next one settles what is still marked. Everything here may be repeated, and done by two crawls at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from pymongo import ReplaceOne, UpdateOne
from pymongo.asynchronous.database import AsyncDatabase

from cqnspider.store import links, metrics

Document = dict[str, Any]
_GROUP: Final = 200  # articles at a time


async def settle(database: AsyncDatabase[Document], article_ids: Iterable[str]) -> dict[str, str | None]:
    """Settle some articles; what their `duplicate_of` now is. Raises pymongo errors."""
    ids = list(article_ids)
    if not ids:
        return {}
    articles = database["articles"]
    chosen: Document = {"_id": {"$in": ids}, "pending": {"$exists": True}}
    marked = [each async for each in articles.find(chosen, {"pending": 1, "former": 1})]
    former = [state for each in marked for state in each.get("former", ())]
    if former:
        await database["revisions"].bulk_write(
            [ReplaceOne({"_id": state["_id"]}, state, upsert=True) for state in former], ordered=False
        )
    await metrics.restore(database, ids)
    found = await links.link(articles, ids)
    if marked:  # a newer write has a mark of its own, which stays
        done = [
            UpdateOne({"_id": each["_id"], "pending": each["pending"]}, {"$unset": {"pending": "", "former": ""}})
            for each in marked
        ]
        await articles.bulk_write(done, ordered=False)
    return found


async def settle_pending(database: AsyncDatabase[Document]) -> int:
    """Settle what an interrupted crawl left behind; how many articles that were. Raises pymongo errors."""
    ids = [each["_id"] async for each in database["articles"].find({"pending": {"$exists": True}}, {"_id": 1})]
    for begin in range(0, len(ids), _GROUP):
        await settle(database, ids[begin : begin + _GROUP])
    return len(ids)
