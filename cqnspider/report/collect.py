"""What a report shows, asked of the database: a plain dict that page.py puts into the file as JSON.

Counts are kept by month, province and set of sections, so that the reader of the report can choose among them; every point of a series and every
change has its sentence and its link. Nothing is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from pymongo.database import Database

from cqnspider import __version__
from cqnspider.items import BEIJING, iso_time
from cqnspider.store import Reader
from cqnspider.store.errors import translated
from cqnspider.store.queries import Document, period

_THINGS: Final = 40  # counted things of which there are numbers by place and section
_SERIES: Final = 12  # of these are drawn over time, where nobody chose
_POINTS: Final = 400  # newest points of a series; each has its sentence
_CHANGES: Final = 25  # of each kind
_RUNS: Final = 60
_LETTERS: Final = 50
COVERED: Final = (  # fields whose coverage is shown
    "source",
    "editor",
    "keywords",
    "contributors",
    "province",
    "city",
    "county",
    "images",
    "attachments",
    "tables",
    "metrics",
)
_EVIDENCE: Final = ("text", "entity", "sentence", "title", "url", "province", "county", "sections")
_MONTH: Final = {"$dateToString": {"date": "$published_at", "format": "%Y-%m", "timezone": "+08:00"}}
_YEAR: Final = {"$dateToString": {"date": "$published_at", "format": "%Y", "timezone": "+08:00"}}


class Groups:
    """Province and sections that articles share, numbered: counts name a group, so that a report of a large database stays small."""

    def __init__(self) -> None:
        self.keys: list[tuple[str | None, tuple[str, ...]]] = []
        self._numbers: dict[tuple[str | None, tuple[str, ...]], int] = {}

    def number(self, key: Document) -> int:
        """Of the group that an aggregation's key names."""
        group = (key.get("province"), tuple(key.get("sections", ())))
        if group not in self._numbers:
            self._numbers[group] = len(self.keys)
            self.keys.append(group)
        return self._numbers[group]


class Thing(NamedTuple):
    """What is counted, in which unit: 合格率 in %."""

    entity: str
    unit: str

    @classmethod
    def parse(cls, text: str) -> Thing:
        """From 合格率/% or 化肥/公斤/亩. Raises ValueError."""
        entity, mark, unit = text.partition("/")
        if not (entity and mark):
            raise ValueError(f"{text!r} is no metric; write the counted thing, a slash and its unit, e.g. 合格率/%")
        return cls(entity.strip(), unit.strip())


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
    found: Document = {
        "about": {
            "database": f"{database.name} ({store.label})",
            "made_at": iso_time(datetime.now(BEIJING)),
            "version": __version__,
            "since": str(chosen.since or ""),
            "until": str(chosen.until or ""),
        },
    }
    parts: dict[str, Callable[[], Any]] = {
        "totals": lambda: _totals(database, chosen),
        "articles": lambda: list(_articles(database, published, groups)),
        "coverage": lambda: list(_coverage(database, published)),
        "units": lambda: _units(database, published, groups),
        "things": lambda: list(_things(database, published, groups)),
        "changes": lambda: _changes(database, published),
        "runs": lambda: list(_runs(database, chosen)),
        "failures": lambda: _failures(database, chosen),
    }
    with translated():
        for name, ask in parts.items():
            step(name)
            found[name] = ask()
        step("series")
        wanted = chosen.things or tuple(Thing(each["entity"], each["unit"]) for each in found["things"][:_SERIES])
        found["series"] = [_series(database, published, thing) for thing in wanted]
    found["groups"] = groups.keys
    return found


def _totals(database: Database[Document], chosen: Chosen) -> Document:
    articles, published = database["articles"], chosen.within("published_at")
    ends = [
        next(articles.find(published, {"published_at": 1}).sort("published_at", direction).limit(1), None)
        for direction in (1, -1)
    ]
    return {
        "articles": articles.count_documents(published),
        "stories": articles.count_documents(published | {"duplicate_of": None}),
        "corrected": articles.count_documents(published | {"revision": {"$gt": 1}}),
        "gone": articles.count_documents(published | {"gone_at": {"$ne": None}}),
        "metrics": database["metrics"].count_documents(published),
        "failures": database["dead_letters"].count_documents(chosen.within("last_at")),
        "first": f"{ends[0]['published_at']:%Y-%m-%d}" if ends[0] else "",
        "last": f"{ends[1]['published_at']:%Y-%m-%d}" if ends[1] else "",
    }


def _articles(database: Database[Document], published: Document, groups: Groups) -> Iterator[list[Any]]:
    """[month, group, count]."""
    key = {"month": _MONTH, "province": "$province", "sections": "$sections"}
    stages: list[Document] = [
        {"$match": published},
        {"$group": {"_id": key, "n": {"$sum": 1}}},
        {"$sort": {"_id.month": 1}},
    ]
    for each in database["articles"].aggregate(stages, allowDiskUse=True):
        yield [each["_id"]["month"], groups.number(each["_id"]), each["n"]]


