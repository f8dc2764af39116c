"""One batch of articles: read their captures, compare with what is stored, write what differs. Runs in worker processes, here or on a cluster.

In: plans of articles. Out: a `Report`. A batch may be done again, by this process or another one, with the same result.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from cqnspider.archive.records import Capture, RecordReader
from cqnspider.items import Article, Failure
from cqnspider.reparse.compare import change_of
from cqnspider.reparse.plan import ArticlePlan
from cqnspider.reparse.read import derive, read_lists, read_state
from cqnspider.reparse.report import Report
from cqnspider.reparse.timeline import Document
from cqnspider.reparse.write import write
from cqnspider.store import Store, StoreLost
from cqnspider.store.errors import translated
from cqnspider.store.settle import settle
from cqnspider.store.states import DERIVED

_TRIES: Final = 5  # of an article that a crawl changes meanwhile


@dataclass(frozen=True, slots=True)
class Job:
    """What every worker must know."""

    uri: str = field(repr=False)  # may hold a password
    database: str
    run_id: str
    dry_run: bool = False
    limit: int = 0  # bytes of a page; 0: any


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
            change = change_of(plan, stored.get(key), formers[key], readings[key])
            if change is not None and change.is_one:
                changes.append(change)
            report.unchanged += change is not None and not change.is_one
        again: list[str] = []
        if not self.job.dry_run:
            again = await write(database, changes, report)
        for change in changes:
            if change.document["_id"] not in again:
                report.note(change)
        return again
