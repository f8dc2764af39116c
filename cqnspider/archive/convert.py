"""Saved pages as WARC, and WARC as a folder of saved pages. Bodies stay byte for byte; a folder has no headers, no times and no other states of a page."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from cqnspider.archive.captures import Captures
from cqnspider.archive.folder import Folder, content_type, page_path
from cqnspider.archive.records import ArchiveError, Capture
from cqnspider.archive.warc_file import WRITTEN_BY, Exchange, WarcFile
from cqnspider.archive.writer import digest_of
from cqnspider.urls import HOSTS


def folder_to_warc(folder: Path, target: Path) -> int:
    """Write all saved pages of the site into one new WARC file; how many. The time of a capture is that of its file. Raises ArchiveError, OSError."""
    pages = list(Folder(folder).pages())
    if not pages:
        raise ArchiveError(f"{folder} holds no saved pages: nothing below {' or '.join(sorted(HOSTS))}")
    about = WRITTEN_BY | {"description": "pages that were saved in a folder; the time of a capture is that of its file"}
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        file = WarcFile(partial, about, target.name)
        try:
            for url, path in pages:
                body = path.read_bytes()
                headers = [("Content-Type", content_type(path)), ("Content-Length", str(len(body)))]
                saved_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
                file.append(Exchange(url, HTTPStatus.OK, headers, body), saved_at, digest_of(body))
        finally:
            file.close()
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return len(pages)


def warc_to_folder(
    files: Iterable[Path], target: Path, until: datetime | None = None, limit: int = 0
) -> tuple[int, list[str]]:
    """Save the newest good capture of every page of the site below a folder; how many, and what was left out, with why. Raises ArchiveError, OSError."""
    saved = 0
    left_out = []
    target.mkdir(parents=True, exist_ok=True)
    with Captures(files, until, limit) as captures:
        for found in captures.by_page.values():
            url = found[-1].url
            if (urlsplit(url).hostname or "") not in HOSTS:
                continue
            try:
                _save(captures, found, page_path(target.resolve(), url))
                saved += 1
            except ArchiveError as error:
                left_out.append(f"{url}: {error}")
            except OSError as error:  # a name too long for the file system, a page below a page
                left_out.append(f"{url}: {error.strerror or error}")
    return saved, left_out


def _save(captures: Captures, found: Sequence[Capture], path: Path | None) -> None:
    good = next((each for each in reversed(found) if each.status in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED)), None)
    full = captures.with_body(good) if good is not None else None
    if full is None:
        raise ArchiveError("never answered with 200")
    if path is None:
        raise ArchiveError("its address leads out of the folder")
    body = captures.reader.read(full).body
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    os.utime(path, (full.at.timestamp(), full.at.timestamp()))
