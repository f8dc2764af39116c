"""Numbers of a report that are shown one by one: each with its sentence and its link."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import inf
from typing import Final, NamedTuple

from pymongo.database import Database

from cqnspider.items import iso_time
from cqnspider.report.counts import Groups
from cqnspider.store.queries import Document

_POINTS: Final = 300  # newest points of a series; each has its sentence
_CHANGES: Final = 25  # of each kind
_CHANGED_BY: Final = ("%", "百分点")
_DIRECTIONS: Final = ("increase", "decrease")
_OF_EACH: Final = 10  # more of each province or section
_TEXTS: Final = ("text", "entity", "sentence", "title", "url")
_EVIDENCE: Final = (*_TEXTS, "province", "county", "sections")
_FINITE: Final = {"$gt": -inf, "$lt": inf}  # a number, and no NaN: what is infinite would be the biggest of all


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


def series(database: Database[Document], numbers: Document, thing: Thing, groups: Groups) -> Document:
    """The newest levels of a thing, of all places, each province and each section, oldest first, with evidence; `counts`: how many there are, by group."""
    query = numbers | {"entity_head": thing.entity, "unit": thing.unit, "role": "level", "value": _FINITE}
    newest = list(database["metrics"].find(query).sort("published_at", -1).limit(_POINTS))
    newest += _of_each(database, query, "$province", {"published_at": -1})
    newest += _of_each(database, query, "$sections", {"published_at": -1})
    points = sorted(_distinct(newest), key=lambda each: str(each["at"]))
    return {"entity": thing.entity, "unit": thing.unit, "points": points, "counts": _counts(database, query, groups)}


def changes(database: Database[Document], numbers: Document, groups: Groups) -> Document:
    """The biggest increases and decreases, in percent and in percentage points, of all places, of each province and section, each with its evidence;
    `counts`: how many changes there are, by group.
    """
    found = []
    changed = numbers | {"role": "change", "value": _FINITE}
    for unit in _CHANGED_BY:
        for direction in _DIRECTIONS:
            query = changed | {"unit": unit, "direction": direction}
            biggest = list(database["metrics"].find(query).sort("value", -1).limit(_CHANGES).allow_disk_use(True))
            biggest += _of_each(database, query, "$province", {"value": -1})
            biggest += _of_each(database, query, "$sections", {"value": -1})
            kind = {"unit": unit, "direction": direction}
            found += sorted((each | kind for each in _distinct(biggest)), key=lambda each: -each["value"])
    kinds = {"unit": {"$in": _CHANGED_BY}, "direction": {"$in": _DIRECTIONS}}
    return {"biggest": found, "counts": _counts(database, changed | kinds, groups)}


def _counts(database: Database[Document], query: Document, groups: Groups) -> list[tuple[int, int]]:
    """[group, count] of these numbers."""
    by: list[Document] = [
        {"$match": query},
        {"$group": {"_id": {"province": "$province", "sections": "$sections"}, "n": {"$sum": 1}}},
    ]
    counts = Counter[int]()
    for each in database["metrics"].aggregate(by):
        counts[groups.number(each["_id"])] += each["n"]
    return sorted(counts.items())


def _of_each(database: Database[Document], query: Document, what: str, order: dict[str, int]) -> list[Document]:
    """The first few numbers of each province or section, for those who choose one in the report."""
    shown = {name: f"${name}" for name in ("_id", *_EVIDENCE, "basis", "value", "published_at", "approximate")}
    stages: list[Document] = [
        {"$match": query},
        {"$set": {"of": what}},
        {"$unwind": {"path": "$of", "preserveNullAndEmptyArrays": True}},  # a number of two sections is one of each
        {"$group": {"_id": "$of", "first": {"$topN": {"n": _OF_EACH, "sortBy": order, "output": shown}}}},
    ]
    return [each for group in database["metrics"].aggregate(stages, allowDiskUse=True) for each in group["first"]]


def _distinct(found: Iterable[Document]) -> list[Document]:
    """Each number once, without those that no chart can show: undated ones, Decimal128."""
    once = {each["_id"]: each for each in found}.values()
    return [_evidence(each) for each in once if each.get("published_at") and isinstance(each["value"], int | float)]


def _evidence(metric: Document) -> Document:
    shown = {name: metric.get(name) for name in (*_EVIDENCE, "basis")}
    return (
        shown
        | {name: shown[name] or "" for name in _TEXTS}
        | {
            "sections": shown["sections"] or [],
            "value": metric["value"],
            "at": iso_time(metric["published_at"]),
            "approximate": bool(metric.get("approximate")),
        }
    )
