"""`scrapy crawl local_news`: from the lists of the local-news sections to the articles that are not stored yet.

Arguments: see arguments.LocalNewsArguments. A list is read page by page; the database is asked once a page what it has. How the lists are
found is in list_finder.py, where a section's reading may stop in section_progress.py.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from scrapy import Request
from scrapy.http import Response

from cqnspider.arguments import ONE_DAY, local_news_arguments
from cqnspider.items import BEIJING, Article, Failure
from cqnspider.layouts import Page
from cqnspider.layouts.health import error_line, is_complete
from cqnspider.layouts.lists import Entry, ListPage, read_list
from cqnspider.sections import Section, is_path
from cqnspider.spiders.list_finder import ListFinder
from cqnspider.spiders.section_progress import ListReading, SectionProgress
from cqnspider.store import Store, StoreLost
from cqnspider.store.database import Database
from cqnspider.urls import article_address, list_address


class LocalNewsSpider(ListFinder):
    """Incremental crawl of the local-news sections."""

    name = "local_news"
    check_arguments = staticmethod(local_news_arguments)

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self.requested: dict[str, set[str]] = {}  # article id → sections it was met in, this run
        self.asked: set[str] = set()  # addresses of these requests
        self.met: dict[str, set[str]] = {}  # article id → addresses it was met at, this run
        self.sent: set[str] = set()  # ids whose article has entered the pipelines

    async def begin(self) -> AsyncIterator[Article | Request]:
        """The lists, then the stored articles that are to be read again."""
        async for request in super().begin():
            yield request
        if self.arguments.refresh_days is None:
            return
        since = datetime.now(BEIJING).date() - self.arguments.refresh_days * ONE_DAY
        store = await self.store()
        async for stored in store.younger(self.progress, since):
            address = article_address(stored.url)
            if (
                address is not None
                and self.arguments.in_window(stored.published_on)
                and address.id not in self.requested
            ):
                sections = self.requested.setdefault(address.id, set(stored.sections))
                self.refreshed.add(address.id)
                self.asked.add(address.url)
                yield self.article_request(address, sections, stored.conditions)

    async def parse_list(
        self, response: Response, section: Section, reading: ListReading
    ) -> AsyncIterator[Article | Request]:
        """One page of a list: requests for its new articles, then for its next page."""
        self.answered = True
        self.inc("pages/list")
        self.current = section.name
        progress = self.progress[section.name]
        if list_address(response.url) != list_address(reading.page):
            self.fail(Failure("list", reading.page, "redirected", f"to {response.url}"), {section.name}, response)
            return
        page = self.list_page(response, [section.name])
        if page is None:
            return
        listed = read_list(page)
        if not reading.pinned and listed.breadcrumb and not is_path(section, listed.breadcrumb):
            if reading.number == 1:
                progress.reject(reading.url, listed.breadcrumb)
            else:
                crumb = " › ".join(listed.breadcrumb)
                self.fail(Failure("list", reading.page, "another list", crumb), {section.name}, response)
            return
        progress.verify(reading.url)
        progress.pages += 1
        progress.listed += len(listed.entries)
        self.inc("articles/listed", len(listed.entries))
        problem = self.problem_of(page, listed, reading)
        try:
            async for request in self.new_articles(listed, section, reading):
                yield request
        except StoreLost as error:
            Database.of(self.crawler).lose(error)
            return
        if problem:
            self.fail(Failure("list", reading.page, *problem), {section.name}, response)
        elif (following := self.following(listed, progress, reading)) is not None:
            reading.turn_to(following)
            yield self.list_request(section, reading)

    def problem_of(self, page: Page, listed: ListPage, reading: ListReading) -> tuple[str, str] | None:
        """Reason and detail why this page cannot be trusted to lead on; None if it can."""
        ids = {entry.address.id for entry in listed.entries}
        repeats = bool(ids) and reading.number > 1 and ids <= reading.ids
        reading.ids |= ids
        reading.last = max(reading.last, listed.last or 0)
        if not ids and (line := error_line(page)):
            return "error_page", f"the page says {line!r} instead of a list"
        if not is_complete(page):
            return "cut_off", "the page ends before </html>"
        if not ids and reading.number > 1:
            return "empty_list", f"page {reading.number} names no article"
        if repeats:
            return "repeats", f"page {reading.number} names only articles of earlier pages"
        if listed.next_url is None and reading.number < reading.last:
            return "ends early", f"page {reading.number} has no next page, earlier pages named {reading.last}"
        return None

    async def new_articles(
        self, listed: ListPage, section: Section, reading: ListReading
    ) -> AsyncIterator[Article | Request]:
        """Requests for the articles of a list page that are not stored; one query asks for all."""
        store = await self.store()
        known = await store.known(entry.address.id for entry in listed.entries)
        unknown = {entry.address.id for entry in listed.entries} - known.keys()
        gone = await store.dead_letters.given_up(unknown) if unknown and not self.arguments.full else set()
        for entry in listed.entries:
            address, stored = entry.address, known.get(entry.address.id)
            self.met.setdefault(address.id, set()).update(entry.urls)
            if stored is not None and not stored.gone:
                inside = self.arguments.in_window(stored.published_on)
                self.inc("articles/already_stored" if inside else "articles/outside_window")
                if section.name not in stored.sections or not entry.urls <= stored.urls:
                    store.writer.sighted(address.id, entry.urls, [section.name])
            elif address.id in gone:
                self.inc("articles/given_up")
            elif entry.day is not None and not self.arguments.near_window(entry.day):
                self.inc("articles/outside_window")
            elif address.url in self.asked or (address.id in self.requested and address.id not in self.failed):
                self.met_again(entry, section, store)
            else:
                sections = self.requested.setdefault(address.id, set())
                sections.add(section.name)
                self.asked.add(address.url)
                if (page := self.probed.pop(address.id, None)) is not None:
                    for article in self.parse_article(page, address, sections):
                        yield article
                else:
                    yield self.article_request(address, sections)
        reading.note_page([(entry, known.get(entry.address.id)) for entry in listed.entries])

    def met_again(self, entry: Entry, section: Section, store: Store) -> None:
        """An article of this run on a further list: under way, in the pipelines, or failed."""
        article_id = entry.address.id
        self.requested[article_id].add(section.name)
        if article_id in self.failed:
            self.progress[section.name].failures += 1
        elif article_id in self.sent:
            store.writer.sighted(article_id, entry.urls, [section.name])

    def following(self, listed: ListPage, progress: SectionProgress, reading: ListReading) -> str | None:
        """The next page's address, or None at the end of the list, of the window, of `max_pages`, or where everything is known."""
        arguments = self.arguments
        overlap = self.crawler.settings.getint("OVERLAP_DAYS")
        if (
            listed.next_url is None
            or listed.next_url in reading.visited
            or (arguments.since is not None and reading.before(arguments.since - ONE_DAY))
        ):
            progress.finish(down_to=arguments.since)
        elif not arguments.full and progress.may_stop(reading, arguments.since, overlap):
            progress.finish(down_to=progress.covered.down_to if progress.covered else None)
        elif arguments.max_pages is None or reading.number < arguments.max_pages:
            return listed.next_url
        return None

    def wants(self, article: Article) -> bool:
        """The window goes by the printed date, which the address only comes near to."""
        inside = article.published_at is None or self.arguments.in_window(article.published_at.date())
        if not inside:
            self.inc("articles/outside_window")
        return inside

    def built(self, article: Article) -> None:
        """From now on, further sightings go to the database."""
        article.urls = sorted(self.met.get(article.id, set()) | {article.url})
        self.sent.add(article.id)
