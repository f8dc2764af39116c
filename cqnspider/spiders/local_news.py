"""`scrapy crawl local_news`: from the lists of the local-news sections to the articles that are not stored yet.

Arguments: see arguments.LocalNewsArguments. A list is read page by page; the database is asked once a page what it has. How the lists are
found is in list_finder.py, where a section's reading may stop in section_progress.py.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request
from scrapy.http import Response

from cqnspider.arguments import local_news_arguments
from cqnspider.items import Article
from cqnspider.layouts.lists import ListPage, read_list
from cqnspider.sections import Section, is_path
from cqnspider.spiders.list_finder import ListFinder
from cqnspider.spiders.section_progress import SectionProgress
from cqnspider.store import StoreLost
from cqnspider.store.database import Database


class LocalNewsSpider(ListFinder):
    """Incremental crawl of the local-news sections."""

    name = "local_news"
    check_arguments = staticmethod(local_news_arguments)

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self.requested: dict[str, set[str]] = {}  # article id → sections it was met in, this run
        self.sent: set[str] = set()  # ids whose article has entered the pipelines

    async def parse_list(
        self, response: Response, section: Section, verified: bool, first: str = "", number: int = 1
    ) -> AsyncIterator[Article | Request]:
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
        try:
            async for request in self.new_articles(listed, section):
                yield request
        except StoreLost as error:
            Database.of(self.crawler).lose(error)
            return
        if (following := self.following(listed, progress, first, number)) is not None:
            yield self.list_request(section, following).replace(
                cb_kwargs={"section": section, "verified": True, "first": first, "number": number + 1}
            )

    async def new_articles(self, listed: ListPage, section: Section) -> AsyncIterator[Article | Request]:
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
                if (page := self.probed.pop(address.id, None)) is not None:
                    for article in self.parse_article(page, address, sections):
                        yield article
                else:
                    yield self.article_request(address, sections)
        self.progress[section.name].note_page([(entry, known.get(entry.address.id)) for entry in listed.entries])

    def following(self, listed: ListPage, progress: SectionProgress, first: str, number: int) -> str | None:
        """The next page's address, or None at the end of the list, of the window, of `max_pages`, or where everything is known."""
        arguments = self.arguments
        if listed.next_url is None or listed.next_url in progress.visited[first]:
            progress.finish(down_to=None)
        elif arguments.since is not None and progress.page_before(arguments.since):
            progress.finish(down_to=arguments.since)
        elif not arguments.full and progress.may_stop(arguments.since, self.crawler.settings.getint("OVERLAP_DAYS")):
            progress.finish(down_to=progress.covered[1] if progress.covered else None)
        elif arguments.max_pages is not None and number >= arguments.max_pages:
            progress.cut_short = True
        elif listed.entries:
            progress.visited[first].add(listed.next_url)
            return listed.next_url
        else:
            progress.lost()
        return None

    def wants(self, article: Article) -> bool:
        """Legacy addresses carry no date: the window is applied when the page has said it."""
        inside = article.published_at is None or self.arguments.in_window(article.published_at.date())
        if not inside:
            self.inc("articles/outside_window")
        return inside

    def built(self, article: Article) -> None:
        """From now on, further sightings go to the database."""
        self.sent.add(article.id)
