"""Collections, indexes and the validator: what the database guarantees about a document.

In: a database handle. Out: the same database with everything in place; safe to repeat, cheap when nothing changed.
"""

from __future__ import annotations

from typing import Any, Final

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import CollectionInvalid, OperationFailure

from cqnspider.items import UNIT_KINDS
from cqnspider.store.metrics import rebuild

Document = dict[str, Any]

_NAMESPACE_EXISTS: Final = 48
_STRING: Final = {"bsonType": "string"}
_TEXT: Final = {"bsonType": "string", "minLength": 1}
_DATE: Final = {"bsonType": "date"}
_MAYBE_DATE: Final = {"bsonType": ["date", "null"]}
_ORDINAL: Final = {"bsonType": "int", "minimum": 1}
_HASH: Final = {"bsonType": "string", "pattern": "^[0-9a-f]{64}$"}
_MAYBE: Final = {"bsonType": ["string", "null"]}
_NAMES: Final = {"bsonType": "array", "items": _TEXT}


def _objects(**fields: object) -> Document:
    return {"bsonType": "array", "items": {"bsonType": "object", "required": list(fields), "properties": fields}}


_NUMBER: Final = {"bsonType": ["int", "long", "double", "null"]}
_COUNT: Final = {"bsonType": "int", "minimum": 0}
METRIC_FIELDS: Final[Document] = {
    "text": _TEXT,
    "paragraph": _COUNT,
    "start": _COUNT,
    "end": _COUNT,
    "sentence": _TEXT,
    "value": _NUMBER,
    "min_value": _NUMBER,
    "max_value": _NUMBER,
    "comparator": {"enum": ["<", "<=", ">=", ">", None]},
    "approximate": {"bsonType": "bool"},
    "qualifier": _STRING,
    "unit": _STRING,
    "unit_kind": {"enum": [*UNIT_KINDS]},
    "unit_code": _MAYBE,
    "entity": _STRING,
    "entity_head": _STRING,
    "role": {"enum": ["level", "change", "share", "target"]},
    "direction": {"enum": ["increase", "decrease", None]},
    "basis": {"enum": ["yoy", "mom", None]},
}
METRIC_SCHEMA: Final[Document] = {
    "bsonType": "object",
    "required": ["_id", "article_id", "title", "url", "published_at", "sections", *METRIC_FIELDS],
    "properties": {
        "article_id": _TEXT,
        "title": _TEXT,
        "url": _TEXT,
        "published_at": _DATE,
        "sections": _NAMES,
        "schema_version": _ORDINAL,
        **METRIC_FIELDS,
    },
}
ARTICLE_SCHEMA: Final[Document] = {
    "bsonType": "object",
    "required": [
        "_id",
        "url",
        "urls",
        "title",
        "published_at",
        "paragraphs",
        "layout",
        "schema_version",
        "content_hash",
        "revision",
    ],
    "properties": {
        "_id": _TEXT,
        "url": _TEXT,
        "urls": _NAMES | {"minItems": 1},
        "title": _TEXT,
        "published_at": _DATE,
        "source": _MAYBE,
        "editor": _MAYBE,
        "keywords": _NAMES,
        "contributors": _objects(name=_TEXT, role={"enum": ["记者", "通讯员", "文", "摄", None]}, organization=_MAYBE),
        "channel": _TEXT,
        "section": _NAMES,
        "sections": _NAMES,
        "rights": {"enum": ["original", "reprint"]},
        "reprinted_from": _MAYBE,
        "paragraphs": _NAMES,
        "body": _STRING,
        "images": _objects(url=_TEXT, caption=_MAYBE),
        "attachments": _objects(url=_TEXT, name=_STRING),
        "tables": _objects(rows={"bsonType": "array"}),
        "province": _MAYBE,
        "city": _MAYBE,
        "county": _MAYBE,
        "adcode": {"bsonType": ["string", "null"], "pattern": "^[0-9]{6}$"},
        "metrics": _objects(**METRIC_FIELDS),
        "layout": _TEXT,
        "fetched_at": _DATE,
        "first_seen_at": _DATE,
        "last_seen_at": _DATE,
        "gone_at": _MAYBE_DATE,
        "etag": _MAYBE,
        "last_modified": _MAYBE,
        "archive": {
            "bsonType": ["object", "null"],
            "required": ["file", "offset"],
            "properties": {"file": _TEXT, "offset": {"bsonType": ["int", "long"], "minimum": 0}},
        },
        "schema_version": _ORDINAL,
        "content_hash": _HASH,
        "revision": _ORDINAL,
        "simhash": {"bsonType": ["string", "null"], "pattern": "^[0-9a-f]{16}$"},
        "bands": {"bsonType": "array", "items": {"bsonType": "int"}},
        "duplicate_of": _MAYBE,
        "pending": _TEXT,
        "former": {"bsonType": "array"},
    },
}
REVISION_SCHEMA: Final[Document] = {
    "bsonType": "object",
    "required": ["_id", "article_id", "revision", "changed", "replaced_at", "content_hash", "schema_version"],
    "properties": {
        "article_id": _TEXT,
        "revision": _ORDINAL,
        "changed": _NAMES,
        "replaced_at": _DATE,
        "content_hash": _HASH,
        "schema_version": _ORDINAL,
    },
}
DEAD_LETTER_SCHEMA: Final[Document] = {
    "bsonType": "object",
    "required": ["_id", "stage", "reason", "url", "run_id", "first_at", "last_at", "count", "schema_version"],
    "properties": {
        "article_id": _MAYBE,
        "stage": _TEXT,
        "reason": _TEXT,
        "detail": _STRING,
        "url": _STRING,
        "section": _MAYBE,
        "traceback": _MAYBE,
        "page": {"bsonType": ["object", "null"]},
        "run_id": _TEXT,
        "first_at": _DATE,
        "last_at": _DATE,
        "count": _ORDINAL,
        "schema_version": _ORDINAL,
    },
}
VALIDATORS: Final[dict[str, Document]] = {
    "articles": {"$jsonSchema": ARTICLE_SCHEMA},
    "revisions": {"$jsonSchema": REVISION_SCHEMA},
    "metrics": {"$jsonSchema": METRIC_SCHEMA},
    "dead_letters": {"$jsonSchema": DEAD_LETTER_SCHEMA},
    "runs": {},
}
INDEXES: Final[dict[str, list[IndexModel]]] = {
    "articles": [
        IndexModel([("published_at", DESCENDING)], name="published_at"),
        IndexModel(
            [("province", ASCENDING), ("city", ASCENDING), ("county", ASCENDING), ("published_at", DESCENDING)],
            name="place_published_at",
        ),
        IndexModel([("adcode", ASCENDING), ("published_at", DESCENDING)], name="adcode_published_at"),
        IndexModel([("sections", ASCENDING), ("published_at", DESCENDING)], name="sections_published_at"),
        IndexModel([("source", ASCENDING), ("published_at", DESCENDING)], name="source_published_at"),
        IndexModel([("bands", ASCENDING), ("published_at", ASCENDING)], name="bands_published_at"),
        IndexModel([("duplicate_of", ASCENDING)], name="duplicate_of"),
        IndexModel([("pending", ASCENDING)], name="pending", sparse=True),  # almost always empty
        IndexModel([("schema_version", ASCENDING)], name="schema_version"),
    ],
    "revisions": [
        IndexModel([("article_id", ASCENDING), ("revision", ASCENDING)], name="article_revision", unique=True)
    ],
    "dead_letters": [
        IndexModel([("article_id", ASCENDING)], name="article_id"),
        IndexModel([("url", ASCENDING)], name="url"),
        IndexModel([("last_at", DESCENDING)], name="last_at"),
    ],
    "metrics": [
        IndexModel([("article_id", ASCENDING)], name="article_id"),
        IndexModel([("unit", ASCENDING), ("published_at", DESCENDING)], name="unit_published_at"),
        IndexModel([("unit", ASCENDING), ("value", DESCENDING)], name="unit_value"),
        IndexModel([("entity_head", ASCENDING), ("published_at", DESCENDING)], name="entity_head_published_at"),
        IndexModel([("province", ASCENDING), ("published_at", DESCENDING)], name="province_published_at"),
        IndexModel([("published_at", DESCENDING)], name="published_at"),
    ],
    "runs": [
        IndexModel([("started_at", DESCENDING)], name="started_at"),
        IndexModel([("sections.name", ASCENDING), ("started_at", DESCENDING)], name="section_started_at"),
    ],
}


async def prepare(database: AsyncDatabase[Document]) -> None:
    """Create what is missing and bring the validator up to date. Raises pymongo errors."""
    existing = {info["name"]: info async for info in await database.list_collections()}
    if "articles" in existing and "metrics" not in existing:
        try:
            await rebuild(database)
        except OperationFailure:  # another user of the database rebuilt it, or began to write it, at the same moment
            if "metrics" not in await database.list_collection_names():
                raise
        existing = {info["name"]: info async for info in await database.list_collections()}
    for name, validator in VALIDATORS.items():
        current = existing.get(name, {}).get("options", {}).get("validator", {})
        if name not in existing:
            try:
                await database.create_collection(name, validator=validator)
                current = validator
            except (CollectionInvalid, OperationFailure) as error:  # another crawl was faster
                if isinstance(error, OperationFailure) and error.code != _NAMESPACE_EXISTS:
                    raise
        await database[name].create_indexes(
            INDEXES[name]
        )  # waits for one who builds the same; collMod would be refused meanwhile
        if current != validator:
            await database.command("collMod", name, validator=validator)
