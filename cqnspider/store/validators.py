"""What the database guarantees about a document, and what every field means: MongoDB's `$jsonSchema`, with descriptions that Compass shows as well.

The tables of docs/schema.md are made from here and from items.py (tests/store/schema_tables.py), so there is no other list of fields.
"""

from __future__ import annotations

from typing import Any, Final

from cqnspider.items import UNIT_KINDS

Document = dict[str, Any]

_STRING: Final = {"bsonType": "string"}
_TEXT: Final = {"bsonType": "string", "minLength": 1}
_DATE: Final = {"bsonType": "date"}
_MAYBE_DATE: Final = {"bsonType": ["date", "null"]}
_ORDINAL: Final = {"bsonType": "int", "minimum": 1}
_COUNT: Final = {"bsonType": "int", "minimum": 0}
_HASH: Final = {"bsonType": "string", "pattern": "^[0-9a-f]{64}$"}
_MAYBE: Final = {"bsonType": ["string", "null"]}
_NAMES: Final = {"bsonType": "array", "items": _TEXT}
_NUMBER: Final = {"bsonType": ["int", "long", "double", "null"]}
_OBJECT: Final = {"bsonType": "object"}
_LIST: Final = {"bsonType": "array"}


def _objects(**fields: object) -> Document:
    return {"bsonType": "array", "items": {"bsonType": "object", "required": list(fields), "properties": fields}}


def _is(rule: Document, meaning: str) -> Document:
    return rule | {"description": meaning}


