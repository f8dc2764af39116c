"""Replay: `-s REPLAY=PATH` answers every request from saved pages and never from the network.

PATH is a folder laid out like the URLs (folder.py), a WARC file, or a folder of WARC files; of these the newest capture of a page counts, or with
`REPLAY_AT` the newest up to a moment. A page that is not there is an error of the run (`ReplayMissing`). URLs stay the real ones, so that a replayed
crawl and a live one give the same items. Nothing is throttled.
"""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.exceptions import DownloadCancelledError, NotConfigured
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from cqnspider.archive.captures import Captures
from cqnspider.archive.folder import Folder
from cqnspider.archive.records import Answer, ArchiveError, TooLarge
from cqnspider.archive.scan import check, warc_files
from cqnspider.arguments import ArgumentError
from cqnspider.items import BEIJING
from cqnspider.text import visible

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

CAPTURE = "capture"  # key of a request's meta: the Capture that its answer is, or was archived as


class ReplayMissing(Exception):
    """A page that the crawl asked for is not among the saved ones."""


class Pages(Protocol):
    """Saved pages."""

    def find(self, url: str) -> Answer | None:
        """The answer for an address. Raises ArchiveError."""

    def close(self) -> None:
        """Close what is open."""


def check_replay(settings: BaseSettings) -> None:
    """Raise ArgumentError where REPLAY names no saved pages, or REPLAY_AT no moment."""
    path = Path(settings["REPLAY"]).expanduser()
    files, moment = warc_files(path), replay_moment(settings)
    if not files and not path.is_dir():
        raise ArgumentError(
            f"REPLAY={settings['REPLAY']} is no folder of saved pages and no WARC file; expected e.g. REPLAY=fixtures with"
            " fixtures/www.cqn.com.cn/… inside, or REPLAY=archive with archive/….warc.gz"
        )
    if moment is not None and not files:
        raise ArgumentError(
            "REPLAY_AT chooses among the captures of WARC files; a folder of saved pages has one of each"
        )
    try:
        for file in files:
            check(file)
    except ArchiveError as error:
        raise ArgumentError(str(error)) from None


def replay_moment(settings: BaseSettings) -> datetime | None:
    """REPLAY_AT as a moment: a day means its end, Beijing time. Raises ArgumentError."""
    text = settings["REPLAY_AT"]
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentError(f"REPLAY_AT={text} is no date; write 2026-11-01 or 2026-11-01T18:00:00") from None
    if len(text) <= len("2026-11-01"):
        moment = datetime.combine(moment, time.max)
    return moment.replace(tzinfo=BEIJING) if moment.tzinfo is None else moment


def replay_name(settings: BaseSettings) -> str | None:
    """How the record of a run calls its source; None for the site itself."""
    if not settings["REPLAY"]:
        return None
    at = f" at {settings['REPLAY_AT']}" if settings["REPLAY_AT"] else ""
    return visible(f"{settings['REPLAY']}{at}")


def open_pages(settings: BaseSettings) -> Pages:
    """The saved pages that REPLAY names. Raises ArchiveError."""
    path, limit = Path(settings["REPLAY"]).expanduser(), settings.getint("DOWNLOAD_MAXSIZE")
    files = warc_files(path)
    return Captures(files, replay_moment(settings), limit) if files else Folder(path, limit)


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
        self.pages = open_pages(crawler.settings)

    async def download_request(self, request: Request) -> Response:
        """The saved page; robots.txt may be missing like on any site. Raises ReplayMissing."""
        try:
            answer = next((found for url in addresses(request.url) if (found := self.pages.find(url))), None)
        except TooLarge as error:
            raise DownloadCancelledError(str(error)) from error
        if answer is None:
            if urlsplit(request.url).path == "/robots.txt":
                return Response(request.url, status=404)
            raise ReplayMissing(f"not among the saved pages in {replay_name(self.crawler.settings)}")
        if answer.capture is not None:
            request.meta[CAPTURE] = answer.capture
        return response_of(request.url, answer)

    async def close(self) -> None:
        """Close the saved pages."""
        self.pages.close()


def response_of(url: str, answer: Answer) -> Response:
    """A saved answer as a response of the type that Scrapy would give it."""
    headers = Headers()
    for name, value in answer.headers:
        headers.appendlist(name, value)
    name = Path(urlsplit(url).path).name
    kind = responsetypes.from_args(headers=headers, url=url, filename=name, body=answer.body)
    return kind(url, status=answer.status, headers=headers, body=answer.body)


class ReplayAddon:
    """With REPLAY set: saved pages instead of the network, no throttling, nothing to archive."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Replace the download handlers and switch delays off."""
        if not settings["REPLAY"]:
            raise NotConfigured
        handler = f"{ReplayHandler.__module__}.{ReplayHandler.__qualname__}"
        settings.set("DOWNLOAD_HANDLERS", {"http": handler, "https": handler}, priority="spider")
        quiet = {"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False, "RETRY_ENABLED": False, "ARCHIVE_DIR": ""}
        for name, value in quiet.items():
            settings.set(name, value, priority="cmdline" if name == "ARCHIVE_DIR" else "spider")
        for name in ("CONCURRENT_REQUESTS", "CONCURRENT_REQUESTS_PER_DOMAIN"):
            settings.set(name, 16, priority="spider")
