"""Downloader middleware: robots.txt is obeyed, and where it cannot be fetched nothing else is (RFC 9309, 2.3.1.4)."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares import robotstxt
from scrapy.exceptions import IgnoreRequest

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.robotstxt import RobotParser


class RobotsUnavailable(IgnoreRequest):
    """robots.txt cannot be fetched; the message says why."""


class StrictRobotsTxtMiddleware(robotstxt.RobotsTxtMiddleware):
    """Scrapy's middleware, which goes on without robots.txt when fetching it fails; this one does not."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.problem = ""
        self._asking = asyncio.Lock()
        robotstxt.logger.addFilter(_without_traceback)

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """Scrapy's, one request at a time: of several that wait for robots.txt together, only the first would be given it."""
        async with self._asking:
            return await super().robot_parser(request)

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        """Raise RobotsUnavailable where there is no robots.txt to ask, IgnoreRequest where it forbids."""
        if rp is None:
            raise RobotsUnavailable(f"robots.txt cannot be fetched: {self.problem}")
        super().process_request_2(rp, request)

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500:
            raise RobotsUnavailable(f"HTTP {response.status}")
        await super()._parse_robots(response, netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        self.problem = str(exc).strip() or type(exc).__name__
        super()._robots_error(exc, netloc)


def _without_traceback(record: logging.LogRecord) -> bool:
    """The run reports the failure itself, in one line."""
    return record.exc_info is None
