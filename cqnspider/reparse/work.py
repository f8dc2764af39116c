"""One batch of articles: read their captures, compare with what is stored, write what differs. Runs in worker processes, here or on a cluster.

In: plans of articles. Out: a `Report`. A batch may be done again, by this process or another one, with the same result: each article is written in
one step that is guarded by the state it was compared with, and settled like any other write (store/settle.py).
"""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import bson
from pymongo import UpdateOne
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError

from cqnspider.archive.records import Capture, RecordReader
from cqnspider.items import Article, Failure
from cqnspider.reparse.plan import ArticlePlan
from cqnspider.reparse.read import DERIVED, derive, read_lists, read_state
from cqnspider.reparse.timeline import Document, Met, changed_names, timeline
from cqnspider.store import Store, StoreLost
from cqnspider.store.commit import MAX_BSON
from cqnspider.store.errors import translated
from cqnspider.store.settle import settle
from cqnspider.store.states import explain

_TRIES: Final = 5  # of an article that a crawl changes meanwhile
_GUARDED: Final = ("_id", "content_hash", "revision", "urls", "sections", "last_seen_at", "gone_at", "pending")
_DUPLICATE_KEY: Final = 11000
_SAMPLES: Final = 3  # of each changed field
_SHOWN: Final = 60  # characters of a sample


@dataclass(frozen=True, slots=True)
class Job:
    """What every worker must know."""

    uri: str = field(repr=False)  # may hold a password
    database: str
    run_id: str
    dry_run: bool = False
    limit: int = 0  # bytes of a page; 0: any


@dataclass(slots=True)
class Report:
    """What became of articles; `fields` counts the articles in which a field differs, `samples` says how."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    pages: int = 0
    revisions: int = 0  # former states that were not stored, or not like this
    failures: list[Failure] = field(default_factory=list)
    fields: dict[str, int] = field(default_factory=dict)
    samples: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)

    def add(self, other: Report) -> None:
        """Sum up."""
        for name in ("new", "changed", "unchanged", "pages", "revisions"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.failures += other.failures
        for name, count in other.fields.items():
            self.fields[name] = self.fields.get(name, 0) + count
            samples = self.samples.setdefault(name, [])
            samples += other.samples[name][: _SAMPLES - len(samples)]

    def fail(self, change: _Change, why: str) -> None:
        """An article that cannot be written."""
        self.failures.append(Failure("pipeline", change.document["url"], "not stored", why))

    def note(self, change: _Change) -> None:
        """An article that is, or would be, written."""
        self.new += change.before is None
        self.changed += change.before is not None
        self.revisions += change.different + len(change.left)
        for name in change.names:
            self.fields[name] = self.fields.get(name, 0) + 1
            samples = self.samples.setdefault(name, [])
            if change.before is not None and len(samples) < _SAMPLES:
                differs = _difference(change.before.get(name), change.document.get(name))
                samples.append((change.document["_id"], *differs))


def name_articles(job: Job, task: tuple[Sequence[Capture], Mapping[str, frozenset[str]]]) -> list[tuple[str, str, str]]:
    """Section, article id and address of what some list pages name; the mapping has sections by the address of a list."""
    captures, known = task
    return list(read_lists(captures, known, job.limit))


def rebuild(job: Job, plans: Sequence[ArticlePlan]) -> Report:
    """Read, compare and, unless it is a dry run, write. Raises StoreLost."""
    report = Report()
    with RecordReader(job.limit) as reader:
        readings = {plan.address.id: _readings(plan, reader, report) for plan in plans}
    worker = _Worker.of(job)
    worker.loop.run_until_complete(worker.compare({plan.address.id: plan for plan in plans}, readings, report))
    return report


def let_go() -> None:
    """Close what this thread keeps between batches."""
    _Worker.close()


def _readings(plan: ArticlePlan, reader: RecordReader, report: Report) -> list[Document]:
    """The article's states as documents, in order of time; equal neighbours once. Failures go to the report."""
    read: dict[tuple[str, int], Document | None] = {}
    states: list[Document] = []
    for capture in plan.pages.get(1, []):
        place = (str(capture.path), capture.offset)
        if place not in read or len(plan.pages) > 1:  # further pages may have changed behind the same first one
            report.pages += 1
            found = read_state(plan, capture, reader)
            if isinstance(found, Failure):
                report.failures.append(found)
                read[place] = None
            else:
                read[place] = _derived(found, states)
        state = read[place]
        if state is None:
            continue
        states.append(
            state | {"fetched_at": capture.at.astimezone(state["fetched_at"].tzinfo), "archive": capture.location}
        )
    return states


def _derived(article: Article, states: Sequence[Document]) -> Document:
    """The document of an article; what follows from its text is not found out twice."""
    for state in states:
        if state["content_hash"] == article.content_hash:
            return article.document() | {name: state[name] for name in DERIVED}
    return derive(article).document()


