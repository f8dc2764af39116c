"""The words of the extractor, as text files that a person extends without touching code.

A file has sections, `[name]` on a line of its own; `#` begins a comment line. Entries are parted by white space or lines, as the comment in
the file says.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

Sections = dict[str, list[str]]


@cache
def read(name: str) -> Sections:
    """The lines of every section of a file `name`.txt. Raises FileNotFoundError, and ValueError for a line outside all sections."""
    sections: Sections = {}
    lines: list[str] | None = None
    for number, line in enumerate(files(__name__).joinpath(f"{name}.txt").read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("[") and line.endswith("]"):
            lines = sections.setdefault(line[1:-1], [])
        elif line and not line.startswith("#"):
            if lines is None:
                raise ValueError(f"metrics/tables/{name}.txt, line {number}: stands before the first [section]")
            lines.append(line)
    return sections


def words(name: str, section: str) -> list[str]:
    """All entries of a section that lists words or expressions parted by white space."""
    return " ".join(read(name)[section]).split()
