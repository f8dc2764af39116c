"""The captures of WARC files by address: which one answers a request.

In: files of any maker. Out: of each page the newest capture, or the newest up to a moment. Revisits are followed to the capture with the same body.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from cqnspider.archive.records import Answer, Capture, RecordReader, page_key
from cqnspider.archive.scan import scan

_NOT_MODIFIED: Final = 304


class Captures:
    """All captures of some files, up to `until`; `limit` is the largest body in bytes, 0 for any. Raises ArchiveError."""

    def __init__(self, files: Iterable[Path], until: datetime | None = None, limit: int = 0) -> None:
        self.by_page: dict[str, list[Capture]] = {}
        self.reader = RecordReader(limit)
        for capture in (each for file in files for each in scan(file)):
            if until is None or capture.at <= until:
                self.by_page.setdefault(page_key(capture.url), []).append(capture)
        self._bodies: dict[tuple[str, str | datetime], list[Capture]] = {}  # by page and time, and by page and digest
        for page, found in self.by_page.items():
            found.sort(key=lambda each: (each.at, each.digest))
            for each in found:
                if each.refers_to is None and each.status != _NOT_MODIFIED:
                    self._bodies.setdefault((page, each.at), []).append(each)
                    self._bodies.setdefault((page, each.digest), []).append(each)

    def __enter__(self) -> Captures:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the files."""
        self.reader.close()

    def find(self, url: str) -> Answer | None:
        """The newest answer for an address; None if there is none. Raises ArchiveError."""
        for capture in reversed(self.by_page.get(page_key(url), ())):
            if (full := self.with_body(capture)) is not None:
                answer = self.reader.read(full)
                status = capture.status if full is capture else 200
                return Answer(status, answer.headers, answer.body, replace(full, at=capture.at))
        return None

    def with_body(self, capture: Capture) -> Capture | None:
        """The capture that has the body of this one: itself, or what a revisit refers to; None where that is not in the files."""
        if capture.refers_to is None:
            return capture if capture.status != _NOT_MODIFIED else None
        url, at = capture.refers_to
        page = page_key(url)
        then = self._bodies.get((page, at), []) if at is not None else []
        same = self._bodies.get((page, capture.digest), []) if capture.digest else []
        earlier = same[: bisect_right(same, capture.at, key=lambda each: each.at)]
        both = [each for each in then if each.digest == capture.digest]
        return next(iter(both or then or earlier[::-1]), None)
