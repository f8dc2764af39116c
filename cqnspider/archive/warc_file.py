"""One WARC 1.1 file that is written: a gzip member a record, whole records only.

In: answers as they came, still encoded. Out: the offset of each. Raises OSError where the disk refuses.
"""

from __future__ import annotations

import os
import sys
import zlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from http.client import responses
from io import BytesIO
from pathlib import Path
from typing import Final

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from cqnspider import __version__
from cqnspider.archive.records import Capture

WRITTEN_BY: Final = {  # what every file says of itself
    "software": f"cqnspider/{__version__} (Python {sys.version.split()[0]})",
    "format": "WARC File Format 1.1",
}
_LEVEL: Final = 6  # of gzip; 9 takes twice the time for 1 % less
_NOT_MODIFIED: Final = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_NEW_FILE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_CLOEXEC", 0)
_sync_data = getattr(os, "fdatasync", os.fsync)


@dataclass(frozen=True, slots=True)
class Exchange:
    """What came for a request: `body` as it was sent, with its content encoding."""

    url: str
    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes
    protocol: str = "HTTP/1.1"
    conditions: tuple[str, str] = ("", "")  # If-None-Match and If-Modified-Since of the request

    def header(self, name: str) -> str:
        """The first header of a name; '' if there is none."""
        return next((value for key, value in self.headers if key.lower() == name), "")


class WarcFile:
    """A new file that begins with what is said `about` it. One thread at a time."""

    def __init__(self, path: Path, about: Mapping[str, str], name: str | None = None) -> None:
        self.path = path
        self.size = 0
        self.unsynced = True
        self._file = os.open(path, _NEW_FILE, 0o644)
        self._put(_member(lambda writer: writer.create_warcinfo_record(name or path.name, about)))
        with suppress(OSError):  # some file systems cannot sync a folder
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def append(self, exchange: Exchange, at: datetime, digest: str, known: Capture | None = None) -> int:
        """Write a response, or a revisit where `known` has the same body; the offset of its record."""
        headers = [(name, value) for name, value in exchange.headers if name.lower() != "transfer-encoding"]
        status = f"{exchange.status} {responses.get(exchange.status, '')}".strip()
        http = StatusAndHeaders(status, headers, protocol=exchange.protocol)
        named = {"WARC-Date": warc_date(at)}

        def record(writer: WARCWriter) -> ArcWarcRecord:
            if known is None:
                body, named["WARC-Payload-Digest"] = BytesIO(exchange.body), digest
                return writer.create_warc_record(
                    exchange.url, "response", body, len(exchange.body), "", named, None, http
                )
            revisit = writer.create_revisit_record(
                exchange.url, known.digest, known.url, warc_date(known.at), http, named
            )
            if exchange.status == HTTPStatus.NOT_MODIFIED:
                revisit.rec_headers.replace_header("WARC-Profile", _NOT_MODIFIED)
            return revisit

        return self._put(_member(record))

    def sync(self) -> None:
        """Return when everything appended so far is on the disk."""
        if self.unsynced:
            _sync_data(self._file)
            self.unsynced = False

    def close(self) -> None:
        """Sync, then end the file."""
        try:
            self.sync()
        finally:
            os.close(self._file)

    def _put(self, member: bytes) -> int:
        """Write a whole record; one that does not fit on the disk leaves nothing behind."""
        offset, rest = self.size, memoryview(member)
        self.unsynced = True
        try:
            while rest:
                rest = rest[os.write(self._file, rest) :]
        except OSError:
            os.ftruncate(self._file, offset)
            raise
        self.size += len(member)
        return offset


def warc_date(at: datetime) -> str:
    """`2026-11-22T08:16:06.123Z`: UTC, as WARC wants it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _member(make: Callable[[WARCWriter], ArcWarcRecord]) -> bytes:
    """A record as a gzip member. The library would compress too, at twice the cost and in many small writes."""
    buffer = BytesIO()
    writer = WARCWriter(buffer, gzip=False, warc_version="1.1")
    writer.write_record(make(writer))
    compressor = zlib.compressobj(_LEVEL, zlib.DEFLATED, zlib.MAX_WBITS + 16)
    return compressor.compress(buffer.getvalue()) + compressor.flush()
