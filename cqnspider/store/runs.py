"""The records of runs: what earlier ones covered, which lists they found, how they went.

In: sections, the record of a run. Out: what the spider and the verdict need to know of the runs before.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from pymongo.asynchronous.collection import AsyncCollection

from cqnspider.store.errors import translated

Document = dict[str, Any]
_EARLIER: Final = 50  # runs that a verdict looks back on
_NEWS: Final = 200  # runs with something new that its silence is measured by


def new_run_id() -> str:
    """The id of a run that begins now, `20231019T070408Z-5f3a9c01`: of its record, its dead letters, its archive."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:8]}"


@dataclass(frozen=True, slots=True)
class Covered:
    """A complete reading of a section: when, down to which publication date (None: to the end), which lists."""

    at: datetime
    down_to: date | None
    lists: frozenset[str]


class Runs:
    """The collection `runs`."""

    def __init__(self, runs: AsyncCollection[Document]) -> None:
        self.collection = runs

    async def lists_of(self, section: str, replay: str | None = None) -> list[str]:
        """List addresses of a section that an earlier run of the same source found, from the newest that did. Raises StoreLost."""
        found = await self._newest_section(section, {"lists.0": {"$exists": True}}, replay)
        return list(found[1]["lists"]) if found else []

    async def covered(self, section: str, replay: str | None = None) -> Covered | None:
        """What the newest run of the same source that went through a section without loss has covered. Raises StoreLost."""
        found = await self._newest_section(section, {"complete": True}, replay)
        if found is None:
            return None
        started, record = found
        down_to = date.fromisoformat(record["down_to"]) if record["down_to"] else None
        return Covered(started, down_to, frozenset(record["lists"]))

    async def _newest_section(
        self, section: str, condition: Document, replay: str | None
    ) -> tuple[datetime, Document] | None:
        """Start and section record of the newest run in which the section met a condition; a replay says nothing about the live site."""
        query = {"replay": replay, "sections": {"$elemMatch": {"name": section, **condition}}}
        with translated():
            run = await self.collection.find_one(query, {"sections": 1, "started_at": 1}, sort=[("started_at", -1)])
        if run is None:
            return None
        return run["started_at"], next(each for each in run["sections"] if each["name"] == section)

    async def earlier(self, before: datetime) -> list[Document]:
        """Records of earlier runs that came to their end, newest first, without their failures. Raises StoreLost."""
        query = {"started_at": {"$lt": before}, "finish_reason": {"$regex": "^(finished|closespider_)"}, "error": None}
        with translated():
            found = self.collection.find(query, {"failures": 0, "rules": 0}).sort("started_at", -1)
            return await found.limit(_EARLIER).to_list()

    async def news(self, run: Document) -> list[datetime]:
        """Starts of earlier runs over the same sections of the same source that found something new, newest first. Raises StoreLost."""
        query = {name: run[name] for name in ("spider", "replay")} | {
            "arguments.sections": run["arguments"].get("sections"),
            "started_at": {"$lt": run["started_at"]},
            "counts.new": {"$gt": 0},
        }
        with translated():
            found = self.collection.find(query, {"started_at": 1}).sort("started_at", -1).limit(_NEWS)
            return [each["started_at"] async for each in found]

    async def put(self, run: Document) -> None:
        """Write the record of a run. Raises StoreLost."""
        with translated():
            await self.collection.replace_one({"_id": run["_id"]}, run, upsert=True)