class _Worker:
    """A thread's connection and event loop, kept between batches."""

    _here = threading.local()

    def __init__(self, job: Job) -> None:
        self.job = job
        self.loop = asyncio.new_event_loop()
        self.store = self.loop.run_until_complete(self._attach())

    async def _attach(self) -> Store:
        return Store(self.job.uri, self.job.database).attach()

    @classmethod
    def of(cls, job: Job) -> _Worker:
        """The one of this thread."""
        worker: _Worker | None = getattr(cls._here, "worker", None)
        if worker is None or worker.job != job:
            worker = cls._here.worker = cls(job)
        return worker

    @classmethod
    def close(cls) -> None:
        """Let go of this thread's connection; a process that ends need not."""
        worker: _Worker | None = cls._here.__dict__.pop("worker", None)
        if worker is not None:
            worker.loop.run_until_complete(worker.store.close())
            worker.loop.close()

    async def compare(
        self, plans: Mapping[str, ArticlePlan], readings: Mapping[str, list[Document]], report: Report
    ) -> None:
        """Compare articles with what is stored and write what differs, again where a crawl was faster."""
        todo = list(plans)
        for _ in range(_TRIES):
            with translated():
                todo = await self._compare({each: plans[each] for each in todo}, readings, report)
            if not todo:
                break
        else:
            raise StoreLost(f"a crawl keeps changing {', '.join(todo[:5])}; run the same command again")
        if not self.job.dry_run:
            await self.store.dead_letters.put_new(report.failures, self.job.run_id)
            await self.store.dead_letters.remove_until(
                {key: max(each["fetched_at"] for each in readings[key]) for key in plans if readings[key]}
            )

    async def _compare(
        self, plans: Mapping[str, ArticlePlan], readings: Mapping[str, list[Document]], report: Report
    ) -> list[str]:
        """One try; the articles that must be compared again."""
        database = self.store.database
        chosen = {"$in": list(plans)}
        if not self.job.dry_run:  # what its writer was killed over, or is about to do itself
            unsettled = database["articles"].find({"_id": chosen, "pending": {"$exists": True}}, {"_id": 1})
            await settle(database, [each["_id"] async for each in unsettled])
        stored = {each["_id"]: each async for each in database["articles"].find({"_id": chosen})}
        formers: dict[str, list[Document]] = {each: [] for each in plans}
        async for each in database["revisions"].find({"article_id": chosen}):
            formers[each["article_id"]].append(each)
        changes = []
        for key, plan in plans.items():
            change = _change(plan, stored.get(key), formers[key], readings[key])
            if change is not None and change.is_one:
                changes.append(change)
            report.unchanged += change is not None and not change.is_one
        again = []
        if not self.job.dry_run:
            changes = [each for each in changes if not self._refused(each, report)]
            again = await _write(database, changes, report)
        for change in changes:
            if change.document["_id"] not in again:
                report.note(change)
        return again

    def _refused(self, change: _Change, report: Report) -> bool:
        """Whether a change cannot be written; then it is a failure, and what is stored stays."""
        try:
            size = len(bson.encode(change.state))
        except (bson.errors.InvalidDocument, OverflowError, UnicodeEncodeError) as error:
            report.fail(change, f"cannot be written as BSON: {error}")
            return True
        if size > MAX_BSON:
            report.fail(change, f"too large: all states together have {size:,} bytes, MongoDB takes 16 MB a document")
        return size > MAX_BSON


@dataclass(frozen=True, slots=True)
class _Change:
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


def _change(
    plan: ArticlePlan, stored: Document | None, formers: list[Document], readings: list[Document]
) -> _Change | None:
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
    return _Change(stored, document, former, different, left, changed_names(stored, document) if stored else [])


async def _write(database: AsyncDatabase[Document], changes: list[_Change], report: Report) -> list[str]:
    """Write and settle; the articles that somebody else changed meanwhile. Those that the database refuses are taken out of `changes`."""
    if not changes:
        return []
    try:
        await database["articles"].bulk_write([each.operation for each in changes], ordered=False)
    except BulkWriteError as error:
        for each in sorted(error.details["writeErrors"], key=lambda entry: -entry["index"]):
            if each["code"] != _DUPLICATE_KEY:
                report.fail(changes.pop(each["index"]), explain(each))
    marked = {"pending": {"$in": [each.mark for each in changes]}}
    written = {each["_id"] async for each in database["articles"].find(marked, {"_id": 1})}
    await settle(database, sorted(written))
    for change in changes:
        for each in change.left if change.document["_id"] in written else ():
            await database["revisions"].delete_one({"_id": each["_id"], "replaced_at": each["replaced_at"]})
    return [each.document["_id"] for each in changes if each.document["_id"] not in written]


def _difference(before: object, after: object) -> tuple[str, str]:
    """Two values from where they differ on, short enough for a line."""
    old, new = str(before), str(after)
    start = next((place for place, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    start = max(0, start - 10)
    cut = "…" if start else ""
    return tuple(f"{cut}{' '.join(text[start : start + _SHOWN].split())}" for text in (old, new))  # type: ignore[return-value]
