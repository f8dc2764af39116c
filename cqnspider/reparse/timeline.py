"""The states of one article in the order of time: from what archived pages say today and from what is stored. Pure functions.

A stored state whose page is archived is what that page says with today's code; other stored states stay as they are. Equal neighbours are one state.
The same pages and the same stored states give the same result, and a result is its own result: so that reparsing may be repeated.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any, Final

from cqnspider.items import BEIJING, SCHEMA_VERSION
from cqnspider.store.states import former_state

Document = dict[str, Any]
# Never part of a state: set by the store, or while a write is being settled.
_BOOKKEEPING: Final = ("pending", "former")
# What a stored revision has beside the state.
_OF_REVISIONS: Final = ("article_id", "changed", "replaced_at")
# Belongs to the article, whatever it says; see store/states.py.
_OF_ARTICLE: Final = ("urls", "sections", "first_seen_at", "last_seen_at", "gone_at", "duplicate_of")


@dataclass(slots=True)
class Met:
    """What else is known of an article: when its page was met, when it was missing, on which lists, at which addresses."""

    seen_at: list[datetime]
    missed_at: list[datetime]
    sections: set[str] = field(default_factory=set)
    urls: set[str] = field(default_factory=set)


def timeline(
    stored: Document | None, revisions: Iterable[Document], readings: Sequence[Document], met: Met
) -> tuple[Document, list[Document]] | None:
    """The article and its former states as they must be stored; None where there is neither a page nor a stored state.

    `readings` are documents of `Article`s without times of storing; a stored article and `revisions` are as MongoDB has them.
    """
    formers = sorted(revisions, key=lambda each: each["revision"])
    archived = {(each["archive"]["file"], each["archive"]["offset"]) for each in readings}
    times = {each["fetched_at"] for each in readings}
    kept = [
        each
        for each in (*formers, *([stored] if stored else []))
        if each["fetched_at"] not in times and _location(each) not in archived
    ]
    observed = sorted([*readings, *map(_state, kept)], key=lambda each: each["fetched_at"])
    states: list[Document] = []
    last_met: list[datetime] = []  # of each state
    for state in observed:
        if not states or states[-1]["content_hash"] != state["content_hash"]:
            states.append(state)
            last_met.append(state["fetched_at"])
        else:  # the same state, met again: conditions for the next request follow the newest answer
            states[-1] = states[-1] | {name: state[name] for name in ("etag", "last_modified")}
            last_met[-1] = state["fetched_at"]
    if not states:
        return None
    shared = _shared(stored, formers, states, met)
    numbered = [{**state, **shared, "revision": number} for number, state in enumerate(states, 1)]
    noted = {each["fetched_at"]: {name: each[name] for name in _WHEN} for each in formers}
    former = [
        former_state(state | {"last_seen_at": last}, following, following["fetched_at"])
        | noted.get(state["fetched_at"], {})
        for (state, following), last in zip(pairwise(numbered), last_met, strict=False)
    ]
    return numbered[-1], former


_WHEN: Final = (
    "first_seen_at",
    "last_seen_at",
    "replaced_at",
)  # of a stored revision: when that was, no code knows better


def changed_names(before: Document, after: Document) -> list[str]:
    """Names of the fields that differ between a stored document and the one that must be."""
    names = dict.fromkeys((*after, *before))
    return [name for name in names if name not in _BOOKKEEPING and before.get(name) != after.get(name)]


def _location(state: Document) -> tuple[str, int] | None:
    archive = state.get("archive")
    return (archive["file"], archive["offset"]) if archive else None


def _state(document: Document) -> Document:
    """The state alone, of a stored article or of a revision."""
    left_out = (*_BOOKKEEPING, *_OF_REVISIONS, *_OF_ARTICLE, "revision")
    state = {name: value for name, value in document.items() if name not in left_out}
    return state | {"_id": document.get("article_id", document["_id"]), "schema_version": SCHEMA_VERSION}


def _shared(stored: Document | None, formers: Sequence[Document], states: Sequence[Document], met: Met) -> Document:
    """What belongs to the article whatever it says."""
    old = stored or {}
    seen = [at.astimezone(BEIJING) for at in met.seen_at] or [states[-1]["fetched_at"]]
    last = max([*seen, *filter(None, [old.get("last_seen_at")])])
    missed = sorted(at.astimezone(BEIJING) for at in met.missed_at if at > last)
    gone = old.get("gone_at")
    if gone is not None and gone < last:
        gone = None
    urls, sections = met.urls | set(old.get("urls", ())), met.sections | set(old.get("sections", ()))
    first = states[0]["fetched_at"]
    if stored is not None and first >= min(each["fetched_at"] for each in (*formers, stored)):
        first = stored["first_seen_at"]  # nothing in the archive is older than what is stored
    return {
        "urls": _grown(old.get("urls"), urls),
        "sections": _grown(old.get("sections"), sections),
        "first_seen_at": first,
        "last_seen_at": last,
        "gone_at": gone or next(iter(missed), None),
        "duplicate_of": old.get("duplicate_of"),
    }


def _grown(before: list[str] | None, after: set[str]) -> list[str]:
    """A stored list keeps its order; nothing new, nothing written."""
    return before if before is not None and set(before) == after else sorted(after)
