"""Finds the lists of the sections: from the channels' front pages by link texts, then by breadcrumbs, then from what earlier runs found.

Base of the local_news spider, which reads the lists; a list that turns out to be another section's is told by its breadcrumb.
"""

from __future__ import annotations

from abc import abstractmethod
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any, Final, Self

from scrapy import Request, signals
from scrapy.exceptions import CloseSpider, DontCloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure as TwistedFailure

from cqnspider.archive.replay import replay_name
from cqnspider.arguments import local_news_arguments
from cqnspider.charset import page_text
from cqnspider.discovery import crumb_lists, next_steps
from cqnspider.items import Article, Failure
from cqnspider.layouts import Page
from cqnspider.layouts.health import error_line
from cqnspider.sections import Section
from cqnspider.spiders.answers import asked, is_html, why
from cqnspider.spiders.base import CqnSpider
from cqnspider.spiders.section_progress import ListReading, SectionProgress
from cqnspider.urls import article_address

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_PROBES: Final = 3  # articles of a front page whose breadcrumbs are read when link texts lead nowhere


class ListFinder(CqnSpider):
    """Requests the lists of all wanted sections; subclasses read them in `parse_list`."""

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self.arguments = local_news_arguments(kwargs)
        self.progress = {section.name: SectionProgress(section) for section in self.arguments.sections}
        self.probes: dict[str, list[str]] = {}  # channel → articles of its front page
        self.probed: dict[str, Response] = {}  # article id → its page, fetched for the breadcrumb
        self.lists_read: set[str] = set()  # pages of lists and the way to them, without failure
        self.answered = False  # whether the site has answered at all
        # Front pages that could not be had before anything answered: address, reason, detail, sections.
        self.unanswered: list[tuple[str, str, str, set[str]]] = []
        self.fallbacks = iter((self.probe_requests, self.remembered_requests))  # each is tried once

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Scrapy's constructor."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.idle, signal=signals.spider_idle)
        crawler.signals.connect(spider.not_stored, signal=signals.item_dropped)
        crawler.signals.connect(spider.not_stored, signal=signals.item_error)
        return spider

    @abstractmethod
    def parse_list(
        self, response: Response, section: Section, reading: ListReading
    ) -> AsyncIterator[Article | Request]:
        """One page of a list."""

    async def begin(self) -> AsyncIterator[Article | Request]:
        """Pinned lists, and the front page of every channel that has a section without one."""
        store = await self.store()
        replay = replay_name(self.crawler.settings)
        channels: dict[str, list[Section]] = defaultdict(list)
        for section in self.arguments.sections:
            progress = self.progress[section.name]
            progress.covered = await store.runs.covered(section.name, replay)
            progress.remembered = await store.runs.lists_of(section.name, replay)
            if section.lists:
                for url in section.lists:
                    self.progress[section.name].add_list(url)
                    yield self.list_request(section, ListReading(url, url, pinned=True))
            else:
                channels[section.front_page].append(section)
        for url, sections in channels.items():
            yield self.step_request(url, [(section, 0) for section in sections])

    def step_request(self, url: str, steps: list[tuple[Section, int]]) -> Request:
        """Request for a page between a front page and the lists; `steps` says how many steps of each path it completes."""
        return Request(url, self.parse_step, errback=self.step_failed, cb_kwargs={"steps": steps}, priority=20)

    def parse_step(self, response: Response, steps: list[tuple[Section, int]]) -> Iterator[Request]:
        """Follow the links whose text is the next step of a path."""
        self.answered = True
        page = self.list_page(response, [section.name for section, _ in steps])
        if page is None:
            return
        onward: dict[str, list[tuple[Section, int]]] = defaultdict(list)
        for section, done in steps:
            candidates = next_steps(page, section, done)
            for candidate in candidates:
                onward[candidate.url].append((section, candidate.done))
            if not candidates and done and done == len(section.path) - 1:
                # No years, no provinces: the page itself is the list.
                onward[page.url].append((section, len(section.path)))
        if not onward and (line := error_line(page)):
            names = {section.name for section, _ in steps}
            failure = Failure("list", response.url, "error_page", f"the page says {line!r} instead of a menu")
            self.fail(failure, names, response)
            return
        if any(done == 0 for _, done in steps):
            links = (article_address(link.get("href") or "", page.url) for link in page.root.iter("a"))
            articles = dict.fromkeys(address.url for address in links if address)
            self.probes[steps[0][0].channel] = list(articles)[:_PROBES]
        for url, reached in onward.items():
            further = [(section, done) for section, done in reached if done < len(section.path)]
            if further:
                yield self.step_request(url, further)
            for section, done in reached:
                if done == len(section.path) and self.progress[section.name].add_list(url):
                    yield self.list_request(section, ListReading(url, url))

    def step_failed(self, failure: TwistedFailure) -> None:
        """A front page or a page behind it could not be had."""
        request = asked(failure)
        reason, detail = why(failure)
        names = {section.name for section, _ in request.cb_kwargs["steps"]}
        self.answered = self.answered or reason.startswith("HTTP") or reason in {"forbidden", "redirected"}
        if self.answered or self.crawler.settings["REPLAY"]:
            self.fail(Failure("list", request.url, reason, detail), names)
        else:
            self.unanswered.append((request.url, reason, detail, names))

    def idle(self) -> None:
        """Nothing left to do: sections whose list was not found get the next fallback that has something to ask.

        Raises CloseSpider where the site has not answered a single request.
        """
        unanswered, self.unanswered = self.unanswered, []
        if unanswered and not self.answered:
            url, reason, detail, _ = unanswered[0]
            why = f"{reason}, {detail or url}".rstrip(".")
            self.error = f"the site cannot be reached: {why}. Check the network and run it again."
            raise CloseSpider("site_unreachable")
        for url, reason, detail, names in unanswered:
            self.fail(Failure("list", url, reason, detail), names)
        missing = [progress for progress in self.progress.values() if not progress.verified]
        for fallback in self.fallbacks if missing and self.error is None else ():
            if requests := fallback(missing):
                for request in requests:
                    self.crawler.engine.crawl(request)
                raise DontCloseSpider

    def probe_requests(self, missing: list[SectionProgress]) -> list[Request]:
        """Articles of the front pages, for the lists that their breadcrumbs name."""
        channels = dict.fromkeys(progress.section.channel for progress in missing)
        return [
            Request(url, self.parse_probe, errback=self.probe_failed)
            for channel in channels
            for url in self.probes.get(channel, [])
        ]

    def remembered_requests(self, missing: list[SectionProgress]) -> list[Request]:
        """Lists that breadcrumbs named in this run, then those of earlier runs."""
        return [
            self.list_request(progress.section, ListReading(url, url))
            for progress in missing
            for url in (*progress.crumb_lists, *progress.remembered)
            if progress.add_list(url)
        ]

    def parse_probe(self, response: Response) -> None:
        """An article of the front page: its breadcrumb is read; the page is kept in case a list names the article."""
        address = article_address(response.url)
        if address is not None and self.list_page(response, []) is not None:
            self.probed[address.id] = response

    def probe_failed(self, failure: TwistedFailure) -> None:
        """A probe is a help, not a need."""

    def seen_page(self, page: Page) -> None:
        """Remember the lists that a breadcrumb names."""
        if page.crumb is not None:
            for section, url in crumb_lists(page.crumb.links, page.crumb.entries, page.url):
                if section.name in self.progress and url not in self.progress[section.name].crumb_lists:
                    self.progress[section.name].crumb_lists.append(url)

    def list_page(self, response: Response, names: list[str]) -> Page | None:
        """The page of an HTML response; a failure is recorded for anything else."""
        if not is_html(response) or not response.body.strip():
            self.fail(Failure("list", response.url, "empty_body", "expected a page of links"), set(names), response)
            return None
        self.lists_read.add(response.url)
        page = Page(response.url, page_text(response.body))
        self.seen_page(page)
        return page

    def list_request(self, section: Section, reading: ListReading) -> Request:
        """Request for the page of a section's list that `reading` stands at.

        All lists are begun first; then the articles of a page come before the next page, so that no more than some pages' requests wait.
        """
        arguments = {"section": section, "reading": reading}
        priority = 10 if reading.number == 1 else -1
        return Request(reading.page, self.parse_list, errback=self.list_failed, cb_kwargs=arguments, priority=priority)

    def list_failed(self, failure: TwistedFailure) -> None:
        """A list page could not be had."""
        request = asked(failure)
        page: str = request.cb_kwargs["reading"].page
        self.fail(Failure("list", page, *why(failure)), {request.cb_kwargs["section"].name})

    def not_stored(self, item: object) -> None:
        """A pipeline refused or lost an article: the sections that list it are not complete."""
        for name in getattr(item, "sections", ()):
            if name in self.progress:
                self.progress[name].failures += 1

    def fail(self, failure: Failure, sections: set[str] | None = None, response: Response | None = None) -> None:
        """Record a failure; the sections it belongs to are not complete, unless the article is stored and was only read again."""
        address = article_address(failure.url)
        for name in sections or () if address is None or address.id not in self.refreshed else ():
            if name in self.progress:
                self.progress[name].failures += 1
        if failure.stage == "list":
            self.lists_read.discard(failure.url)
        super().fail(failure, sections, response)

    def section_records(self, reason: str) -> list[dict[str, Any]]:
        """For the record of a run that closed for `reason`."""
        ended_well = reason == "finished" and self.error is None
        return [
            progress.record(ended_well=ended_well, until=self.arguments.until) for progress in self.progress.values()
        ]
