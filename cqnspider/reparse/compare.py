"""One article as it is stored beside what it must be by its archived pages. Nothing is written here.

In: its plan, what its pages say, what is stored. Out: a `Change`, and the operation that makes it.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Final

from pymongo import UpdateOne

from cqnspider.reparse.plan import ArticlePlan
from cqnspider.reparse.timeline import Document, Met, changed_names, timeline

_GUARDED: Final = ("_id", "content_hash", "revision", "urls", "sections", "last_seen_at", "gone_at", "pending")


@dataclass(frozen=True, slots=True)
class Change:
    """An article as it is stored and as it must be. `mark` stands in the database until the write is settled."""

    before: Document | None
    document: Document
    former: list[Document]  # all states before the current one
    different: int  # of them are not stored, or not like this
    left: list[Document]  # stored revisions that are no state any more
    names: list[str]  # fields that differ
    mark: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def is_one(self) -> bool:
        """Whether anything must be written."""
        return self.before is None or bool(self.names or self.different or self.left)

    @property
    def state(self) -> Document:
        """The whole article, with its former states beside it until they are settled. Links are made then."""
        left_out = ("_id",) if self.before is None else ("_id", "duplicate_of")
        state = {name: value for name, value in self.document.items() if name not in left_out}
        return state | {"pending": self.mark, "former": self.former}

    @property
    def operation(self) -> UpdateOne:
        """One step, guarded by everything that a crawl may have changed since it was compared."""
        if self.before is None:
            return UpdateOne({"_id": self.document["_id"]}, {"$setOnInsert": self.state}, upsert=True)
        return UpdateOne({name: self.before.get(name) for name in _GUARDED}, {"$set": self.state})


def change_of(
    plan: ArticlePlan, stored: Document | None, formers: list[Document], readings: list[Document]
) -> Change | None:
    """Compare one article; None where there is neither a page that can be read nor a stored state."""
    seen = [each["fetched_at"] for each in readings]
    urls = plan.urls | {plan.address.url} if seen else set()
    found = timeline(stored, formers, readings, Met(seen, plan.missed_at, plan.sections, urls))
    if found is None:
        return None
    document, former = found
    known = {each["_id"]: each for each in formers}
    different = sum(known.get(each["_id"]) != each for each in former)
    left = [each for each in formers if each["_id"] not in {state["_id"] for state in former}]
    return Change(stored, document, former, different, left, changed_names(stored, document) if stored else [])
