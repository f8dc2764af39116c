"""What both spiders share: requesting an article, joining its pages, recording what fails."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, TypeGuard

from scrapy import Request, Spider
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response, TextResponse
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure as TwistedFailure

from cqnspider.archive.replay import ReplayMissing
from cqnspider.items import BEIJING, Article, Failure
from cqnspider.layouts import Page, PageError, Reading, read_article
from cqnspider.loaders import load_article
from cqnspider.redirects import LeavesSite
from cqnspider.robots import RobotsUnavailable
from cqnspider.signals import page_failed
from cqnspider.urls import ArticleAddress, article_address


class CqnSpider(Spider):
    """A spider that reads articles of cqn.com.cn."""

    allowed_domains = ["cqn.com.cn"]  # noqa: RUF012 – Scrapy's own type
    current = ""
    error: str | None = None

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name)
        self.awaited: dict[
            str, tuple[str, set[str]]
        ] = {}  # article id → address and sections, until it is read or has failed
        self.failed: set[str] = set()  # ids of articles that failed
        self.raw_arguments = {key: str(value) for key, value in kwargs.items()}  # as typed, for the record of the run

    def article_request(self, address: ArticleAddress, sections: set[str]) -> Request:
        """Request for an article; `sections` may grow until the article is built."""
        self.awaited[address.id] = (address.url, sections)
        return Request(
            address.url,
            self.parse_article,
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
            self.fail("layout", address.url, error.reason, error.detail, sections)
            return
        yield from self.next_page_or_article([reading], address, sections)

    def parse_further_page(
        self, response: Response, address: ArticleAddress, sections: set[str], readings: list[Reading]
    ) -> Iterator[Article | Request]:
        """A further page of an article whose pages so far are `readings`."""
        self.inc("pages/article")
        try:
            reading = self.read(response, address)
        except PageError as error:
            number = len(readings) + 1
            self.fail("layout", address.at(number), "missing_page", f"page {number} of the article: {error}", sections)
            return
        yield from self.next_page_or_article([*readings, reading], address, sections)

    def next_page_or_article(
        self, readings: list[Reading], address: ArticleAddress, sections: set[str]
    ) -> Iterator[Article | Request]:
        """The request for the next page while the first page names more, then the joined article."""
        pages = readings[0].pages
        if len(readings) <= len(pages):
            yield Request(
                pages[len(readings) - 1],
                self.parse_further_page,
                errback=self.article_failed,
                cb_kwargs={"address": address, "sections": sections, "readings": readings},
            )
            return
        try:
            article = load_article(readings, address, self.crawler.stats)
        except PageError as error:
            self.fail("loader", address.url, error.reason, error.detail, sections)
            return
        self.awaited.pop(address.id, None)
        self.failed.discard(address.id)
        if self.wants(article):
            now = datetime.now(BEIJING)
            article.fetched_at = now.replace(microsecond=now.microsecond // 1000 * 1000)
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
        page = Page(response.url, response.text)
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
            self.fail("download", url, "lost", "requested, but neither answered nor failed", sections)

    def seen_page(self, page: Page) -> None:
        """Any article page; its breadcrumb may name lists."""

    def article_failed(self, failure: TwistedFailure) -> None:
        """An article, or a further page of one, could not be had."""
        request = asked(failure)
        self.fail("download", request.url, *why(failure), request.cb_kwargs.get("sections"))

    def fail(self, stage: str, url: str, reason: str, detail: str = "", sections: set[str] | None = None) -> None:
        """Record a failure."""
        if (address := article_address(url)) is not None:
            self.awaited.pop(address.id, None)
            self.failed.add(address.id)
        section = min(sections) if sections else None
        self.crawler.signals.send_catch_log(page_failed, failure=Failure(stage, url, reason, detail, section))

    def inc(self, key: str, count: int = 1) -> None:
        """Count for the record of the run."""
        self.crawler.stats.inc_value(key, count)


def is_html(response: Response) -> TypeGuard[TextResponse]:
    """Whether a response is a page: a text that does not say it is anything but HTML."""
    kind = (response.headers.get("Content-Type") or b"text/html").decode("latin-1").split(";")[0].strip().lower()
    return isinstance(response, TextResponse) and kind.startswith(("text/", "application/xhtml"))


def asked(failure: TwistedFailure) -> Request:
    """The request of an errback's failure; Scrapy sets it there."""
    request: Request = failure.request  # type: ignore[attr-defined]
    return request


def why(failure: TwistedFailure) -> tuple[str, str]:
    """Reason and detail of a download that failed."""
    error = failure.value
    if isinstance(error, HttpError):
        return f"HTTP {error.response.status}", ""
    if isinstance(error, ReplayMissing):
        return "missing in replay", str(error)
    if isinstance(error, LeavesSite):
        return "redirected", str(error)
    if isinstance(error, RobotsUnavailable):
        return "robots.txt unavailable", str(error)
    if isinstance(error, IgnoreRequest):
        return "forbidden", str(error)
    return type(error).__name__, " ".join(str(error).split())[:200]
