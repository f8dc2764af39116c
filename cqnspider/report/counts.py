"""How many articles and numbers there are, by month, place and section: what the charts of a report count.

Counts name a group of province and sections by its number, so that the reader of the report can choose among them and the file stays small.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from pymongo.database import Database

from cqnspider.store.queries import Document

_THINGS: Final = 40  # counted things of which there are numbers by place and section
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


def articles(database: Database[Document], published: Document, groups: Groups) -> Iterator[list[Any]]:
    """[month, group, count]."""
    key = {"month": _MONTH, "province": "$province", "sections": "$sections"}
    stages: list[Document] = [
        {"$match": published},
        {"$group": {"_id": key, "n": {"$sum": 1}}},
        {"$sort": {"_id.month": 1}},
    ]
    for each in database["articles"].aggregate(stages, allowDiskUse=True):
        yield [each["_id"]["month"], groups.number(each["_id"]), each["n"]]


def coverage(database: Database[Document], published: Document) -> Iterator[Document]:
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


def units(database: Database[Document], published: Document, groups: Groups) -> list[Document]:
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


def things(database: Database[Document], published: Document, groups: Groups) -> Iterator[Document]:
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
