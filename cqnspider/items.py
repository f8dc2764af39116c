"""The documented schema: what a spider yields, a pipeline stores and a feed export prints.

Every field is described in docs/schema.md; a value the page does not print is None or empty, never a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta, timezone
from operator import attrgetter
from typing import Any, Final, Self, TypedDict

from cqnspider.text import visible

SCHEMA_VERSION: Final = 2  # store/migrations brings older documents here
BEIJING: Final = timezone(timedelta(hours=8))  # what the site prints, without saying so
# What the page says. The content hash covers these fields and nothing else.
CONTENT_FIELDS: Final = (
    "title", "published_at", "source", "editor", "keywords", "contributors", "section", "rights", "reprinted_from",
    "paragraphs", "images", "attachments", "tables",
)  # fmt: skip


class Contributor(TypedDict):
    """A person of the byline; `role` is 记者, 通讯员, 文, 摄 or None, `organization` the printed affiliation."""

    name: str
    role: str | None
    organization: str | None


class Image(TypedDict):
    """An image of the body with its printed caption."""

    url: str
    caption: str | None


class Attachment(TypedDict):
    """A linked file of the body (.xls, .doc, .pdf …)."""

    url: str
    name: str


class Archived(TypedDict):
    """Where a page lies in the archive: name of the WARC file, offset of its record in bytes."""

    file: str
    offset: int


class Table(TypedDict):
    """A data table: every row has the same number of cells, rowspan and colspan are expanded."""

    rows: list[list[str]]


def iso_time(value: datetime | None) -> str | None:
    """ISO 8601 for feed exports: `2023-10-19T15:04:08+08:00`."""
    return None if value is None else value.isoformat(timespec="seconds")


UNIT_KINDS: Final = (
    "classifier", "currency", "percent", "percentage_point", "multiple", "mass", "length", "area", "volume", "duration", "energy",
    "temperature", "other",
)  # fmt: skip
_TIME: Final = {"serializer": iso_time}


@dataclass(frozen=True, slots=True)
class Metric:
    """A number that the text reports, with its evidence: `paragraphs[paragraph][start:end] == text` (code points, half-open).

    `value` is in `unit`, 万 and 亿 multiplied out; None for a range or a bound alone (`min_value`, `max_value`).
    """

    text: str
    paragraph: int
    start: int
    end: int
    sentence: str
    value: float | None
    min_value: float | None
    max_value: float | None
    comparator: str | None  # < <= >= >
    approximate: bool
    qualifier: str
    unit: str
    unit_kind: str
    unit_code: str | None  # UCUM, ISO 4217
    entity: str
    entity_head: str
    role: str  # level, change, share, target
    direction: str | None  # increase, decrease
    basis: str | None  # yoy, mom

    def document(self) -> dict[str, Any]:
        """As a plain dict; `dataclasses.asdict` copies every value, which takes twenty times as long."""
        return dict(zip(_METRIC_FIELDS, _metric_values(self), strict=True))

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """From what MongoDB holds; a field that is missing is empty."""
        return cls(**{name: document.get(name, empty) for name, empty in _empty(cls).items()})


_EMPTY: Final[dict[str, dict[str, Any]]] = {}  # by class, because documents come by the million


def _empty(kind: type[Metric]) -> dict[str, Any]:
    if kind.__qualname__ not in _EMPTY:
        plain = {"str": "", "int": 0, "bool": False}
        _EMPTY[kind.__qualname__] = {each.name: plain.get(str(each.type)) for each in fields(kind)}
    return _EMPTY[kind.__qualname__]


_METRIC_FIELDS: Final = tuple(each.name for each in fields(Metric))
_metric_values: Final = attrgetter(*_METRIC_FIELDS)


@dataclass(slots=True)
class Article:
    """One article; `id` is the CMS id (legacy pages: `news-1010277`) and its only identity."""

    id: str = ""
    url: str = ""
    urls: list[str] = field(default_factory=list)
    title: str = ""
    published_at: datetime | None = field(default=None, metadata=_TIME)
    source: str | None = None
    editor: str | None = None
    keywords: list[str] = field(default_factory=list)
    contributors: list[Contributor] = field(default_factory=list)
    channel: str = ""
    section: list[str] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)
    rights: str = ""
    reprinted_from: str | None = None
    paragraphs: list[str] = field(default_factory=list)
    body: str = ""
    images: list[Image] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    province: str | None = None
    city: str | None = None
    county: str | None = None
    adcode: str | None = None
    metrics: list[Metric] = field(default_factory=list)
    layout: str = ""
    fetched_at: datetime | None = field(default=None, metadata=_TIME)
    etag: str | None = None
    last_modified: str | None = None
    archive: Archived | None = None
    first_seen_at: datetime | None = field(default=None, metadata=_TIME)
    last_seen_at: datetime | None = field(default=None, metadata=_TIME)
    gone_at: datetime | None = field(default=None, metadata=_TIME)
    schema_version: int = SCHEMA_VERSION
    content_hash: str = ""
    revision: int = 1
    simhash: str | None = None
    bands: list[int] = field(default_factory=list)
    duplicate_of: str | None = None

    def document(self) -> dict[str, Any]:
        """As MongoDB stores it: plain containers, shared with the article, and `_id`."""
        document = dict(zip(_ARTICLE_FIELDS, _article_values(self), strict=True))
        document["metrics"] = [metric.document() for metric in self.metrics]
        document["_id"] = document.pop("id")
        return document

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Article:
        """From what MongoDB holds; fields that an older cqnspider did not know, or that were not asked for, have their defaults."""
        given = {name: document[name] for name in _ARTICLE_FIELDS if name in document}
        metrics = [Metric.from_document(metric) for metric in document.get("metrics", ())]
        return cls(**(given | {"id": document["_id"], "metrics": metrics}))


_ARTICLE_FIELDS: Final = tuple(each.name for each in fields(Article))
_article_values: Final = attrgetter(*_ARTICLE_FIELDS)


@dataclass(frozen=True, slots=True)
class RawPage:
    """A page as it came: from where (after redirects), with which status, the bytes."""

    url: str
    status: int
    content_type: str | None
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that did not become an article: where (`stage`, `url`), why (`reason`, `detail`), for which section.

    `page` is the raw page where one came; `traceback` is there for exceptions; `at` is when, None for now.
    """

    stage: str
    url: str
    reason: str
    detail: str = ""
    section: str | None = None
    traceback: str | None = None
    page: RawPage | None = None
    at: datetime | None = None

    def __post_init__(self) -> None:
        """What comes from outside is printed on terminals: no control characters, nothing endless."""
        for name, longest in (("url", 3000), ("reason", 200), ("detail", 2000)):
            object.__setattr__(self, name, visible(getattr(self, name))[:longest])
