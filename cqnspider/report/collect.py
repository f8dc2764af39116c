"""What a report shows, asked of the database: a plain dict that page.py puts into the file as JSON.

Counts are kept by month, province and set of sections, so that the reader of the report can choose among them; every point of a series and every
change has its sentence and its link. Nothing is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from pymongo.database import Database

from cqnspider import __version__
from cqnspider.items import BEIJING, iso_time
from cqnspider.report.counts import Groups, articles, coverage, things, units
from cqnspider.report.evidence import Thing, changes, series
from cqnspider.store import Reader
from cqnspider.store.errors import translated
from cqnspider.store.queries import Document, period

_SERIES: Final = 12  # the things that most articles count, where nobody chose
_RUNS: Final = 60
_LETTERS: Final = 50
_REPRINTS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the report is about: publication days (both inclusive; runs and failures of these days), series to draw ([]: the most frequent)."""

    since: date | str | None = None
    until: date | str | None = None
    things: tuple[Thing, ...] = ()

    @property
    def days(self) -> Document:
        """As a condition on a moment. Raises ValueError."""
        return period(self.since, self.until)

    def within(self, field: str) -> Document:
        """As a filter on this field."""
        return {field: self.days} if self.days else {}


def collect(store: Reader, chosen: Chosen, step: Callable[[str], object] = lambda name: None) -> Document:
    """Everything that the report shows; `step` is told what is asked next. Raises StoreLost."""
    published, database, groups = chosen.within("published_at"), store.database, Groups()
    with translated():
        reprints = _reprints(database, published)
    numbers = published | ({"article_id": {"$nin": reprints}} if reprints else {})
    found: Document = {
        "about": {
            "database": f"{database.name} ({store.label})",
            "made_at": iso_time(datetime.now(BEIJING)),
            "version": __version__,
            "since": str(chosen.since or ""),
            "until": str(chosen.until or ""),
            "reprints_left_out": len(reprints),
        },
    }
    parts: dict[str, Callable[[], Any]] = {
        "totals": lambda: _totals(database, chosen),
        "articles": lambda: list(articles(database, published, groups)),
        "coverage": lambda: list(coverage(database, published)),
        "units": lambda: units(database, numbers, groups),
        "things": lambda: things(database, numbers, groups),
        "changes": lambda: changes(database, numbers, groups),
        "runs": lambda: list(_runs(database, chosen)),
        "failures": lambda: _failures(database, chosen),
    }
    with translated():
        for name, ask in parts.items():
            step(name)
            found[name] = ask()
        step("series")
        wanted = chosen.things or tuple(Thing(each["entity"], each["unit"]) for each in found["things"][:_SERIES])
        found["series"] = [series(database, numbers, thing, groups) for thing in wanted]
    found["groups"] = groups.keys
    return found


def without_credentials(text: str) -> str:
    """A text whose addresses do not hold users and passwords; an @ behind the host stays, or the address would be another one.

    >>> without_credentials("https://ana:secret@example.org/@home")
    'https://***@example.org/@home'
    """
    return re.sub(r"(?<=://)[^/?#\s]*@", "***@", text)


def _reprints(database: Database[Document], published: Document) -> list[str]:
    """Later prints of a story, whose numbers are those of the first; none where they are too many to be named in every question."""
    query = published | {"duplicate_of": {"$gt": ""}}
    found = [each["_id"] for each in database["articles"].find(query, {"_id": 1}).limit(_REPRINTS + 1)]
    return found if len(found) <= _REPRINTS else []


def _totals(database: Database[Document], chosen: Chosen) -> Document:
    articles, published = database["articles"], chosen.within("published_at")
    dated = published or {"published_at": {"$type": "date"}}
    ends = [
        next(articles.find(dated, {"published_at": 1}).sort("published_at", direction).limit(1), None)
        for direction in (1, -1)
    ]
    return {
        "articles": articles.count_documents(published),
        "stories": articles.count_documents(published | {"duplicate_of": None}),
        "corrected": articles.count_documents(published | {"revision": {"$gt": 1}}),
        "gone": articles.count_documents(published | {"gone_at": {"$ne": None}}),
        "metrics": database["metrics"].count_documents(published),
        "failures": database["dead_letters"].count_documents(chosen.within("last_at")),
        "runs": database["runs"].count_documents(chosen.within("started_at")),
        "first": f"{ends[0]['published_at']:%Y-%m-%d}" if ends[0] else "",
        "last": f"{ends[1]['published_at']:%Y-%m-%d}" if ends[1] else "",
    }


def _runs(database: Database[Document], chosen: Chosen) -> Iterator[Document]:
    newest = database["runs"].find(chosen.within("started_at"), {"failures": 0, "rules": 0, "cohorts": 0})
    for each in newest.sort("started_at", -1).limit(_RUNS):
        counts = each.get("counts") or {}
        yield {
            "id": each["_id"],
            "started_at": iso_time(each.get("started_at")),
            "finished_at": iso_time(each.get("finished_at")),
            "spider": each.get("spider"),
            "arguments": {
                name: without_credentials(str(value)) for name, value in (each.get("arguments") or {}).items()
            },
            "replay": each.get("replay"),
            "exit_code": each.get("exit_code"),
            "reasons": each.get("reasons") or [],
            "counts": {name: counts.get(name, 0) for name in ("new", "changed", "failures", "responses")},
        }


def _failures(database: Database[Document], chosen: Chosen) -> Document:
    within = chosen.within("last_at")
    letters = database["dead_letters"]
    stages: list[Document] = [
        {"$match": within},
        {"$group": {"_id": {"stage": "$stage", "reason": "$reason"}, "n": {"$sum": 1}}},
        {"$sort": {"n": -1, "_id": 1}},
    ]
    fields = ("stage", "reason", "detail", "url", "count")
    newest = letters.find(within, dict.fromkeys((*fields, "last_at"), 1)).sort("last_at", -1).limit(_LETTERS)
    return {
        "reasons": [
            [each["_id"].get("stage"), each["_id"].get("reason"), each["n"]] for each in letters.aggregate(stages)
        ],
        "newest": [
            {name: each.get(name) for name in fields}
            | {name: without_credentials(str(each.get(name) or "")) for name in ("url", "detail")}
            | {"last_at": iso_time(each.get("last_at"))}
            for each in newest
        ],
    }
