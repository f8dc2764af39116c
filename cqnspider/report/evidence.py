"""Numbers of a report that are shown one by one: each with its sentence and its link."""

from __future__ import annotations

from typing import Final, NamedTuple

from pymongo.database import Database

from cqnspider.items import iso_time
from cqnspider.store.queries import Document

_POINTS: Final = 400  # newest points of a series; each has its sentence
_CHANGES: Final = 25  # of each kind
_EVIDENCE: Final = ("text", "entity", "sentence", "title", "url", "province", "county", "sections")


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


def series(database: Database[Document], published: Document, thing: Thing) -> Document:
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


def changes(database: Database[Document], published: Document) -> list[Document]:
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
