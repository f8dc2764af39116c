"""A file that is there whole or not at all: written beside its place, on the disk before it gets its name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def finished_file(path: Path) -> Iterator[IO[bytes]]:
    """A file to write; it replaces what is at `path` when the block ends well, and is removed when it does not. Raises OSError."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(part, "xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
