"""Downloader middleware: a redirect that leaves the site fails its request, with a reason.

Scrapy's own offsite check would drop the redirected request without a word: no error, no callback, exit code 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.exceptions import IgnoreRequest

from cqnspider.urls import site_url

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response


class LeavesSite(IgnoreRequest):
    """The site answered with the address of somebody else, of a file, or of this machine."""


class RedirectGuardMiddleware:
    """Sees responses before Scrapy's RedirectMiddleware does."""

    def process_response(self, request: Request, response: Response) -> Response:
        """The same response; LeavesSite for a redirect to anywhere but the site."""
        location = response.headers.get("Location")
        if location is not None and 300 <= response.status < 400:
            target = location.decode("latin-1")
            if site_url(target, request.url) is None:
                raise LeavesSite(f"to {target[:200]}")
        return response
