"""The states of one article in the order of time: from what archived pages say today and from what is stored. Pure functions.

A stored state whose page is archived is what that page says with today's code; other stored states stay as they are. Equal neighbours are one state.
The same pages and the same stored states give the same result, and a result is its own result: so that reparsing may be repeated.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise, zip_longest
from typing import Any, Final

from cqnspider.items import BEIJING, SCHEMA_VERSION
from cqnspider.store.states import CONDITIONS, OF_ARTICLE, SETTLING, former_state

Document = dict[str, Any]
# What a stored revision has beside the state.
_OF_REVISIONS: Final = ("article_id", "changed", "replaced_at")
# Of a stored revision, when that was: no code knows better.
_WHEN: Final = ("first_seen_at", "last_seen_at", "replaced_at")
# Of a stored article, what is not its state.
_OF_STORING: Final = (*SETTLING, *OF_ARTICLE, "first_seen_at", "last_seen_at", "revision")


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
    states: list[Document] = []
    last_met: list[datetime] = []  # of each state
    was_read: list[bool] = []
    for met_at, state, is_read in _observations([*formers, *([stored] if stored else [])], readings):
        if not states or states[-1]["content_hash"] != state["content_hash"]:
            states.append(state)
            last_met.append(met_at)
            was_read.append(is_read)
            continue
        last_met[-1] = met_at
        if is_read:  # the same state, met again: conditions for the next request follow the newest answer
            if was_read[-1]:
                states[-1] = states[-1] | {name: state[name] for name in CONDITIONS}
            else:  # what follows from the text is today's; page and time stay those of the first page that is archived
                first = states[-1] if states[-1].get("archive") else state
                states[-1] = state | {name: first[name] for name in ("archive", "fetched_at")}
                was_read[-1] = True
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


def _observations(stored: Sequence[Document], readings: Sequence[Document]) -> list[tuple[datetime, Document, bool]]:
    """When the article said what, in order of time, and whether that was read from an archived page.

    A stored state was met when it was fetched and when it was last seen. Where its own page is among the readings, it is what they say.
    """
    pages = {_page(each): each for each in readings}
    found = [(each["fetched_at"], each, True) for each in readings]
    for each, following in zip_longest(stored, stored[1:]):
        read = pages.get(_page(each))
        state = read or _state(each)
        if read is None:
            found.append((each["fetched_at"], state, False))
        last = each.get("last_seen_at")
        if last is not None and last > each["fetched_at"] and (following is None or last < following["fetched_at"]):
            found.append((last, state | {"fetched_at": last}, read is not None))
    return sorted(found, key=lambda each: (each[0], each[1]["content_hash"]))


def _page(state: Document) -> tuple[datetime, str, int] | None:
    """Which capture a state comes from; None for a state without archived page."""
    archive = state.get("archive")
    return (state["fetched_at"], archive["file"], archive["offset"]) if archive else None


def changed_names(before: Document, after: Document) -> list[str]:
    """Names of the fields that differ between a stored document and the one that must be."""
    names = dict.fromkeys((*after, *before))
    return [name for name in names if name not in SETTLING and before.get(name) != after.get(name)]


def _state(document: Document) -> Document:
    """The state alone, of a stored article or of a revision."""
    left_out = (*_OF_STORING, *_OF_REVISIONS)
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
