"""What is written for an article, given what is stored: insert, replace, or note that it was seen again. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from pymongo import UpdateOne

from cqnspider.content import changed_fields
from cqnspider.items import BEIJING, SCHEMA_VERSION

Document = dict[str, Any]
Outcome = Literal["new", "changed", "unchanged"]

# What must be read of a stored article before a state is written.
COMPARED: Final = ("content_hash", "first_seen_at", "revision", "schema_version", "archive")
# What follows from the text by today's code: written also where the page has not changed.
DERIVED: Final = ("metrics", "province", "city", "county", "adcode", "simhash", "bands")
# For the next conditional request: those of the newest answer.
CONDITIONS: Final = ("etag", "last_modified")
# Belongs to the article, whatever it says.
OF_ARTICLE: Final = ("urls", "sections", "duplicate_of", "gone_at")
# There only while a write is being settled.
SETTLING: Final = ("pending", "former")
# Set once, grown or moved by their own operators; everything else of a document is replaced by a new state.
_KEPT: Final = ("_id", *OF_ARTICLE, "first_seen_at", "last_seen_at", "revision")
# Not part of a former state.
_NOT_FORMER: Final = ("_id", *SETTLING, *OF_ARTICLE, "bands")


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of an article: the outcome and what the database now says of it."""

    outcome: Outcome
    first_seen_at: datetime
    last_seen_at: datetime
    revision: int
    duplicate_of: str | None = None


def now_in_bson() -> datetime:
    """Now, with the millisecond precision of BSON."""
    now = datetime.now(BEIJING)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def operation_for(document: Document, stored: Document | None, now: datetime, mark: str) -> tuple[UpdateOne, Stored]:
    """The update for a document: insert, replace the state that is stored, or only note that it was seen.

    `stored` holds the fields of `COMPARED`, all fields where its hash is another. Each update leaves `pending: mark` behind for what is derived
    from the article and not written yet, and a replaced state under `former` until it is in `revisions`: one document changes in one
    step, so that a crash finds the former state either current or kept (see settle.py).
    """
    if stored is None:
        fresh = document | {"first_seen_at": now, "last_seen_at": now, "revision": 1, "pending": mark}
        return UpdateOne({"_id": fresh.pop("_id")}, {"$setOnInsert": fresh}, upsert=True), Stored("new", now, now, 1)
    first, revision = stored["first_seen_at"], stored["revision"]
    based_on = {"_id": document["_id"], "content_hash": stored["content_hash"], "revision": revision}
    update: Document = {
        "$set": {name: document[name] for name in (*DERIVED, *CONDITIONS)} | {"gone_at": None, "pending": mark},
        "$addToSet": {"urls": {"$each": document["urls"]}, "sections": {"$each": document["sections"]}},
        "$max": {"last_seen_at": now},
    }
    if stored["content_hash"] == document["content_hash"]:
        if stored.get("archive") is None and document["archive"] is not None:
            # The first page of this state that is archived.
            update["$set"] |= {name: document[name] for name in ("archive", "fetched_at")}
        return UpdateOne(based_on, update), Stored("unchanged", first, now, revision)
    update["$set"] |= {name: value for name, value in document.items() if name not in _KEPT}
    update |= {"$inc": {"revision": 1}, "$push": {"former": former_state(stored, document, now)}}
    return UpdateOne(based_on, update), Stored("changed", first, now, revision + 1)


def former_state(stored: Document, document: Document, now: datetime) -> Document:
    """The document of `revisions` for a stored article that becomes `document`."""
    state = {name: value for name, value in stored.items() if name not in _NOT_FORMER}
    return {
        "_id": f"{stored['_id']}:{stored['revision']}",
        "article_id": stored["_id"],
        "changed": changed_fields(stored, document),
        "replaced_at": now,
        **state,
        "schema_version": SCHEMA_VERSION,
    }


def explain(error: Document) -> str:
    """The validator's words: which field, which rule."""
    rules = error.get("errInfo", {}).get("details", {}).get("schemaRulesNotSatisfied", [])
    fields = [str(prop.get("propertyName")) for rule in rules for prop in rule.get("propertiesNotSatisfied", [])] + [
        str(name) for rule in rules for name in rule.get("missingProperties", [])
    ]
    return (
        f"the database's validator refuses {', '.join(fields)}" if fields else str(error.get("errmsg", "refused"))[:300]
    )
