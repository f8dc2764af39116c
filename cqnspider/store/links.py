"""Links between near-duplicates: `duplicate_of` is the id of the earliest article that tells the same story.

Candidates come from the index on `bands`, the decision from cqnspider/duplicates. A link depends on nothing but the articles themselves, so it
is the same in whatever order they came: it is made after an article is written, when of two crawls at once at least the later one
sees both, and for the later of the two articles, whichever was read first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from pymongo.asynchronous.collection import AsyncCollection

from cqnspider.duplicates.decide import WINDOW, Story, elsewhere, place_of, same_story
from cqnspider.duplicates.sketch import distance, worth_a_look

Document = dict[str, Any]
_NEAREST: Final = 100  # candidates of an article that are read
_ATTEMPTS: Final = 5  # while another crawl changes the same link
_KEYS: Final = dict.fromkeys(
    ("bands", "simhash", "published_at", "duplicate_of", "province", "city", "county", "content_hash"), 1
)
_TEXT: Final = {
    "paragraphs": 1, "published_at": 1, "province": 1, "city": 1, "county": 1,
    **{f"metrics.{name}": 1 for name in ("value", "min_value", "max_value", "unit", "unit_kind", "comparator", "approximate")},
}  # fmt: skip


async def link(articles: AsyncCollection[Document], ids: list[str]) -> dict[str, str | None]:
    """Bring `duplicate_of` of some articles in line, and of those that follow them; what it now is. Raises pymongo errors."""
    found, followers = await _link(articles, ids)
    if followers:
        await _link(articles, sorted(followers))
    return found


async def _link(articles: AsyncCollection[Document], ids: list[str]) -> tuple[dict[str, str | None], set[str]]:
    """Links of these articles, and the ids of later ones whose link may have to change because of them."""
    links: dict[str, str | None] = {}
    followers: set[str] = set()
    todo = ids
    for _ in range(_ATTEMPTS):
        if not todo:
            break
        own = {each["_id"]: each async for each in articles.find({"_id": {"$in": todo}}, _KEYS)}
        matches, later, hashes = await _matches(articles, own)
        followers |= later - own.keys()
        again = set()
        for key, each in own.items():
            links[key] = min(matches[key], default=(None, None))[1]
            if links[key] != each.get("duplicate_of"):
                guard = {"_id": key, "duplicate_of": each.get("duplicate_of")}
                result = await articles.update_one(guard, {"$set": {"duplicate_of": links[key]}})
                if not result.matched_count:
                    again.add(key)
        todo = sorted(again | await _moved(articles, own, links, hashes))
    return links, followers


async def _moved(
    articles: AsyncCollection[Document], own: dict[str, Document], links: dict[str, str | None], hashes: dict[str, str]
) -> set[str]:
    """Articles whose link was decided on a text, of theirs or of the other, that another crawl has changed meanwhile."""
    based_on = hashes | {key: each["content_hash"] for key, each in own.items()}
    linked = {key: other for key, other in links.items() if key in own and other is not None}
    concerned = sorted({*linked, *filter(None, linked.values())})
    if not concerned:
        return set()
    now = {
        each["_id"]: each["content_hash"]
        async for each in articles.find({"_id": {"$in": concerned}}, {"content_hash": 1})
    }
    moved = {key for key in concerned if now.get(key) != based_on.get(key)}
    return {key for key, other in linked.items() if key in moved or other in moved}


async def _matches(
    articles: AsyncCollection[Document], own: dict[str, Document]
) -> tuple[dict[str, list[tuple[Any, str]]], set[str], dict[str, str]]:
    """For each article the earlier ones that tell its story, as (date, id); the later ones whose link may be wrong; the hashes this is based on."""
    near = await _candidates(articles, own)
    needed = sorted(
        {key for key, others in near.items() if others} | {other for others in near.values() for other in others}
    )
    stories = (
        {each["_id"]: Story.of(each) async for each in articles.find({"_id": {"$in": needed}}, _TEXT)} if needed else {}
    )
    earlier: dict[str, list[tuple[Any, str]]] = defaultdict(list)
    same: set[tuple[str, str]] = set()
    later: set[str] = set()
    for key, others in near.items():
        for other, found in others.items():
            if key not in stories or other not in stories or not same_story(stories[key], stories[other]):
                continue
            same.add((other, key))
            if _order(found) < _order(own[key]):
                earlier[key].append(_order(found))
            elif found.get("duplicate_of") != key:
                later.add(other)
    async for each in articles.find({"duplicate_of": {"$in": list(own)}}, {"duplicate_of": 1}):
        if (each["_id"], each["duplicate_of"]) not in same:
            later.add(each["_id"])
    hashes = {key: found["content_hash"] for others in near.values() for key, found in others.items()}
    return earlier, later, hashes


async def _candidates(articles: AsyncCollection[Document], own: dict[str, Document]) -> dict[str, dict[str, Document]]:
    """For each article those that share a band and were published within WINDOW of it, the nearest by simhash."""
    sketched = {key: each for key, each in own.items() if each.get("bands")}
    if not sketched:
        return {}
    owners: dict[int, list[str]] = defaultdict(list)
    for key, each in sketched.items():
        for band in each["bands"]:
            owners[band].append(key)
    dates = [each["published_at"] for each in sketched.values()]
    window = timedelta(days=WINDOW)
    query = {
        "bands": {"$in": list(owners)},
        "published_at": {"$gte": min(dates) - window, "$lte": max(dates) + window},
    }
    near: dict[str, dict[str, Document]] = {key: {} for key in sketched}
    async for found in articles.find(query, _KEYS):
        for key in {key for band in found["bands"] for key in owners.get(band, ())}:
            near_in_time = abs(found["published_at"] - own[key]["published_at"]) <= window
            if (
                key != found["_id"]
                and near_in_time
                and not elsewhere(place_of(own[key]), place_of(found))  # the other prints of a template
                and worth_a_look(own[key]["bands"], found["bands"])
            ):
                near[key][found["_id"]] = found
    return {key: dict(sorted(others.items(), key=_nearness(own[key]))[:_NEAREST]) for key, others in near.items()}


def _nearness(article: Document) -> Callable[[tuple[str, Document]], tuple[int, Any]]:
    return lambda item: (distance(article["simhash"], item[1]["simhash"]), _order(item[1]))


def _order(document: Document) -> tuple[Any, str]:
    return document["published_at"], document["_id"]
