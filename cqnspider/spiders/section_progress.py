"""How far a run has come in one section: lists found, pages read, where it may stop, whether it is complete."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from cqnspider.items import BEIJING
from cqnspider.layouts.lists import Entry
from cqnspider.sections import Section
from cqnspider.store import Covered, Known


@dataclass(slots=True)
class ListReading:
    """Where the reading of one list stands; handed from page to page. `url` is the list's first page, `page` the one that is read."""

    url: str
    page: str
    pinned: bool = False  # by hand: its breadcrumb is not asked
    number: int = 1
    last: int = 0  # the largest last page that a pager has named
    visited: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)  # articles met so far
    days: list[date | None] = field(default_factory=list)  # publication dates of the page just read
    unknown: int = 0  # its articles that are not stored

    def turn_to(self, url: str) -> None:
        """Go on to the next page."""
        self.visited.add(self.page)
        self.page = url
        self.number += 1

    def note_page(self, entries: list[tuple[Entry, Known | None]]) -> None:
        """Dates of the page just read and how many of its articles are not stored."""
        self.days = [known.published_on if known else entry.day for entry, known in entries]
        self.unknown = sum(known is None for _, known in entries)

    def before(self, day: date) -> bool:
        """Whether the whole page is older than a day; an undated entry may not be."""
        return bool(self.days) and all(each is not None and each < day for each in self.days)


@dataclass(slots=True)
class SectionProgress:
    """State of one section in one run."""

    section: Section
    covered: Covered | None = None  # by earlier runs
    remembered: list[str] = field(default_factory=list)  # lists of earlier runs
    crumb_lists: list[str] = field(default_factory=list)  # lists that breadcrumbs named in this run
    lists: list[str] = field(default_factory=list)  # all that were requested
    verified: list[str] = field(default_factory=list)
    rejected: dict[str, str] = field(default_factory=dict)
    pages: int = 0
    listed: int = 0
    failures: int = 0
    finished: int = 0  # lists read to their end
    down_to: list[date | None] = field(default_factory=list)

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

    def reject(self, url: str, breadcrumb: list[str]) -> None:
        """The page behind a link is another section's list."""
        self.rejected[url] = " › ".join(breadcrumb)

    def finish(self, down_to: date | None) -> None:
        """A list was read down to a publication date (None: to its end)."""
        self.finished += 1
        self.down_to.append(down_to)

    def may_stop(self, reading: ListReading, since: date | None, overlap_days: int) -> bool:
        """Whether everything behind this page is known: all its articles are stored, and older by the overlap than the last complete run.

        Without an earlier complete run of this very list nothing is known about what lies behind, so a crawl that was killed goes on to the end.
        """
        covered = self.covered
        if covered is None or reading.unknown or reading.url not in covered.lists:
            return False
        if covered.down_to is not None and (since is None or since < covered.down_to):
            return False
        return reading.before(covered.at.astimezone(BEIJING).date() - timedelta(days=overlap_days))

    @property
    def problem(self) -> str:
        """What is wrong with the section's lists; '' if nothing is."""
        if not self.verified:
            if self.rejected:
                url, crumb = next(iter(self.rejected.items()))
                return f"its list was not found; {url} is {crumb}. Pin the address in sections.py"
            return f"its list was not found from {self.section.front_page}. Pin the address in sections.py"
        return "" if self.listed else f"its list gives no article links: {self.verified[0]}"

    def record(self, *, ended_well: bool, until: date | None) -> dict[str, Any]:
        """For the record of the run; one that ended early says nothing about its sections.

        `complete`: nothing that its lists name is missing, so that the next run may stop where everything is known. Never with
        `until`: what is newer was left out.
        """
        complete = (
            ended_well
            and until is None
            and self.listed > 0
            and self.failures == 0
            and 0 < len(self.verified) == self.finished
        )
        dates = [day for day in self.down_to if day is not None]
        return {
            "name": self.section.name,
            "lists": self.verified,
            "pages": self.pages,
            "listed": self.listed,
            "failures": self.failures,
            "problem": self.problem if ended_well else "",
            "complete": complete,
            "down_to": max(dates).isoformat() if dates else None,
        }
