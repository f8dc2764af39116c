"""A whole reparse: scan the files, ask list pages which articles they name, rebuild articles in batches, keep what is done.

What is done is noted in the database beside the data (`reparse`), so that a run that was killed goes on where it was, and a database that was dropped
begins anew. The note is gone when the run is through.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

from cqnspider.archive.captures import Captures
from cqnspider.items import Failure
from cqnspider.reparse.plan import ArticlePlan, Plan, make_plan
from cqnspider.reparse.pool import Pool
from cqnspider.reparse.report import Report
from cqnspider.reparse.work import Job, name_articles, rebuild
from cqnspider.sections import SECTIONS
from cqnspider.store import Store
from cqnspider.store.errors import translated

_BATCH: Final = 50  # articles
_LISTS: Final = 20  # list pages
_ASKED: Final = 1000  # ids a query
_MOST_FAILURES: Final = 1000  # that are kept for a run that goes on


@dataclass(slots=True)
class Outcome:
    """What a run came to. `resumed` articles were done by an earlier run that did not come to its end."""

    report: Report
    articles: int = 0
    passed_over: int = 0  # articles that no list page in the files names
    resumed: int = 0


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for: captures up to `until`, at all only compared (`dry_run`). `progress` is told total and articles done."""

    files: Sequence[Path]
    until: datetime | None
    dry_run: bool
    progress: Callable[[int, int], object] = lambda total, done: None


async def reparse(order: Order, store: Store, pool: Pool, job: Job) -> Outcome:
    """Do it. Raises ArchiveError, StoreLost, PoolError; then what is done stays done."""
    with Captures(order.files, order.until) as captures:
        plan = make_plan(captures)
    known = await _known_lists(store)
    lists = _parts(plan.lists, _LISTS)
    for _, named in pool.run(name_articles, (job,), [(part, known) for part in lists]):
        plan.name(named)
    wanted = await _wanted(plan, store)
    batches = _parts(wanted, _BATCH)
    note = _Note(store, _fingerprint(order, wanted))
    done, failures = (set[int](), list[Failure]()) if order.dry_run else await note.done()
    outcome = Outcome(Report(failures=failures), len(wanted), len(plan.articles) - len(wanted))
    outcome.resumed = sum(len(batches[number]) for number in done)
    order.progress(len(wanted), outcome.resumed)
    open_ones = [number for number in range(len(batches)) if number not in done]
    for place, report in pool.run(rebuild, (job,), [batches[number] for number in open_ones]):
        if not order.dry_run:
            await note.add(open_ones[place], report.failures)
        outcome.report.add(report)
        order.progress(len(wanted), len(batches[open_ones[place]]))
    if not order.dry_run:
        await note.remove()
    return outcome


class _Note:
    """The document of `reparse` that says which batches of this very work are done."""

    def __init__(self, store: Store, key: str) -> None:
        self.collection = store.database["reparse"]
        self.key = key

    async def done(self) -> tuple[set[int], list[Failure]]:
        """Numbers of batches, and what failed in them."""
        with translated():
            found = await self.collection.find_one({"_id": self.key}) or {"done": [], "failures": []}
        return set(found["done"]), [Failure(**each) for each in found["failures"]]

    async def add(self, number: int, failures: Sequence[Failure]) -> None:
        shown = [{name: getattr(each, name) for name in ("stage", "url", "reason", "detail")} for each in failures]
        kept = {"$each": shown, "$slice": _MOST_FAILURES}
        with translated():
            await self.collection.update_one(
                {"_id": self.key}, {"$addToSet": {"done": number}, "$push": {"failures": kept}}, upsert=True
            )

    async def remove(self) -> None:
        """This work is through; what other, unfinished work noted is of no use any more."""
        with translated():
            await self.collection.drop()


async def _known_lists(store: Store) -> Mapping[str, frozenset[str]]:
    """Sections by the address of their lists: pinned ones, and those that crawls found."""
    known: dict[str, frozenset[str]] = {}
    for section in SECTIONS:
        for url in (*section.lists, *(await store.runs.lists_of(section.name))):
            known[url] = known.get(url, frozenset()) | {section.name}
    return known


async def _wanted(plan: Plan, store: Store) -> list[ArticlePlan]:
    """The articles of the data set, in the order in which their pages lie in the files: named by a list, asked for by name, or stored."""
    others = [key for key, article in plan.articles.items() if not article.is_asked_for]
    stored: set[str] = set()
    for part in _parts(others, _ASKED):
        with translated():
            chosen = store.database["articles"].find({"_id": {"$in": part}}, {"_id": 1})
            stored |= {each["_id"] async for each in chosen}
    wanted = [article for key, article in plan.articles.items() if article.is_asked_for or key in stored]
    return sorted(wanted, key=_place)


def _place(article: ArticlePlan) -> tuple[str, int, str]:
    first = next(iter(article.pages.get(1, ())), None)
    return (str(first.path), first.offset, article.address.id) if first else ("", 0, article.address.id)


def _parts(whole: Sequence[Any], size: int) -> list[Any]:
    return [whole[begin : begin + size] for begin in range(0, len(whole), size)]


def _fingerprint(order: Order, wanted: Sequence[ArticlePlan]) -> str:
    """The same for the same files, the same articles and the same code."""
    digest = hashlib.sha256()
    for file in order.files:
        digest.update(f"{file.resolve()} {file.stat().st_size}\n".encode())
    digest.update(f"{order.until} {[article.address.id for article in wanted]}\n".encode())
    digest.update(code_digest().encode())
    return digest.hexdigest()


def code_digest() -> str:
    """The same for the same code and the same tables, from a folder or from a zip."""
    digest = hashlib.sha256()
    for source in _sources(files("cqnspider")):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def _sources(folder: Traversable) -> Iterator[Traversable]:
    for each in sorted(folder.iterdir(), key=lambda each: each.name):
        if each.is_dir():
            yield from _sources(each)
        elif each.name.endswith((".py", ".txt")):
            yield each
