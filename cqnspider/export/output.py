"""A file that is there whole or not at all: written beside its place, on the disk before it gets its name."""

from __future__ import annotations

import os
import signal
import stat
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO


@contextmanager
def finished_file(path: Path) -> Iterator[IO[bytes]]:
    """A file to write; it replaces what is at `path` when the block ends well, and is removed when it does not. Raises OSError.

    What is replaced gives its mode and, where that is allowed, its owner; a link stays one. SIGTERM ends the block like Ctrl-C.
    """
    place = path.resolve()
    before = place.stat() if place.exists() else None
    descriptor, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=place.parent)
    part = Path(name)
    with _asked_to_end():
        try:
            with open(descriptor, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            part.chmod(stat.S_IMODE(before.st_mode) if before else 0o666 & ~_umask())
            if before and sys.platform != "win32":
                with suppress(PermissionError):
                    os.chown(part, before.st_uid, before.st_gid)
            part.replace(place)
        except BaseException:
            part.unlink(missing_ok=True)
            raise


@contextmanager
def _asked_to_end() -> Iterator[None]:
    """SIGTERM as KeyboardInterrupt, where nobody else listens to it; only the main thread may."""
    listening = (
        threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    )
    if listening:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        if listening:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
