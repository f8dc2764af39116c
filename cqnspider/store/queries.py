"""What people ask of the data set, as MongoDB queries: places, dates, texts, counted things.

In: keyword arguments as a person would say them. Out: filters for `articles` and `metrics`. Pure functions; they raise ValueError for what
cannot be asked.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final, TypedDict

from cqnspider.items import BEIJING
from cqnspider.regions import find_places
from cqnspider.sections import BY_NAME

Document = dict[str, Any]


class Where(TypedDict, total=False):
    """Which articles: all that is given must hold."""

    place: str  # a province, city or county (四川省, 苍溪县, 北京市朝阳区) or its code (51, 510824), with all that lies in it
    since: date | str  # published on this day or later, Beijing time
    until: date | str  # … on this day or earlier
    section: str  # name of a list it stood on: 地方动态


class ArticleQuery(Where, total=False):
    """Which articles, by what they say of themselves."""

    text: str  # words that title and body hold, all of them, as written; reads every article that the rest leaves
    source: str  # 中国质量新闻网
    stories: bool  # True: of several prints of one story only the earliest


class MetricQuery(Where, total=False):
    """Which numbers: of what, in which unit, how much."""

    unit: str | Iterable[str]  # 元, 批次, %; one or several
    entity: str | Iterable[str]  # head of what is counted: 罚款, 合格率; one or several
    role: str  # level, change, share, target
    direction: str  # increase, decrease
    basis: str  # yoy, mom
    at_least: float  # of `value`, in `unit`
    at_most: float


_ARTICLE_KEYS: Final = frozenset(ArticleQuery.__annotations__) | frozenset(Where.__annotations__)
_METRIC_KEYS: Final = frozenset(MetricQuery.__annotations__) | frozenset(Where.__annotations__)


_KNOWN: Final = {
    "section": frozenset(BY_NAME),
    "role": frozenset({"level", "change", "share", "target"}),
    "direction": frozenset({"increase", "decrease"}),
    "basis": frozenset({"yoy", "mom"}),
}


def article_filter(query: Mapping[str, Any]) -> Document:
    """The filter of `articles` for an `ArticleQuery`. Raises ValueError."""
    wanted = _shared(query, _ARTICLE_KEYS)
    if "source" in query:
        wanted["source"] = _text("source", query["source"])
    if query.get("stories"):
        wanted["duplicate_of"] = None
    words = _text("text", query.get("text", "")).split()
    if words:
        wanted["$and"] = [
            {"$or": [{"title": {"$regex": re.escape(word)}}, {"body": {"$regex": re.escape(word)}}]} for word in words
        ]
    return wanted


def metric_filter(query: Mapping[str, Any]) -> Document:
    """The filter of `metrics` for a `MetricQuery`. Raises ValueError."""
    wanted = _shared(query, _METRIC_KEYS)
    for name, field in (("unit", "unit"), ("entity", "entity_head")):
        if name in query:
            given = query[name]
            wanted[field] = given if isinstance(given, str) else {"$in": _texts(name, given)}
    wanted |= {name: _known(name, query[name]) for name in ("role", "direction", "basis") if name in query}
    limits = {"$gte": _amount("at_least", query), "$lte": _amount("at_most", query)}
    if any(limit is not None for limit in limits.values()):
        wanted["value"] = {operator: limit for operator, limit in limits.items() if limit is not None}
    return wanted


def period(since: date | str | None, until: date | str | None) -> Document:
    """Days of Beijing time, both ends inclusive, as a condition on a moment; {} for none. Raises ValueError."""
    first, last = _day("since", since), _day("until", until)
    if first and last and first > last:
        raise ValueError(f"since={first} is later than until={last}: swap them")
    # The first and the last day of all calendars are open ends: there is no moment before or after them.
    begin = {"$gte": _midnight(first)} if first and first.year > 1 else {}
    return begin | ({"$lt": _midnight(last + timedelta(days=1))} if last and last < date.max else {})


def _shared(query: Mapping[str, Any], known: frozenset[str]) -> Document:
    if unknown := sorted(set(query) - known):
        raise ValueError(f"nothing can be asked by {', '.join(unknown)}; known are {', '.join(sorted(known))}")
    wanted: Document = {}
    if "place" in query:
        levels = ("province", "city", "county")
        meant = [
            {name: value for name, value in zip(levels, place.names, strict=True) if value}
            for place in find_places(_text("place", query["place"]))
        ]
        wanted |= meant[0] if len(meant) == 1 else {"$or": meant}
    if published := period(query.get("since"), query.get("until")):
        wanted["published_at"] = published
    if "section" in query:
        wanted["sections"] = _known("section", query["section"])
    return wanted


def _text(name: str, given: object) -> str:
    if not isinstance(given, str):
        raise ValueError(f"{name}={given!r} is no text")
    return given


def _texts(name: str, given: object) -> list[str]:
    if not isinstance(given, Iterable):
        raise ValueError(f"{name}={given!r} is neither a text nor several")
    return [_text(name, each) for each in given]


def _known(name: str, given: object) -> str:
    if _text(name, given) not in _KNOWN[name]:
        raise ValueError(f"unknown {name} {given!r}; known are {', '.join(sorted(_KNOWN[name]))}")
    return str(given)


def _amount(name: str, query: Mapping[str, Any]) -> float | None:
    given = query.get(name)
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int | float) or not abs(given) <= sys.float_info.max:
        raise ValueError(f"{name}={given!r} is no number")
    return float(given)


def _day(name: str, given: date | str | None) -> date | None:
    if isinstance(given, datetime):
        return (given.astimezone(BEIJING) if given.tzinfo else given).date()
    if given is None or isinstance(given, date):
        return given
    try:
        return date.fromisoformat(given)
    except (ValueError, TypeError):
        raise ValueError(f"{name}={given!r} is no date; write it as YYYY-MM-DD, e.g. 2023-10-01") from None


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=BEIJING)
