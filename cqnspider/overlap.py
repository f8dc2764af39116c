"""One crawl at a time: a second one of the same spider, arguments and database is not started while the first one runs.

A nightly crawl may need longer than a day, and a person may type what cron has just begun. In: the settings and the crawl that is meant. Out: a
locked file below CQNSPIDER_HOME for as long as it runs. The kernel drops the lock of a dead process, so a killed crawl leaves none behind.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cqnspider.archive.replay import replay_name
from cqnspider.items import BEIJING
from cqnspider.store.errors import label

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

logger = logging.getLogger(__name__)


class AlreadyRunning(Exception):
    """The same crawl is running; the message is one line that says since when, and as which process."""


@contextmanager
def only_one(settings: BaseSettings, spider: str, arguments: Mapping[str, object]) -> Iterator[None]:
    """Hold the lock of this crawl. Raises AlreadyRunning.

    Where no lock can be had (Windows, a home that cannot be written, a file system without locks) the crawl runs without: two at once
    end in the same data, they only fetch twice.
    """
    path = Path(settings["CQNSPIDER_HOME"]) / "crawls" / f"{identity(settings, spider, arguments)}.lock"
    lock = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = locked(path)
    except OSError as error:
        if settings["MONGO_URI"]:  # the private MongoDB needs the same home and says so itself
            why = error.strerror or error
            logger.warning(
                "Not checked whether the same crawl is running: %s: %s. Set CQNSPIDER_HOME to a writable folder",
                path,
                why,
            )
    try:
        yield
    finally:
        if lock is not None:
            with suppress(OSError):  # a file that is left over locks nobody out
                path.unlink()
            os.close(lock)


def identity(settings: BaseSettings, spider: str, arguments: Mapping[str, object]) -> str:
    """What makes two crawls the same, as the name of a file: spider, arguments, pages, database – never a password.

    Arguments that begin with `_` are not the user's: Scrapyd numbers its jobs with them.
    """
    uri = settings["MONGO_URI"]
    given = sorted((name, str(value)) for name, value in arguments.items() if not name.startswith("_"))
    crawl = [spider, given, replay_name(settings), label(uri) if uri else None, str(settings["MONGO_DATABASE"])]
    return hashlib.sha256(json.dumps(crawl).encode()).hexdigest()[:16]


def locked(path: Path) -> int | None:
    """The file, open and locked, with this process and the time in it; None on Windows. Raises AlreadyRunning, OSError."""
    if sys.platform == "win32":  # it has no fcntl
        return None
    import fcntl  # noqa: PLC0415 – not on Windows

    while True:
        lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            current = os.fstat(lock).st_nlink > 0
        except BlockingIOError:
            holder = os.read(lock, 200).decode(errors="replace").strip()
            os.close(lock)
            raise AlreadyRunning(f"the same crawl is running {holder}".strip() + "; this one was not started") from None
        except OSError:
            os.close(lock)
            raise
        if current:
            with suppress(OSError):  # on a full disk it is locked all the same
                os.ftruncate(lock, 0)
                os.write(lock, f"since {datetime.now(BEIJING):%Y-%m-%d %H:%M} (process {os.getpid()})\n".encode())
            return lock
        os.close(lock)  # removed by a crawl that has just ended: the next one would not meet it
