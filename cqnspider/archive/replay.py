"""Replay: `-s REPLAY=folder` answers every request from saved pages and never from the network.

The folder is laid out like the URLs: `folder/www.cqn.com.cn/zj/content/2023-10/19/content_8990503.htm`. A page that is not there is an error of the
run (`ReplayMissing`). URLs stay the real ones, so that a replayed crawl and a live one give the same items. Nothing is throttled.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.exceptions import DownloadCancelledError, NotConfigured
from scrapy.http import Response
from scrapy.responsetypes import responsetypes

from cqnspider.arguments import ArgumentError

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings


class ReplayMissing(Exception):
    """A page that the crawl asked for is not among the saved ones."""


def replay_folder(path: str) -> Path:
    """The folder of saved pages. Raises ArgumentError."""
    folder = Path(path).expanduser()
    if not folder.is_dir():
        raise ArgumentError(
            f"REPLAY={path} is no folder of saved pages; expected e.g. REPLAY=fixtures with fixtures/www.cqn.com.cn/… inside"
        )
    return folder.resolve()


def saved_page(folder: Path, url: str) -> Path | None:
    """The file of a URL below `folder`; None if there is none, or if the URL points out of the folder."""
    parts = urlsplit(url)
    name = f"{parts.hostname or ''}{unquote(parts.path)}" + (f"?{parts.query}" if parts.query else "")
    if name.endswith("/"):
        name += "index.htm"
    if "\0" in name or "\\" in name:
        return None
    try:
        path = (folder / name).resolve()
        return path if path.is_relative_to(folder) and path.is_file() else None
    except (OSError, RuntimeError):  # a name longer than the file system takes, a link to itself
        return None


def addresses(url: str) -> list[str]:
    """A page's address and the other ones it answers at: a page that was saved from the mobile host is the same article."""
    parts = urlsplit(url)
    if parts.hostname != "www.cqn.com.cn":
        return [url]
    rest = parts.path + (f"?{parts.query}" if parts.query else "")
    return [url, f"https://m.cqn.com.cn{rest}", f"https://www.cqn.com.cn/m{rest}", f"https://cqn.com.cn{rest}"]


class ReplayHandler(BaseDownloadHandler):
    """Download handler for http and https while REPLAY is set."""

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.folder = replay_folder(crawler.settings["REPLAY"])

    async def download_request(self, request: Request) -> Response:
        """The saved page as a 200 response; robots.txt may be missing like on any site. Raises ReplayMissing."""
        path = next((found for url in addresses(request.url) if (found := saved_page(self.folder, url))), None)
        if path is None:
            if urlsplit(request.url).path == "/robots.txt":
                return Response(request.url, status=404)
            raise ReplayMissing(f"not among the saved pages in {self.crawler.settings['REPLAY']}")
        limit = self.crawler.settings.getint("DOWNLOAD_MAXSIZE")
        if limit and path.stat().st_size > limit:
            raise DownloadCancelledError(
                f"the saved page has {path.stat().st_size:,} bytes, DOWNLOAD_MAXSIZE is {limit:,}"
            )
        body = path.read_bytes()
        return responsetypes.from_args(url=request.url, filename=path.name, body=body)(request.url, body=body)


class ReplayAddon:
    """With REPLAY set: saved pages instead of the network, and no throttling."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Replace the download handlers and switch delays off."""
        if not settings["REPLAY"]:
            raise NotConfigured
        handler = f"{ReplayHandler.__module__}.{ReplayHandler.__qualname__}"
        settings.set("DOWNLOAD_HANDLERS", {"http": handler, "https": handler}, priority="spider")
        for name, value in {"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False, "RETRY_ENABLED": False}.items():
            settings.set(name, value, priority="spider")
        for name in ("CONCURRENT_REQUESTS", "CONCURRENT_REQUESTS_PER_DOMAIN"):
            settings.set(name, 16, priority="spider")
