"""Which captures an archive has of every article, which list pages name it.

In: the captures of WARC files. Out: an `ArticlePlan` for each article: pages by time, sections, addresses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from http import HTTPStatus
from typing import Final

from cqnspider.archive.captures import Captures
from cqnspider.archive.records import Capture, page_key
from cqnspider.urls import ArticleAddress, article_address, list_address

_MISSING: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
_CRAWLED: Final = "local_news"  # what its files say they are part of; see `is_article`


@dataclass(slots=True)
class ArticlePlan:
    """What there is of one article. `pages[1]` are the captures of its first page, each with the time when it was met."""

    address: ArticleAddress
    pages: dict[int, list[Capture]] = field(default_factory=dict)
    missed_at: list[datetime] = field(default_factory=list)  # when the site answered 404 or 410
    sections: set[str] = field(default_factory=set)
    urls: set[str] = field(default_factory=set)
    is_asked_for: bool = False  # fetched for its own sake, not only to read its breadcrumb

    def prefer_own_address(self) -> None:
        """Leave out what was fetched from m.cqn.com.cn and the like, where the page itself was: another skin is no other state."""
        for number, captures in self.pages.items():
            key = page_key(self.address.at(number))
            self.pages[number] = [each for each in captures if page_key(each.url) == key] or captures

    def page(self, number: int, at: datetime) -> Capture | None:
        """The capture of a further page that belongs to the first one of a time: the next behind it, else the last before."""
        captures = self.pages.get(number, [])
        return next((each for each in captures if each.at >= at), captures[-1] if captures else None)


@dataclass(slots=True)
class Plan:
    """All articles by id, and the list pages to read."""

    articles: dict[str, ArticlePlan] = field(default_factory=dict)
    lists: list[Capture] = field(default_factory=list)

    def name(self, sightings: Iterable[tuple[str, str, str]]) -> None:
        """Note what list pages name: section, article id, address."""
        for section, article_id, url in sightings:
            if (article := self.articles.get(article_id)) is not None:
                article.sections.add(section)
                article.urls.add(url)
                article.is_asked_for = True


def make_plan(captures: Captures) -> Plan:
    """Sort captures into articles and list pages; each body of a list page once."""
    plan = Plan()
    bodies: set[tuple[str, str]] = set()
    for capture in sorted(_all(captures), key=lambda each: each.at):
        if (address := article_address(capture.url)) is not None:
            _note(plan, captures, capture, address)
        elif capture.status == HTTPStatus.OK and (found := list_address(capture.url)) is not None:
            body = captures.with_body(capture)
            key = (found.at(found.page), capture.digest or capture.at.isoformat())
            if body is not None and key not in bodies:
                bodies.add(key)
                plan.lists.append(body)
    for article in plan.articles.values():
        article.prefer_own_address()
    return plan


def _all(captures: Captures) -> Iterator[Capture]:
    for found in captures.by_page.values():
        yield from found


def _note(plan: Plan, captures: Captures, capture: Capture, address: ArticleAddress) -> None:
    article = plan.articles.setdefault(address.id, ArticlePlan(address))
    article.is_asked_for |= capture.maker != _CRAWLED
    if capture.status in _MISSING and address.page == 1 and page_key(capture.url) == page_key(address.url):
        article.missed_at.append(capture.at)
    elif capture.status in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED):
        body = captures.with_body(capture)
        if body is not None:
            met = replace(body, at=capture.at)
            article.pages.setdefault(address.page, []).append(met)
