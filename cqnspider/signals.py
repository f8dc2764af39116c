"""Signals of this project, beside Scrapy's own."""

from __future__ import annotations

from scrapy.http import Response

from cqnspider.items import RawPage

page_failed = object()
"""A page did not become an article or a list; handlers get `failure` (items.Failure)."""


def raw_page(response: object) -> RawPage | None:
    """A response as it is kept; None where there is none, or nothing in it."""
    if not isinstance(response, Response) or not response.body:
        return None
    kind = response.headers.get("Content-Type")
    return RawPage(response.url, response.status, kind.decode("latin-1")[:200] if kind else None, response.body)
