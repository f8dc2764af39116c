"""What is written for an article, given what is stored: insert, replace, or note that it was seen again. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from pymongo import UpdateOne

from cqnspider.items import BEIJING

Document = dict[str, Any]
Outcome = Literal["new", "changed", "unchanged"]


# Set once, grown or moved by their own operators; everything else of a document is replaced by a new state.
_KEPT: Final = ("_id", "urls", "sections", "first_seen_at", "last_seen_at", "revision")


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of an article: the outcome and what the database now says of it."""

    outcome: Outcome
    first_seen_at: datetime
    last_seen_at: datetime
    revision: int


def now_in_bson() -> datetime:
    """Now, with the millisecond precision of BSON."""
    now = datetime.now(BEIJING)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def operation_for(document: Document, stored: Document | None, now: datetime) -> tuple[UpdateOne, Stored]:
    """The update for a document: insert, replace the state that is stored, or only note that it was seen."""
    grown = {"urls": {"$each": document["urls"]}, "sections": {"$each": document["sections"]}}
    if stored is None:
        fresh = document | {"first_seen_at": now, "last_seen_at": now, "revision": 1}
        return UpdateOne({"_id": fresh.pop("_id")}, {"$setOnInsert": fresh}, upsert=True), Stored("new", now, now, 1)
    first, revision = stored["first_seen_at"], stored["revision"]
    if stored["content_hash"] == document["content_hash"]:
        update: Document = {
            "$set": {"metrics": document["metrics"]},  # derived: follows today's code
            "$addToSet": grown,
            "$max": {"last_seen_at": now},
        }
        same = {"_id": document["_id"], "content_hash": stored["content_hash"]}
        return UpdateOne(same, update), Stored("unchanged", first, now, revision)
    state = {name: value for name, value in document.items() if name not in _KEPT}
    update = {"$set": state, "$addToSet": grown, "$max": {"last_seen_at": now}, "$inc": {"revision": 1}}
    return UpdateOne({"_id": document["_id"], "content_hash": stored["content_hash"]}, update), Stored(
        "changed", first, now, revision + 1
    )


def explain(error: Document) -> str:
    """The validator's words: which field, which rule."""
    rules = error.get("errInfo", {}).get("details", {}).get("schemaRulesNotSatisfied", [])
    fields = [str(prop.get("propertyName")) for rule in rules for prop in rule.get("propertiesNotSatisfied", [])] + [
        str(name) for rule in rules for name in rule.get("missingProperties", [])
    ]
    return (
        f"the database's validator refuses {', '.join(fields)}" if fields else str(error.get("errmsg", "refused"))[:300]
    )
