"""Dead letters: everything that failed, one document a failure, with the raw page where one came. The same failure again counts up.

A letter goes when its article is stored, or its list is read; `scrapy requeue` tries them all again.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Any, Final

from pymongo import UpdateOne
from pymongo.asynchronous.collection import AsyncCollection

from cqnspider.items import SCHEMA_VERSION, Failure
from cqnspider.store.states import now_in_bson
from cqnspider.urls import article_address

Document = dict[str, Any]
GONE: Final = ("HTTP 404", "HTTP 410")
_GIVEN_UP: Final = (
    3  # runs that were told so; then the article is not asked for any more, except with full=1 and by requeue
)
_MAX_BODY: Final = 8 * 1024 * 1024  # bytes of a raw page that are kept; half of what a document may have
_MAX_TEXT: Final = 20_000  # characters of a traceback


@dataclass(frozen=True, slots=True)
class Letter:
    """A failed article that may be tried again; `body` is its raw page."""

    url: str
    section: str | None
    body: bytes | None
    content_type: str | None


async def put(letters: AsyncCollection[Document], failures: Iterable[Failure], run_id: str) -> None:
    """Write failures of a run. Raises pymongo errors."""
    operations = [_operation(failure, run_id) for failure in failures]
    if operations:
        await letters.bulk_write(operations, ordered=False)


async def remove(letters: AsyncCollection[Document], article_ids: Iterable[str]) -> None:
    """These articles are stored. Raises pymongo errors."""
    await letters.delete_many({"article_id": {"$in": list(article_ids)}})


async def remove_lists(letters: AsyncCollection[Document], urls: Iterable[str]) -> None:
    """These list pages were read. Raises pymongo errors."""
    await letters.delete_many({"url": {"$in": list(urls)}, "stage": "list"})


async def given_up(letters: AsyncCollection[Document], article_ids: Iterable[str]) -> set[str]:
    """Which of these articles the site has said again and again that it does not have. Raises pymongo errors."""
    query = {"article_id": {"$in": list(article_ids)}, "reason": {"$in": GONE}, "count": {"$gte": _GIVEN_UP}}
    return {each["article_id"] async for each in letters.find(query, {"article_id": 1})}


async def articles(letters: AsyncCollection[Document]) -> AsyncIterator[Letter]:
    """The newest letter of each failed article, one with a page before one without. Raises pymongo errors."""
    newest: list[Document] = [
        {"$match": {"article_id": {"$ne": None}}},
        {"$project": {"article_id": 1, "last_at": 1, "paged": {"$ne": ["$body", None]}}},
        {"$sort": {"paged": -1, "last_at": -1}},
        {"$group": {"_id": "$article_id", "letter": {"$first": "$_id"}}},
        {"$sort": {"_id": 1}},
    ]
    for each in [each async for each in await letters.aggregate(newest)]:
        found = await letters.find_one({"_id": each["letter"]})
        if found is not None:
            yield Letter(found["url"], found["section"], found["body"], found["content_type"])


def _operation(failure: Failure, run_id: str) -> UpdateOne:
    address = article_address(failure.url)
    now = now_in_bson()
    body, detail = failure.body, failure.detail
    if body is not None and len(body) > _MAX_BODY:
        detail = f"{detail} (page of {len(body):,} bytes not kept)".strip()
        body = None
    reason, url = _text(failure.reason)[:200], _text(failure.url)
    state = {
        "article_id": address.id if address is not None and failure.stage != "list" else None,
        "stage": failure.stage,
        "reason": reason,
        "detail": _text(detail)[:2000],
        "url": url,
        "section": failure.section,
        "traceback": None if failure.traceback is None else _text(failure.traceback)[-_MAX_TEXT:],
        "body": body,
        "content_type": failure.content_type,
        "run_id": run_id,
        "last_at": now,
        "schema_version": SCHEMA_VERSION,
    }
    key = hashlib.sha256(f"{failure.stage}\n{reason}\n{url}".encode()).hexdigest()[:24]
    return UpdateOne(
        {"_id": key}, {"$set": state, "$setOnInsert": {"first_at": now}, "$inc": {"count": 1}}, upsert=True
    )


def _text(text: str) -> str:
    """BSON takes no lone surrogates."""
    return text.encode("utf-8", "replace").decode()
