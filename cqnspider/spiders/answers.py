"""What came back for a request: whether it is a page, which conditions it allows next time, why it failed. Pure functions."""

from __future__ import annotations

from typing import TypeGuard

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response, TextResponse
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure as TwistedFailure

from cqnspider import headers
from cqnspider.archive.records import ArchiveError, Capture
from cqnspider.archive.replay import CAPTURE, ReplayMissing
from cqnspider.redirects import LeavesSite
from cqnspider.robots import RobotsUnavailable


def is_html(response: Response) -> TypeGuard[TextResponse]:
    """Whether a response is a page: a text, by its headers and its bytes."""
    kind = response.headers.get("Content-Type")
    return isinstance(response, TextResponse) and headers.is_html(kind.decode("latin-1") if kind else None)


def header(response: Response, name: str) -> str | None:
    """A header that may be sent back as a condition."""
    return headers.condition((response.headers.get(name) or b"").decode("latin-1"))


def capture_of(response: Response) -> Capture | None:
    """Where the response lies in an archive; None where it was not archived."""
    capture: Capture | None = response.request.meta.get(CAPTURE) if response.request is not None else None
    return capture


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
    if isinstance(error, ArchiveError):
        return "archive", str(error)
    if isinstance(error, LeavesSite):
        return "redirected", str(error)
    if isinstance(error, RobotsUnavailable):
        return "robots.txt unavailable", str(error)
    if isinstance(error, IgnoreRequest):
        return "forbidden", str(error)
    return type(error).__name__, " ".join(str(error).split())[:200]
