"""How many articles and numbers there are, by month, place and section: what the charts of a report count.

Counts name a group of province and sections by its number, so that the reader of the report can choose among them and the file stays small.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeVar

from pymongo.database import Database

from cqnspider.store.queries import Document

Key = TypeVar("Key", str, tuple[str, str])
_MOST: Final = 40  # things, and units, of all places …
_MOST_OF_EACH: Final = 10  # … and of each province and section, for those who choose one
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
        group = (key.get("province"), tuple(key.get("sections") or ()))
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
        yield {
            "year": each["_id"] or "–",
            "articles": each["articles"],
            "fields": {name: each[name] for name in COVERED},
        }


def units(database: Database[Document], numbers: Document, groups: Groups) -> list[Document]:
    """The units of most numbers, in all and in each province and section: how many, by group."""
    key = {"unit": "$unit", "province": "$province", "sections": "$sections"}
    stages: list[Document] = [
        {"$match": numbers | {"unit": {"$gt": ""}}},
        {"$group": {"_id": key, "n": {"$sum": 1}}},
    ]
    found: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for each in database["metrics"].aggregate(stages, allowDiskUse=True):
        found[each["_id"]["unit"]][groups.number(each["_id"])] += each["n"]
    return [{"unit": unit, "counts": sorted(found[unit].items())} for unit in _most(found, groups)]


def things(database: Database[Document], numbers: Document, groups: Groups) -> list[Document]:
    """The things that most articles count, in all and in each province and section: how many articles, by group."""
    article = {"entity": "$entity_head", "unit": "$unit", "article": "$article_id"}
    first = {"province": {"$first": "$province"}, "sections": {"$first": "$sections"}}
    key = {"entity": "$_id.entity", "unit": "$_id.unit", "province": "$province", "sections": "$sections"}
    stages: list[Document] = [
        {"$match": numbers | {"role": "level", "entity_head": {"$gt": ""}}},
        {"$group": {"_id": article, **first}},
        {"$group": {"_id": key, "n": {"$sum": 1}}},
    ]
    found: defaultdict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    for each in database["metrics"].aggregate(stages, allowDiskUse=True):
        found[each["_id"]["entity"], each["_id"].get("unit") or ""][groups.number(each["_id"])] += each["n"]
    return [
        {"entity": entity, "unit": unit, "counts": sorted(found[entity, unit].items())}
        for entity, unit in _most(found, groups)
    ]


def _most(found: Mapping[Key, Counter[int]], groups: Groups) -> list[Key]:
    """The keys with the highest counts, then those that are among the highest of a province or a section only."""
    top: list[Key] = sorted(found, key=lambda each: (-found[each].total(), each))[:_MOST]
    by_choice: defaultdict[tuple[str, str | None], Counter[Key]] = defaultdict(Counter)
    for key, counts in found.items():
        for group, count in counts.items():
            province, sections = groups.keys[group]
            by_choice["province", province][key] += count
            for section in sections:
                by_choice["section", section][key] += count
    for ranked in by_choice.values():
        top += [key for key, _ in ranked.most_common(_MOST_OF_EACH)]
    return list(dict.fromkeys(top))
