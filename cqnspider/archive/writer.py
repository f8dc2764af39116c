"""The archive of a crawl: WARC files of one process, the next one when one is large enough, revisits for pages whose bytes are there already.

In: answers as they came. Out: where each lies; once `sync` has returned, on the disk. Any tool for WARC reads the files; `seen.sqlite` beside them
only finds the pages that are there already, and may be deleted.
"""

from __future__ import annotations

import base64
import hashlib
import sqlite3
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from cqnspider.archive.records import ArchiveError, Capture, page_key, parse_date
from cqnspider.archive.warc_file import Exchange, WarcFile

_FIELDS: Final = ("page", "url", "digest", "date", "file", "offset", "etag", "last_modified")
_MOST_VALUES: Final = 100 * len(_FIELDS)  # of one statement
_TABLE: Final = f"CREATE TABLE IF NOT EXISTS seen ({', '.join(_FIELDS)}, PRIMARY KEY (page))"


class WarcWriter:
    """Appends to `{folder}/{name}-00001.warc.gz` and so on; everything raises ArchiveError where the disk refuses.

    Threads take turns: what `sync` has returned for was written before it was called.
    """

    def __init__(self, folder: Path, name: str, max_size: int, about: Mapping[str, str]) -> None:
        self.folder = folder
        self.name = name
        self.max_size = max_size
        self.about = about
        self.number = 0
        self.file: WarcFile | None = None
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._refused(error) from error
        self.seen = Seen(folder)
        self._fresh: dict[str, Known] = {}  # with a body of their own, not on the disk yet
        self._turn = threading.Lock()

    def write(self, exchange: Exchange) -> Capture:
        """Archive an answer. Where a page has the bytes it had, the capture says where these lie, and the time of now."""
        with self._turn:
            return self._write(exchange)

    def _write(self, exchange: Exchange) -> Capture:
        now = datetime.now(UTC)
        now = now.replace(microsecond=now.microsecond // 1000 * 1000)  # as MongoDB keeps it
        digest, key = digest_of(exchange.body), page_key(exchange.url)
        known = self._fresh.get(key) or self.seen.find(key)
        same = known.capture if known is not None and known.is_said_by(exchange, digest) else None
        try:
            file = self._file()
            offset = file.append(exchange, now, digest, same)
        except OSError as error:
            raise self._refused(error) from error
        if same is not None:
            return Capture(exchange.url, now, exchange.status, same.path, same.offset, digest=same.digest)
        capture = Capture(exchange.url, now, exchange.status, file.path, offset, digest=digest)
        if exchange.status == HTTPStatus.OK:
            self._fresh[key] = Known(capture, exchange.header("etag"), exchange.header("last-modified"))
        return capture

    def sync(self) -> None:
        """Return when everything written so far is on the disk."""
        with self._turn:
            self._sync()

    def _sync(self) -> None:
        if self.file is None:
            return
        try:
            self.file.sync()
        except OSError as error:
            raise self._refused(error) from error
        fresh, self._fresh = self._fresh, {}
        self.seen.add(fresh)

    def close(self) -> None:
        """End the archive."""
        with self._turn:
            try:
                self._sync()
                if self.file is not None:
                    self.file.close()
            except OSError as error:
                raise self._refused(error) from error
            finally:
                self.seen.close()

    def _file(self) -> WarcFile:
        """The file that is written; the next one where it is full."""
        if self.file is not None and self.file.size >= self.max_size:
            self.file.close()
            self.file = None
        if self.file is None:
            self.number += 1
            self.file = WarcFile(self.folder / f"{self.name}-{self.number:05}.warc.gz", self.about)
        return self.file

    def _refused(self, error: OSError) -> ArchiveError:
        return ArchiveError(f"the archive in {self.folder} cannot be written: {error.strerror or error}")


@dataclass(frozen=True, slots=True)
class Known:
    """A page that was archived with its body, and what the server said for conditional requests."""

    capture: Capture
    etag: str
    last_modified: str

    def is_said_by(self, exchange: Exchange, digest: str) -> bool:
        """Whether an answer says that the page is this very one: by the same bytes, or by 304 to a condition that came from it."""
        if exchange.status == HTTPStatus.OK:
            return self.capture.digest == digest
        etag, last_modified = exchange.conditions
        conditioned = self.etag == etag if etag else bool(last_modified) and self.last_modified == last_modified
        return exchange.status == HTTPStatus.NOT_MODIFIED and conditioned


class Seen:
    """`seen.sqlite`: of each page the newest capture with a body, of all processes that archive into the folder. Raises ArchiveError."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "seen.sqlite"
        self._open: sqlite3.Connection | None = None
        self._query("SELECT 1")

    def find(self, key: str) -> Known | None:
        """The capture of a page, where its file is still there."""
        for _, url, digest, date, file, offset, etag, last_modified in self._query(
            "SELECT * FROM seen WHERE page = ?", (key,)
        ):
            at = parse_date(date)
            if at is not None and (self.folder / file).is_file():
                capture = Capture(url, at, HTTPStatus.OK, self.folder / file, offset, digest=digest)
                return Known(capture, etag, last_modified)
        return None

    def add(self, known: Mapping[str, Known]) -> None:
        """Remember captures that are on the disk."""
        rows: list[object] = []
        for key, each in known.items():
            found = each.capture
            rows += [
                key,
                found.url,
                found.digest,
                found.at.isoformat(),
                found.path.name,
                found.offset,
                each.etag,
                each.last_modified,
            ]
        for begin in range(0, len(rows), _MOST_VALUES):
            part = rows[begin : begin + _MOST_VALUES]
            marks = ", ".join([f"({', '.join('?' * len(_FIELDS))})"] * (len(part) // len(_FIELDS)))
            self._query(f"INSERT OR REPLACE INTO seen VALUES {marks}", part)

    def close(self) -> None:
        """Close the file."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def _query(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        try:
            if self._open is None:  # one for both threads; sqlite takes one statement at a time
                self._open = sqlite3.connect(self.path, timeout=30, check_same_thread=False)
                self._open.execute(_TABLE)
            with self._open:
                return self._open.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            advice = "It may be deleted; then unchanged pages are kept once more"
            raise ArchiveError(f"{self.path} cannot be used: {error}. {advice}") from error


def digest_of(body: bytes) -> str:
    """The WARC-Payload-Digest of a body.

    >>> digest_of(b"")
    'sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ'
    """
    return "sha1:" + base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()
