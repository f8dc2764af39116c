"""What all spiders share: requesting an article, joining its pages, recording what fails."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

from scrapy import Request, Spider, signals
from scrapy.http import Response
from twisted.python.failure import Failure as TwistedFailure

from cqnspider.archive.records import Capture
from cqnspider.charset import page_text
from cqnspider.items import BEIJING, Article, Failure
from cqnspider.layouts import Page, PageError, Reading, read_article
from cqnspider.loaders import load_article
from cqnspider.signals import page_failed, raw_page
from cqnspider.spiders.answers import asked, capture_of, header, is_html, why
from cqnspider.store import Store, StoreLost
from cqnspider.store.database import Database
from cqnspider.store.dead_letters import GONE
from cqnspider.store.states import now_in_bson
from cqnspider.text import visible
from cqnspider.urls import ArticleAddress, article_address

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class CqnSpider(Spider):
    """A spider that reads articles of cqn.com.cn."""

    allowed_domains: ClassVar = ["cqn.com.cn"]
    current = ""
    error: str | None = None

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name)
        # Article id → address and sections, until it is read or has failed.
        self.awaited: dict[str, tuple[str, set[str]]] = {}
        self.failed: set[str] = set()  # ids of articles that failed
        self.refreshed: set[str] = set()  # ids of stored articles that are read again
        # As typed, for the record of the run.
        self.raw_arguments = {key: visible(str(value)) for key, value in kwargs.items()}

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Scrapy's constructor."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.crashed, signal=signals.spider_error)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """What `begin` gives; a database that is lost meanwhile ends the crawl with one clear error."""
        try:
            async for each in self.begin():
                yield each
        except StoreLost as error:
            Database.of(self.crawler).lose(error)
        except Exception as error:
            self.error = f"the spider could not go on: {error!r}, see the log above"  # Scrapy logs it and would call the run finished
            raise

    @abstractmethod
    def begin(self) -> AsyncIterator[Article | Request]:
        """The first requests, and articles that need none."""

    def crashed(self, response: Response | TwistedFailure | None) -> None:
        """A callback raised; the failure is recorded by extensions/failures.py, the article is not awaited any more."""
        request = getattr(response, "request", None)
        address = request.cb_kwargs.get("address") if request is not None else None
        if isinstance(address, ArticleAddress):
            self.awaited.pop(address.id, None)
            self.failed.add(address.id)

    async def store(self) -> Store:
        """The crawl's database."""
        return await Database.of(self.crawler).connect()

    def article_request(
        self, address: ArticleAddress, sections: set[str], headers: Mapping[str, str] | None = None
    ) -> Request:
        """Request for an article; `sections` may grow until the article is built. `headers` may make it conditional."""
        self.awaited[address.id] = (address.url, sections)
        return Request(
            address.url,
            self.parse_article,
            headers=dict(headers or {}),
            errback=self.article_failed,
            cb_kwargs={"address": address, "sections": sections},
        )

    def parse_article(
        self, response: Response, address: ArticleAddress, sections: set[str]
    ) -> Iterator[Article | Request]:
        """First page of an article: the article, or the request for its next page."""
        self.inc("pages/article")
        try:
            reading = self.read(response, address)
        except PageError as error:
            self.fail(Failure("layout", address.url, error.reason, error.detail), sections, response)
            return
        yield from self.next_page_or_article([reading], response, address, sections, capture_of(response))

    def parse_further_page(
        self,
        response: Response,
        address: ArticleAddress,
        sections: set[str],
        readings: list[Reading],
        first: Capture | None,
    ) -> Iterator[Article | Request]:
        """A further page of an article whose pages so far are `readings`, the first of them archived as `first`."""
        self.inc("pages/article")
        try:
            reading = self.read(response, address)
        except PageError as error:
            number = len(readings) + 1
            detail = f"page {number} of the article: {error}"
            self.fail(Failure("layout", address.at(number), "missing_page", detail), sections, response)
            return
        yield from self.next_page_or_article([*readings, reading], response, address, sections, first)

    def next_page_or_article(
        self,
        readings: list[Reading],
        response: Response,
        address: ArticleAddress,
        sections: set[str],
        first: Capture | None,
    ) -> Iterator[Article | Request]:
        """The request for the next page while the first page names more, then the joined article."""
        pages = readings[0].pages
        if len(readings) <= len(pages):
            yield Request(
                pages[len(readings) - 1],
                self.parse_further_page,
                errback=self.article_failed,
                cb_kwargs={"address": address, "sections": sections, "readings": readings, "first": first},
            )
            return
        try:
            article = load_article(readings, address, self.crawler.stats)
        except PageError as error:
            self.fail(Failure("loader", address.url, error.reason, error.detail), sections, response)
            return
        if len(readings) == 1:  # a condition on the first page says nothing about further ones
            article.etag, article.last_modified = header(response, "ETag"), header(response, "Last-Modified")
        self.awaited.pop(address.id, None)
        self.failed.discard(address.id)
        if self.wants(article):
            article.fetched_at = first.at.astimezone(BEIJING) if first is not None else now_in_bson()
            article.archive = first.location if first is not None else None
            article.sections = sorted(sections)
            self.built(article)
            yield article

    def read(self, response: Response, address: ArticleAddress) -> Reading:
        """What the page says. Raises PageError, also where a redirect led to something else."""
        arrived = article_address(response.url)
        if arrived is None or arrived.id != address.id:
            raise PageError("redirected", f"to {response.url}")
        if not response.body.strip():
            raise PageError("empty_body", "the response has no text")
        if not is_html(response):
            raise PageError("unknown_layout", f"not HTML but {response.headers.get('Content-Type')!r}")
        page = Page(response.url, page_text(response.body))
        self.seen_page(page)
        return read_article(page)

    def wants(self, article: Article) -> bool:
        """Whether a built article is kept; a date window may say no."""
        return True

    def built(self, article: Article) -> None:
        """An article is about to enter the pipelines."""

    def closed(self, reason: str) -> None:
        """A crawl that finished must have heard of every article it asked for."""
        for url, sections in list(self.awaited.values()) if reason == "finished" else []:
            self.fail(Failure("download", url, "lost", "requested, but neither answered nor failed"), sections)

    def seen_page(self, page: Page) -> None:
        """Any article page; its breadcrumb may name lists."""

    async def article_failed(self, failure: TwistedFailure) -> None:
        """An article, or a further page of one, could not be had – or a stored one has not changed, or is gone."""
        request = asked(failure)
        address: ArticleAddress = request.cb_kwargs["address"]
        reason, detail = why(failure)
        try:
            store = await self.store()
            first = "readings" not in request.cb_kwargs
            stored = (await store.known([address.id])).get(address.id) if first else None
        except StoreLost as error:
            Database.of(self.crawler).lose(error)
            return
        if stored and reason == "HTTP 304":
            self.awaited.pop(address.id, None)
            self.inc("articles/not_modified")
            store.writer.sighted(address.id, seen=True)
        elif stored and reason in GONE:
            self.awaited.pop(address.id, None)
            self.inc("articles/still_gone" if stored.gone else "articles/gone")
            store.writer.sighted(address.id, gone=True)
        else:
            response = getattr(failure.value, "response", None)
            self.fail(Failure("download", request.url, reason, detail), request.cb_kwargs.get("sections"), response)

    def fail(self, failure: Failure, sections: set[str] | None = None, response: Response | None = None) -> None:
        """Record a failure with the sections it belongs to, and with the raw page where one came."""
        if (address := article_address(failure.url)) is not None:
            self.awaited.pop(address.id, None)
            self.failed.add(address.id)
        failure = replace(failure, section=min(sections) if sections else None, page=raw_page(response))
        self.crawler.signals.send_catch_log(page_failed, failure=failure)

    def inc(self, key: str, count: int = 1) -> None:
        """Count for the record of the run."""
        self.crawler.stats.inc_value(key, count)