def _coverage(database: Database[Document], published: Document) -> Iterator[Document]:
    """By year of publication: how many articles, and how many of them have a field."""
    there = {
        name: {"$sum": {"$cond": [{"$in": [{"$ifNull": [f"${name}", None]}, [None, "", []]]}, 0, 1]}}
        for name in COVERED
    }
    stages: list[Document] = [
        {"$match": published},
        {"$group": {"_id": _YEAR, "articles": {"$sum": 1}, **there}},
        {"$sort": {"_id": 1}},
    ]
    for each in database["articles"].aggregate(stages):
        yield {"year": each["_id"], "articles": each["articles"], "fields": {name: each[name] for name in COVERED}}


def _units(database: Database[Document], published: Document, groups: Groups) -> list[Document]:
    """The units of most numbers: how many, by group."""
    top: list[Document] = [
        {"$match": published | {"unit": {"$ne": ""}}},
        {"$group": {"_id": "$unit", "n": {"$sum": 1}}},
        {"$sort": {"n": -1, "_id": 1}},
        {"$limit": _THINGS},
    ]
    units = {each["_id"]: Counter[int]() for each in database["metrics"].aggregate(top)}
    key = {"unit": "$unit", "province": "$province", "sections": "$sections"}
    stages: list[Document] = [
        {"$match": published | {"unit": {"$in": list(units)}}},
        {"$group": {"_id": key, "n": {"$sum": 1}}},
    ]
    for each in database["metrics"].aggregate(stages, allowDiskUse=True):
        units[each["_id"]["unit"]][groups.number(each["_id"])] += each["n"]
    return [{"unit": unit, "counts": sorted(counts.items())} for unit, counts in units.items()]


def _things(database: Database[Document], published: Document, groups: Groups) -> Iterator[Document]:
    """The things that most articles count: how many articles, by group."""
    level = published | {"role": "level", "entity_head": {"$ne": ""}}
    article = {"entity": "$entity_head", "unit": "$unit", "article": "$article_id"}
    top: list[Document] = [
        {"$match": level},
        {"$group": {"_id": article}},
        {"$group": {"_id": {"entity": "$_id.entity", "unit": "$_id.unit"}, "n": {"$sum": 1}}},
        {"$sort": {"n": -1, "_id": 1}},
        {"$limit": _THINGS},
    ]
    for each in list(database["metrics"].aggregate(top, allowDiskUse=True)):
        thing = each["_id"]
        by: list[Document] = [
            {"$match": level | {"entity_head": thing["entity"], "unit": thing["unit"]}},
            {
                "$group": {
                    "_id": "$article_id",
                    "province": {"$first": "$province"},
                    "sections": {"$first": "$sections"},
                }
            },
            {"$group": {"_id": {"province": "$province", "sections": "$sections"}, "n": {"$sum": 1}}},
        ]
        counts = sorted((groups.number(part["_id"]), part["n"]) for part in database["metrics"].aggregate(by))
        yield {"entity": thing["entity"], "unit": thing["unit"], "counts": counts}


def _series(database: Database[Document], published: Document, thing: Thing) -> Document:
    """The newest levels of a thing, oldest first, each with its evidence."""
    query = published | {"entity_head": thing.entity, "unit": thing.unit, "role": "level", "value": {"$ne": None}}
    newest = database["metrics"].find(query).sort("published_at", -1).limit(_POINTS)
    points = [_evidence(each) for each in newest][::-1]
    return {
        "entity": thing.entity,
        "unit": thing.unit,
        "points": points,
        "total": database["metrics"].count_documents(query),
    }


def _changes(database: Database[Document], published: Document) -> list[Document]:
    """The biggest increases and decreases, in percent and in percentage points, each with its evidence."""
    found = []
    for unit in ("%", "百分点"):
        for direction in ("increase", "decrease"):
            query = published | {"role": "change", "unit": unit, "direction": direction, "value": {"$ne": None}}
            biggest = database["metrics"].find(query).sort("value", -1).limit(_CHANGES).allow_disk_use(True)
            found += [
                _evidence(each) | {"unit": unit, "direction": direction, "basis": each["basis"]} for each in biggest
            ]
    return found


def _evidence(metric: Document) -> Document:
    shown = {name: metric.get(name) for name in _EVIDENCE}
    return shown | {
        "value": metric["value"],
        "at": iso_time(metric["published_at"]),
        "approximate": metric["approximate"],
    }


def _runs(database: Database[Document], chosen: Chosen) -> Iterator[Document]:
    newest = database["runs"].find(chosen.within("started_at"), {"failures": 0, "rules": 0, "cohorts": 0})
    for each in newest.sort("started_at", -1).limit(_RUNS):
        yield {
            "id": each["_id"],
            "started_at": iso_time(each["started_at"]),
            "finished_at": iso_time(each.get("finished_at")),
            "spider": each["spider"],
            "arguments": each["arguments"],
            "replay": each["replay"],
            "exit_code": each["exit_code"],
            "reasons": each["reasons"],
            "counts": {name: each["counts"].get(name, 0) for name in ("new", "changed", "failures", "responses")},
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
        "reasons": [[each["_id"]["stage"], each["_id"]["reason"], each["n"]] for each in letters.aggregate(stages)],
        "newest": [
            {name: each.get(name) for name in fields} | {"last_at": iso_time(each["last_at"])} for each in newest
        ],
    }
