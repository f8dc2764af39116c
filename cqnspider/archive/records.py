"""One captured page: where it lies in a WARC file, and what was answered there.

In: a `Capture`, as scan.py finds them. Out: its `Answer`, with the body as a browser would get it: without transfer and content encoding.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final
from urllib.parse import urlsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import BufferedReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeadersParserException

from cqnspider.items import Archived

# What the library raises at a record that is none.
DAMAGE: Final = (
    ArchiveLoadFailed,
    StatusAndHeadersParserException,
    zlib.error,
    EOFError,
    ValueError,
    AttributeError,
    OverflowError,
)
_YEARS: Final = range(1990, 2200)
_PIECE: Final = 64 * 1024  # bytes read at once
# Of a body as it is handed on these say nothing any more.
_ENCODINGS: Final = frozenset({"content-encoding", "transfer-encoding", "content-length"})


class ArchiveError(Exception):
    """A WARC file, or a record in it, cannot be read or written; the message says which and why."""


class TooLarge(ArchiveError):
    """A page has more bytes than DOWNLOAD_MAXSIZE allows."""


@dataclass(frozen=True, slots=True)
class Capture:
    """One answer of a server: what was asked for, when, with which status, where its record lies.

    A revisit has no body of its own: `refers_to` is the address and time of the capture that has it.
    """

    url: str
    at: datetime
    status: int
    path: Path
    offset: int
    maker: str = ""  # what the file's warcinfo says it is part of; cqnspider writes the name of the spider
    digest: str = ""
    refers_to: tuple[str, datetime | None] | None = None

    @property
    def location(self) -> Archived:
        """The `archive` field of an article."""
        return {"file": self.path.name, "offset": self.offset}


@dataclass(frozen=True, slots=True)
class Answer:
    """A page as it came: status, headers in their order, decoded body. `capture` is None for a page that was saved in a folder."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    capture: Capture | None = None

    def header(self, name: str) -> str | None:
        """The first header of a name."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class RecordReader:
    """Reads records at their offsets; a context manager that keeps files open between two reads."""

    def __init__(self, limit: int = 0) -> None:
        self.limit = limit  # bytes of a decoded body; 0: any
        self._files: dict[Path, IO[bytes]] = {}

    def __enter__(self) -> RecordReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the files."""
        for file in self._files.values():
            file.close()
        self._files = {}

    def read(self, capture: Capture) -> Answer:
        """The answer of a capture that is no revisit. Raises ArchiveError."""
        where = f"{capture.path} at byte {capture.offset:,}"
        try:
            file = self._file(capture.path)
            file.seek(capture.offset)
            record = next(iter(ArchiveIterator(file, arc2warc=False)))
            headers = record.http_headers
            body = self._body(record, where)
        except OSError as error:
            raise ArchiveError(f"{where}: {error.strerror or error}") from error
        except (*DAMAGE, StopIteration) as error:
            raise ArchiveError(f"{where}: no record there: {first_line(error)}") from error
        if headers is None or record.rec_headers.get_header("WARC-Target-URI") != capture.url:
            raise ArchiveError(f"{where}: another record than that of {capture.url}")
        kept = [(name, value) for name, value in headers.headers if name.lower() not in _ENCODINGS]
        return Answer(capture.status, kept, body, capture)

    def _file(self, path: Path) -> IO[bytes]:
        if path not in self._files:
            self._files[path] = path.open("rb")
        return self._files[path]

    def _body(self, record: ArcWarcRecord, where: str) -> bytes:
        """The decoded body, up to the limit."""
        encoding = (record.http_headers.get_header("content-encoding") or "") if record.http_headers else ""
        if encoding.lower() not in {"", "identity", *BufferedReader.get_supported_decompressors()}:
            raise ArchiveError(f"{where}: its encoding {encoding!r} cannot be read here; for br: pip install brotli")
        stream, pieces, size = record.content_stream(), [], 0
        while piece := stream.read(_PIECE):
            pieces.append(piece)
            size += len(piece)
            if self.limit and size > self.limit:
                raise TooLarge(f"{where}: more than {self.limit:,} bytes (DOWNLOAD_MAXSIZE)")
        if getattr(record.raw_stream, "limit", 0) > 0 and not encoding:
            raise ArchiveError(f"{where}: the record is cut off")
        return b"".join(pieces)


def page_key(url: str) -> str:
    """What two addresses of one page share: no scheme, default port, fragment, case of the host.

    >>> page_key("HTTP://WWW.cqn.com.cn:80/zj/index.htm#top")
    'www.cqn.com.cn/zj/index.htm'
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    return f"{host}{port}{parts.path or '/'}" + (f"?{parts.query}" if parts.query else "")


def parse_date(text: str | None) -> datetime | None:
    """A WARC-Date: `2023-10-19T07:04:08Z`, in WARC 1.1 with a fraction of a second. None for what no crawler can have met."""
    try:
        found = datetime.fromisoformat((text or "").strip())
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found if found.year in _YEARS else None


def first_line(error: BaseException) -> str:
    """What an error says, in short."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
