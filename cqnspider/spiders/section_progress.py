"""How far a run has come in one section: lists found, pages read, where it may stop, whether it is complete."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from cqnspider.items import BEIJING
from cqnspider.layouts.lists import Entry
from cqnspider.sections import Section
from cqnspider.store import Known


@dataclass(slots=True)
class SectionProgress:
    """State of one section in one run."""

    section: Section
    covered: tuple[datetime, date | None] | None = None  # of earlier runs: when complete, down to which date
    remembered: list[str] = field(default_factory=list)  # lists of earlier runs
    crumb_lists: list[str] = field(default_factory=list)  # lists that breadcrumbs named in this run
    lists: list[str] = field(default_factory=list)  # all that were requested
    verified: list[str] = field(default_factory=list)
    rejected: dict[str, str] = field(default_factory=dict)
    visited: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    pages: int = 0
    listed: int = 0
    failures: int = 0
    finished: int = 0  # lists read to their end
    down_to: list[date | None] = field(default_factory=list)
    cut_short: bool = False
    _days: list[date | None] = field(default_factory=list)  # of the page being read
    _unknown: int = 0

    def add_list(self, url: str) -> bool:
        """Note a list address; False if it was requested before."""
        if url in self.lists:
            return False
        self.lists.append(url)
        return True

    def verify(self, url: str) -> None:
        """The list is the section's own."""
        if url not in self.verified:
            self.verified.append(url)
            self.visited[url].add(url)

    def reject(self, url: str, breadcrumb: list[str]) -> None:
        """The page behind a link is another section's list."""
        self.rejected[url] = " › ".join(breadcrumb)

    def lost(self) -> None:
        """A page of a list could not be read: what lies behind it is unknown."""
        self.cut_short = True

    def finish(self, down_to: date | None) -> None:
        """A list was read down to a date (None: to its end)."""
        self.finished += 1
        self.down_to.append(down_to)

    def note_page(self, entries: list[tuple[Entry, Known | None]]) -> None:
        """Dates of the page just read and how many of its articles are not stored."""
        self._days = [known.published_on if known else entry.day for entry, known in entries]
        self._unknown = sum(known is None for _, known in entries)

    def page_before(self, since: date) -> bool:
        """Whether a whole page lies before the window; an undated entry may lie inside."""
        return bool(self._days) and all(day is not None and day < since for day in self._days)

    def may_stop(self, since: date | None, overlap_days: int) -> bool:
        """Whether everything behind this page is known: all its articles are stored, and older by the overlap than the last complete run.

        Without an earlier complete run nothing is known about what lies behind, so a crawl that was killed goes on to the end.
        """
        if self.covered is None or not self._days or self._unknown:
            return False
        complete_at, down_to = self.covered
        if down_to is not None and (since is None or since < down_to):
            return False
        limit = complete_at.astimezone(BEIJING).date() - timedelta(days=overlap_days)
        return all(day is not None and day < limit for day in self._days)

    @property
    def problem(self) -> str:
        """What is wrong with the section's lists; '' if nothing is."""
        if not self.verified:
            if self.rejected:
                url, crumb = next(iter(self.rejected.items()))
                return f"its list was not found; {url} is {crumb}. Pin the address in sections.py"
            return f"its list was not found from {self.section.front_page}. Pin the address in sections.py"
        return "" if self.listed else f"its list gives no article links: {self.verified[0]}"

    def record(self, *, broken: bool, may_be_complete: bool) -> dict[str, Any]:
        """For the record of the run; a broken run says nothing about its sections. `complete`: no page of it was lost, so the next run may stop early."""
        complete = (
            may_be_complete
            and not broken
            and bool(self.verified)
            and self.listed > 0
            and self.finished == len(self.verified)
            and not (self.cut_short or self.failures)
        )
        dates = [day for day in self.down_to if day is not None]
        return {
            "name": self.section.name,
            "lists": self.verified,
            "pages": self.pages,
            "listed": self.listed,
            "failures": self.failures,
            "problem": "" if broken else self.problem,
            "complete": complete,
            "down_to": max(dates).isoformat() if dates else None,
        }
