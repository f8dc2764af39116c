"""What was captured: all answers in WARC files of any maker (`.warc`, `.warc.gz` with a gzip member a record, WARC 1.0 and 1.1).

In: files. Out: `Capture`s in the order of a file; of a file that is damaged, those that stand before the damage.
"""

from __future__ import annotations

import logging
import mmap
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from warcio.archiveiterator import ArchiveIterator
from warcio.recordloader import ArcWarcRecord

from cqnspider.archive.records import DAMAGE, ArchiveError, Capture, first_line, page_key, parse_date

logger = logging.getLogger(__name__)
SUFFIXES: Final = (".warc", ".warc.gz")
_BLOCK: Final = 16 * 1024


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
    except DAMAGE as error:
        if begin and not _goes_on(path, begin):
            logger.warning("%s ends within the record at byte %d, which is left out", path, begin)
            return
        hint = "; try: warcio recompress IN OUT" if path.suffix == ".gz" else ""
        raise ArchiveError(
            f"{path} is no WARC file, or damaged at byte {begin:,}: {first_line(error)}{hint}"
        ) from error


def check(path: Path) -> None:
    """Raise ArchiveError where a file does not begin with a WARC record."""
    try:
        with open(path, "rb") as file:
            next(iter(ArchiveIterator(file, arc2warc=False)), None)
    except OSError as error:
        raise ArchiveError(f"{path}: {error.strerror or error}") from error
    except DAMAGE as error:
        raise ArchiveError(f"{path} is no WARC file: {first_line(error)}") from error


def warc_files(path: Path) -> list[Path]:
    """The WARC files that a path names: itself, or those of a folder in the order of their names; none where it is neither."""
    if path.is_dir():
        return sorted(each for each in path.iterdir() if each.is_file() and each.name.endswith(SUFFIXES))
    return [path] if path.is_file() else []


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
