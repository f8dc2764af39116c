"""Reading WARC files: what was captured, and one captured page.

In: files of any maker (`.warc`, `.warc.gz` with a gzip member a record, WARC 1.0 and 1.1). Out: `Capture`s in the order of the file, and a capture's
`Answer` with its body as a browser would get it: without transfer and content encoding.
"""

from __future__ import annotations

import logging
import mmap
import zlib
from collections.abc import Iterator
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

logger = logging.getLogger(__name__)
SUFFIXES: Final = (".warc", ".warc.gz")
_DAMAGE: Final = (
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
_BLOCK: Final = 16 * 1024
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


def scan(path: Path) -> Iterator[Capture]:
    """All answers of http and https in a file, in its order. Raises ArchiveError where the file is damaged, after what stands before the damage.

    A last record that is cut off, as a killed process leaves it, is left out and logged: no article refers to it.
    """
    maker, begin = "", 0
    try:
        with open(path, "rb") as file:
            records = ArchiveIterator(file, arc2warc=False)
            for record in records:
                begin = records.offset
                if record.rec_type == "warcinfo":
                    maker = _part_of(record)
                found = _capture(record, path, begin, maker)
                records.read_to_end()
                if getattr(record.raw_stream, "limit", 0) > 0:
                    raise EOFError("the record is cut off")
                if found is not None:
                    yield found
                begin = records.offset
    except OSError as error:
        raise ArchiveError(f"{path}: {error.strerror or error}") from error
    except _DAMAGE as error:
        if begin and not _goes_on(path, begin):
            logger.warning("%s ends within the record at byte %d, which is left out", path, begin)
            return
        hint = "; try: warcio recompress IN OUT" if path.suffix == ".gz" else ""
        raise ArchiveError(
            f"{path} is no WARC file, or damaged at byte {begin:,}: {_first_line(error)}{hint}"
        ) from error


def check(path: Path) -> None:
    """Raise ArchiveError where a file does not begin with a WARC record."""
    try:
        with open(path, "rb") as file:
            next(iter(ArchiveIterator(file, arc2warc=False)), None)
    except OSError as error:
        raise ArchiveError(f"{path}: {error.strerror or error}") from error
    except _DAMAGE as error:
        raise ArchiveError(f"{path} is no WARC file: {_first_line(error)}") from error


def warc_files(path: Path) -> list[Path]:
    """The WARC files that a path names: itself, or those of a folder in the order of their names; none where it is neither."""
    if path.is_dir():
        return sorted(each for each in path.iterdir() if each.is_file() and each.name.endswith(SUFFIXES))
    return [path] if path.is_file() else []


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
            file = self._files.get(capture.path) or self._files.setdefault(capture.path, open(capture.path, "rb"))  # noqa: SIM115
            file.seek(capture.offset)
            record = next(iter(ArchiveIterator(file, arc2warc=False)))
            headers = record.http_headers
            body = self._body(record, where)
        except OSError as error:
            raise ArchiveError(f"{where}: {error.strerror or error}") from error
        except (*_DAMAGE, StopIteration) as error:
            raise ArchiveError(f"{where}: no record there: {_first_line(error)}") from error
        if headers is None or record.rec_headers.get_header("WARC-Target-URI") != capture.url:
            raise ArchiveError(f"{where}: another record than that of {capture.url}")
        kept = [(name, value) for name, value in headers.headers if name.lower() not in _ENCODINGS]
        return Answer(capture.status, kept, body, capture)

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


def _capture(record: ArcWarcRecord, path: Path, offset: int, maker: str) -> Capture | None:
    """A record as a capture; None for records of other kinds."""
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    at = parse_date(record.rec_headers.get_header("WARC-Date"))
    if record.rec_type not in ("response", "revisit") or not url.startswith(("http:", "https:")) or at is None:
        return None
    header = record.rec_headers.get_header
    try:
        page_key(url)
        page_key(header("WARC-Refers-To-Target-URI") or url)
        status = int(record.http_headers.get_statuscode()) if record.http_headers else 200
    except ValueError:
        return None
    digest = header("WARC-Payload-Digest") or ""
    refers_to = None
    if record.rec_type == "revisit":
        refers_to = (header("WARC-Refers-To-Target-URI") or url, parse_date(header("WARC-Refers-To-Date")))
    return Capture(url, at, status, path, offset, maker, digest, refers_to)


def _goes_on(path: Path, damaged: int) -> bool:
    """Whether another record begins behind a damaged one."""
    mark = b"\x1f\x8b\x08" if path.suffix == ".gz" else b"\nWARC/1."
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(mark, damaged + 1) >= 0


def _part_of(record: ArcWarcRecord) -> str:
    """The `isPartOf` of a warcinfo record."""
    lines = record.content_stream().read(_BLOCK).decode("utf-8", "replace").splitlines()
    named = (line.partition(":") for line in lines)
    return next((value.strip() for name, _, value in named if name.strip().lower() == "ispartof"), "")


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
