"""Writes what differs, each article in one step that is guarded by the state it was compared with, and settles it (store/settle.py)."""

from __future__ import annotations

from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError

from cqnspider.reparse.compare import Change
from cqnspider.reparse.report import Report
from cqnspider.reparse.timeline import Document
from cqnspider.store.commit import DUPLICATE_KEY, check_size
from cqnspider.store.errors import Rejected
from cqnspider.store.settle import settle
from cqnspider.store.states import explain


async def write(database: AsyncDatabase[Document], changes: list[Change], report: Report) -> list[str]:
    """Write and settle; the articles that somebody else changed meanwhile. What is refused is a failure, and taken out of `changes`."""
    changes[:] = [each for each in changes if not _is_refused(each, report)]
    if not changes:
        return []
    try:
        await database["articles"].bulk_write([each.operation for each in changes], ordered=False)
    except BulkWriteError as error:
        for each in sorted(error.details["writeErrors"], key=lambda entry: -entry["index"]):
            if each["code"] != DUPLICATE_KEY:
                report.fail(changes.pop(each["index"]), explain(each))
    marked = {"pending": {"$in": [each.mark for each in changes]}}
    written = {each["_id"] async for each in database["articles"].find(marked, {"_id": 1})}
    await settle(database, sorted(written))
    for change in changes:
        for each in change.left if change.document["_id"] in written else ():
            await database["revisions"].delete_one({"_id": each["_id"], "replaced_at": each["replaced_at"]})
    return [each.document["_id"] for each in changes if each.document["_id"] not in written]


def _is_refused(change: Change, report: Report) -> bool:
    """Whether a change cannot be written; then it is a failure, and what is stored stays."""
    try:
        check_size(change.state)
    except Rejected as error:
        report.fail(change, f"{error} (all states together)")
        return True
    return False