METRIC_FIELDS: Final[Document] = {
    "text": _is(_TEXT, "as printed, with the qualifier words, the change verb and the unit: `近4万人`, `6.8万余人次`, `增长12.6%`"),
    "paragraph": _is(_COUNT, "index in `paragraphs`"),
    "start": _is(_COUNT, "`paragraphs[paragraph][start:end] == text`, code points, half-open"),
    "end": _is(_COUNT, "see `start`"),
    "sentence": _is(_TEXT, "the sentence it stands in; of more than 1,000 characters, the part around it"),
    "value": _is(_NUMBER, "the amount in `unit`, 万/亿 multiplied out; null for a range and where only a bound is said (百余家)"),
    "min_value": _is(_NUMBER, "lower end of a range, or the bound that a qualifier gives"),
    "max_value": _is(_NUMBER, "upper end of a range, or the bound that a qualifier gives"),
    "comparator": _is(
        {"enum": ["<", "<=", ">=", ">", None]},
        "余, 多, 超, 逾 → `>`; 近, 不足 → `<`; 不低于, 至少, 以上 → `>=`; 以内, 至多, 以下 → `<=`; null where the number is exact",
    ),
    "approximate": _is({"bsonType": "bool"}, "约, 左右, 余, 多, 近, 数十, 百余, 三五"),
    "qualifier": _is(_STRING, "these words as printed, '' if none"),
    "unit": _is(_STRING, "one spelling a unit or classifier: 家次, 人次, 批次, 元, %, 百分点, 公斤, mg/kg, 元/公斤; '' for a pure number (指数为92.35)"),
    "unit_kind": _is({"enum": [*UNIT_KINDS]}, ", ".join(UNIT_KINDS)),
    "unit_code": _is(_MAYBE, "UCUM, or ISO 4217 for currencies"),
    "entity": _is(_STRING, "the noun phrase that is counted or measured; '' where the text gives none"),
    "entity_head": _is(_STRING, "its head word"),
    "role": _is({"enum": ["level", "change", "share", "target"]}, "level, change, share, target (planned or forecast)"),
    "direction": _is({"enum": ["increase", "decrease", None]}, "of a change: increase or decrease"),
    "basis": _is({"enum": ["yoy", "mom", None]}, "of a change: yoy (同比) or mom (环比)"),
}  # fmt: skip
_PLACE: Final[Document] = {
    "province": _is(_MAYBE, "where the story happens, by official names; null if unclear"),
    "city": _is(_MAYBE, "null in 北京, 天津, 上海, 重庆 and for counties directly under a province"),
    "county": _MAYBE,
    "adcode": _is({"bsonType": ["string", "null"], "pattern": "^[0-9]{6}$"}, "GB/T 2260 code of the most precise of them"),
}  # fmt: skip
METRIC_SCHEMA: Final[Document] = {
    "bsonType": "object",
    "required": ["_id", "article_id", "title", "url", "published_at", "sections", *METRIC_FIELDS],
    "properties": {
        "article_id": _TEXT,
        "title": _is(_TEXT, "this and the next: of its article"),
        "url": _TEXT,
        "published_at": _DATE,
        **_PLACE,
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
        "_id": _is(_TEXT, 'the CMS id, `"8990503"`; legacy pages `"news-1010277"`. The only identity: host, scheme, channel and date folder may differ'),
        "url": _is(_TEXT, "canonical address"),
        "urls": _is(_NAMES | {"minItems": 1}, "all addresses it was seen at"),
        "title": _is(_TEXT, "as printed"),
        "published_at": _is(_DATE, "as printed, Beijing time"),
        "source": _is(_MAYBE, "as printed, trimmed; null where the page prints none"),
        "editor": _is(_MAYBE, "as printed, trimmed; null where the page prints none"),
        "keywords": _is(_NAMES, "from the page's meta tag"),
        "contributors": _is(
            _objects(name=_TEXT, role={"enum": ["记者", "通讯员", "文", "摄", None]}, organization=_MAYBE),
            "from the byline; role 记者, 通讯员, 文, 摄 or null; organization where printed",
        ),
        "channel": _is(_TEXT, "folder of the address: `zj`, `ms`, `zgzlb`; legacy `zjpd`"),
        "section": _is(_NAMES, "the breadcrumb"),
        "sections": _is(_NAMES, "names of all lists it was found on (cqnspider/sections.py)"),
        "rights": _is({"enum": ["original", "reprint"]}, "`original` or `reprint`, by the source line and marks in the body"),
        "reprinted_from": _is(_MAYBE, "of a reprint, where it is printed"),
        "paragraphs": _is(_NAMES, "clean text: no menus, notices, captions"),
        "body": _is(_STRING, "`paragraphs` joined with a line feed"),
        "images": _is(_objects(url=_TEXT, caption=_MAYBE), "images of the body with their printed captions"),
        "attachments": _is(_objects(url=_TEXT, name=_STRING), "linked files (.xls, .doc, .pdf …)"),
        "tables": _is(_objects(rows={"bsonType": "array"}), "data tables, rowspan and colspan expanded"),
        **_PLACE,
        "metrics": _is(_objects(**METRIC_FIELDS), "the numbers that the paragraphs report, see below; at most 2,000"),
        "layout": _is(_TEXT, "how the page was read: A, B, C or mobile"),
        "fetched_at": _is(_DATE, "when this state was fetched"),
        "etag": _is(_MAYBE, "what the server said of the page, for conditional requests"),
        "last_modified": _is(_MAYBE, "the same"),
        "archive": _is(
            {
                "bsonType": ["object", "null"],
                "required": ["file", "offset"],
                "properties": {"file": _TEXT, "offset": {"bsonType": ["int", "long"], "minimum": 0}},
            },
            "where the page of this state lies: name of a WARC file, byte of its record; of an article of several pages, the first. Absent in articles stored"
            " before there was an archive",
        ),
        "first_seen_at": _is(_DATE, "when it was first read"),
        "last_seen_at": _is(_DATE, "when it was last read"),
        "gone_at": _is(_MAYBE_DATE, "since when the site answers 404 or 410; null again when it is back"),
        "schema_version": _is(_ORDINAL, "of this description; `scrapy doctor --migrate` brings older documents here"),
        "content_hash": _is(_HASH, "SHA-256 over the content fields, see below"),
        "revision": _is(_ORDINAL, "1, 2, 3 … states"),
        "simhash": _is(
            {"bsonType": ["string", "null"], "pattern": "^[0-9a-f]{16}$"}, "sketch of the text, 16 hex digits; null for short texts"
        ),
        "bands": _is(
            {"bsonType": "array", "items": {"bsonType": "int"}},
            "index keys for `duplicate_of`: 30 minhash bands, then keys of place and numbers; [] for short texts; not in exports",
        ),
        "duplicate_of": _is(_MAYBE, "id of the earliest article within 60 days that tells the same story"),
        "pending": _is(_TEXT, "only while a write is being settled; what is left of an interrupted one is settled when the database is opened next"),
        "former": _is(_LIST, "the same: a replaced state on its way to `revisions`"),
    },
}  # fmt: skip
REVISION_SCHEMA: Final[Document] = {
    "bsonType": "object",
    "required": ["_id", "article_id", "revision", "changed", "replaced_at", "content_hash", "schema_version"],
    "properties": {
        "_id": _is(_TEXT, '`"8990503:1"`'),
        "article_id": _TEXT,
        "revision": _is(_ORDINAL, "number of this state"),
        "changed": _is(_NAMES, "names of the content fields that the next state changed"),
        "replaced_at": _is(_DATE, "when the next state was read"),
        "content_hash": _HASH,
        "schema_version": _ORDINAL,
    },
}
DEAD_LETTER_SCHEMA: Final[Document] = {
    "bsonType": "object",
    "required": ["_id", "stage", "reason", "url", "run_id", "first_at", "last_at", "count", "schema_version"],
    "properties": {
        "article_id": _is(_MAYBE, "null for lists"),
        "stage": _is(_TEXT, "`list`, `download`, `layout`, `loader`, `pipeline`, `spider`"),
        "reason": _is(_TEXT, "see below; of an exception its type"),
        "detail": _is(_STRING, "what was found; of an exception its message"),
        "url": _is(_STRING, "where"),
        "section": _is(_MAYBE, "the list that named it"),
        "traceback": _is(_MAYBE, "of an exception"),
        "page": _is({"bsonType": ["object", "null"]}, "the raw page: `url` (after redirects), `status`, `content_type`, `body` up to 8 MB; null if none came"),
        "run_id": _is(_TEXT, "the last run it happened in"),
        "first_at": _is(_DATE, "when it happened first"),
        "last_at": _is(_DATE, "when it happened last"),
        "count": _is(_ORDINAL, "how often"),
        "schema_version": _ORDINAL,
    },
}  # fmt: skip
RUN_SCHEMA: Final[Document] = {
    "bsonType": "object",
    "properties": {
        "_id": _is(_TEXT, "moment of the start and a random part; `scrapy runs ID` shows one"),
        "spider": _is(_TEXT, "local_news, article or requeue"),
        "arguments": _is(_OBJECT, "as they were given"),
        "replay": _is(_MAYBE, "name of the saved pages or the archive; null for the site"),
        "started_at": _DATE,
        "finished_at": _is(_MAYBE_DATE, "null: it runs, or it was killed"),
        "finish_reason": _is(_MAYBE, "Scrapy's"),
        "error": _is(_MAYBE, "what broke it"),
        "versions": _is(_OBJECT, "of cqnspider, Scrapy, Python"),
        "counts": _is(_OBJECT, "requests, pages, new, changed, failures …"),
        "coverage": _is(_OBJECT, "how many articles have a field"),
        "cohorts": _is(_OBJECT, "pages and rule hits by layout and year of publication"),
        "rules": _is(_OBJECT, "hits of every rule by layout and field, zero included"),
        "disagreements": _is(_OBJECT, "rules that read different titles or dates"),
        "sections": _is(
            _LIST,
            "for each: its `lists`, `pages`, `listed`, `failures`, `problem`, `complete` (nothing that its lists name is missing, so the next run may stop"
            " where everything is known), `down_to`",
        ),
        "failures": _is(_LIST, "stage, URL, reason, detail"),
        "exit_code": _is({"bsonType": ["int", "null"]}, "0, 1, 3; null: it runs, or it was killed"),
        "reasons": _is(_NAMES, "why it is not 0"),
        "schema_version": _ORDINAL,
    },
}
VALIDATORS: Final[dict[str, Document]] = {
    "articles": {"$jsonSchema": ARTICLE_SCHEMA},
    "revisions": {"$jsonSchema": REVISION_SCHEMA},
    "metrics": {"$jsonSchema": METRIC_SCHEMA},
    "dead_letters": {"$jsonSchema": DEAD_LETTER_SCHEMA},
    "runs": {"$jsonSchema": RUN_SCHEMA},
}
