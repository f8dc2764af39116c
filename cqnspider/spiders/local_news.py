"""`scrapy crawl local_news`: from the channels' front pages to the lists of the sections, and from these to the articles that are not stored yet.

Arguments: see arguments.LocalNewsArguments. A list is read page by page; the database is asked once a page what it has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any, Final

from scrapy import Request, signals
from scrapy.exceptions import CloseSpider, DontCloseSpider
from scrapy.http import Response, TextResponse
from twisted.python.failure import Failure as TwistedFailure

from cqnspider.arguments import local_news_arguments
from cqnspider.discovery import crumb_lists, next_steps
from cqnspider.extensions.database import Database
from cqnspider.items import Article
from cqnspider.layouts import Page
from cqnspider.layouts.lists import Entry, ListPage, read_list
from cqnspider.sections import Section, is_path
from cqnspider.spiders.base import CqnSpider, why
from cqnspider.spiders.progress import SectionProgress
from cqnspider.store import Store, StoreLost
from cqnspider.urls import article_address

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_PROBES: Final = 3  # articles of a front page whose breadcrumbs are read when link texts lead nowhere


class LocalNewsSpider(CqnSpider):
    """Incremental crawl of the local-news sections."""

    name = "local_news"
    check_arguments = staticmethod(local_news_arguments)

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name)
        self.arguments = local_news_arguments(kwargs)
        self.progress = {section.name: SectionProgress(section) for section in self.arguments.sections}
        self.requested: dict[str, set[str]] = {}  # article id → sections it was met in, this run
        self.sent: set[str] = set()  # ids whose article has entered the pipelines
        self.probes: dict[str, list[str]] = {}  # channel → articles of its front page
        self.answered = False  # whether the site has answered at all
        self.fallbacks = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> CqnSpider:
        """Scrapy's constructor."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        assert isinstance(spider, LocalNewsSpider)
        crawler.signals.connect(spider.idle, signal=signals.spider_idle)
        return spider

    async def store(self) -> Store:
        """The crawl's database."""
        database = self.crawler.get_extension(Database)
        assert database is not None, "settings.EXTENSIONS must enable cqnspider.extensions.database.Database"
        return await database.connect()

    # Discovery

    async def start(self) -> AsyncIterator[Request]:
        """Pinned lists, and the front page of every channel that has a section without one."""
        store = await self.store()
        channels: dict[str, list[Section]] = defaultdict(list)
        for section in self.arguments.sections:
            progress = self.progress[section.name]
            progress.covered = await store.covered(section.name)
            progress.remembered = await store.lists_of(section.name)
            if section.lists:
                for url in section.lists:
                    yield self.list_request(section, url, verified=True)
            else:
                channels[section.front_page].append(section)
        for url, sections in channels.items():
            yield self.step_request(url, [(section, 0) for section in sections])

    def step_request(self, url: str, steps: list[tuple[Section, int]]) -> Request:
        """Request for a page between a front page and the lists; `steps` says how many steps of each path it completes."""
        return Request(url, self.parse_step, errback=self.step_failed, cb_kwargs={"steps": steps}, dont_filter=True, priority=20)

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
                onward[page.url].append((section, len(section.path)))  # no years, no provinces: the page itself is the list
        if any(done == 0 for _, done in steps):
            links = (article_address(link.get("href"), page.url) for link in page.root.iter("a") if link.get("href"))
            self.probes[steps[0][0].channel] = list(dict.fromkeys(address.url for address in links if address))[:_PROBES]
        for url, reached in onward.items():
            further = [(section, done) for section, done in reached if done < len(section.path)]
            if further:
                yield self.step_request(url, further)
            for section, done in reached:
                if done == len(section.path) and self.progress[section.name].add_list(url):
                    yield self.list_request(section, url)

    def step_failed(self, failure: TwistedFailure) -> None:
        """A front page or a page behind it could not be had; without any answer the site cannot be reached at all."""
        request: Request = failure.request  # type: ignore[attr-defined]
        reason, detail = why(failure)
        if not self.answered and not self.crawler.settings["REPLAY"] and not reason.startswith("HTTP"):
            self.error = f"the site cannot be reached: {reason}, {detail or request.url}. Check the network and run it again."
            raise CloseSpider("site_unreachable")
        self.fail("list", request.url, reason, detail, {section.name for section, _ in request.cb_kwargs["steps"]})

    def idle(self) -> None:
        """Nothing left to do: sections whose list was not found get their fallbacks once each round."""
        missing = [progress for progress in self.progress.values() if not progress.verified]
        requests: list[Request] = []
        if self.error is None and missing and self.fallbacks == 0:
            channels = {progress.section.channel for progress in missing}
            requests = [Request(url, self.parse_probe, errback=self.probe_failed) for channel in channels for url in self.probes.get(channel, [])]
        if self.error is None and missing and self.fallbacks <= 1 and not requests:
            self.fallbacks = 1
            for progress in missing:
                urls = list(dict.fromkeys([*progress.crumb_lists, *progress.remembered]))
                requests += [self.list_request(progress.section, url) for url in urls if progress.add_list(url)]
        self.fallbacks += 1
        for request in requests:
            self.crawler.engine.crawl(request)
        if requests:
            raise DontCloseSpider

    def parse_probe(self, response: Response) -> None:
        """An article of the front page: only its breadcrumb is read."""
        self.list_page(response, [])

    def probe_failed(self, failure: TwistedFailure) -> None:
        """A probe is a help, not a need."""

    def seen_page(self, page: Page) -> None:
        """Remember the lists that a breadcrumb names."""
        if page.crumb is not None:
            for section, url in crumb_lists(page.crumb.links, page.crumb.entries, page.url):
                if section.name in self.progress and url not in self.progress[section.name].crumb_lists:
                    self.progress[section.name].crumb_lists.append(url)

    def list_page(self, response: Response, names: list[str]) -> Page | None:
        """The page of a text response; a failure is recorded for anything else."""
        if not isinstance(response, TextResponse) or not response.text.strip():
            self.fail("list", response.url, "empty_body", "expected a page of links", set(names))
            return None
        page = Page(response.url, response.text)
        self.seen_page(page)
        return page

    # Lists

    def list_request(self, section: Section, url: str, *, verified: bool = False) -> Request:
        """Request for a page of a section's list."""
        return Request(
            url, self.parse_list, errback=self.list_failed, cb_kwargs={"section": section, "verified": verified}, dont_filter=True, priority=10
        )

    async def parse_list(self, response: Response, section: Section, verified: bool, first: str = "", number: int = 1) -> AsyncIterator[Request]:
        """One page of a list: requests for its new articles, then for its next page."""
        self.answered = True
        self.inc("pages/list")
        self.current = section.name
        progress = self.progress[section.name]
        first = first or response.url
        page = self.list_page(response, [section.name])
        if page is None:
            progress.lost()
            return
        listed = read_list(page)
        if not verified and listed.breadcrumb and not is_path(section, listed.breadcrumb):
            progress.reject(first, listed.breadcrumb)
            return
        progress.verify(first)
        progress.pages += 1
        progress.listed += len(listed.entries)
        self.inc("articles/listed", len(listed.entries))
        known_page = True
        try:
            async for request in self.new_articles(listed, section):
                known_page = False
                yield request
        except StoreLost as error:
            database = self.crawler.get_extension(Database)
            assert database is not None
            database.lose(error)
            return
        if (following := self.following(listed, progress, first, number, known=known_page)) is not None:
            yield self.list_request(section, following).replace(
                cb_kwargs={"section": section, "verified": True, "first": first, "number": number + 1}
            )

    async def new_articles(self, listed: ListPage, section: Section) -> AsyncIterator[Request]:
        """Requests for the articles of a list page that are not stored; one query asks for all."""
        store = await self.store()
        known = await store.known(entry.address.id for entry in listed.entries)
        for entry in listed.entries:
            address, stored = entry.address, known.get(entry.address.id)
            day = stored.published_on if stored else entry.day
            if day is not None and not self.arguments.in_window(day):
                self.inc("articles/outside_window")
            elif stored is not None:
                self.inc("articles/already_stored")
                if section.name not in stored.sections or address.url not in stored.urls:
                    store.writer.sighted(address.id, [address.url], [section.name])
            elif address.id in self.requested:
                self.requested[address.id].add(section.name)
                if address.id in self.sent:
                    store.writer.sighted(address.id, [address.url], [section.name])
            else:
                sections = self.requested.setdefault(address.id, {section.name})
                yield self.article_request(address, sections)
        self.progress[section.name].newest_first([(entry, known.get(entry.address.id)) for entry in listed.entries])

    def following(self, listed: ListPage, progress: SectionProgress, first: str, number: int, *, known: bool) -> str | None:
        """The next page's address, or None at the end of the list, of the window, of `max_pages`, or where everything is known."""
        arguments = self.arguments
        if listed.next_url is None or listed.next_url in progress.visited[first]:
            progress.finish(down_to=None)
        elif arguments.since is not None and progress.page_before(arguments.since):
            progress.finish(down_to=arguments.since)
        elif not arguments.full and known and progress.may_stop(arguments.since, self.crawler.settings.getint("OVERLAP_DAYS")):
            progress.finish(down_to=progress.covered[1] if progress.covered else None)
        elif arguments.max_pages is not None and number >= arguments.max_pages:
            progress.cut_short = True
        elif listed.entries:
            progress.visited[first].add(listed.next_url)
            return listed.next_url
        else:
            progress.lost()
        return None

    def list_failed(self, failure: TwistedFailure) -> None:
        """A list page could not be had."""
        request: Request = failure.request  # type: ignore[attr-defined]
        section: Section = request.cb_kwargs["section"]
        self.progress[section.name].lost()
        self.fail("list", request.url, *why(failure), {section.name})

    # Articles

    def wants(self, article: Article, sections: set[str]) -> bool:
        """Legacy addresses carry no date: the window is applied when the page has said it."""
        inside = article.published_at is None or self.arguments.in_window(article.published_at.date())
        if not inside:
            self.inc("articles/outside_window")
        return inside

    def built(self, article: Article) -> None:
        """From now on, further sightings go to the database."""
        self.sent.add(article.id)

    def fail(self, stage: str, url: str, reason: str, detail: str = "", sections: set[str] | None = None) -> None:
        """Record a failure; the sections it belongs to are not complete."""
        for name in sections or ():
            if name in self.progress:
                self.progress[name].failures += 1
        super().fail(stage, url, reason, detail, sections)

    def section_records(self) -> list[dict[str, Any]]:
        """For the record of the run."""
        complete = not self.arguments.until and self.error is None
        return [progress.record(may_be_complete=complete) for progress in self.progress.values()]


__all__ = ["Entry", "LocalNewsSpider"]
