"""Makes the environments of the tools that bench/metrics.py and bench/extractors.py compare with: `.venv-bench/NAME`, beside `.venv`."""

from __future__ import annotations

import re
import subprocess
import sys
import venv
from pathlib import Path

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
HOME = Path(__file__).parents[1] / ".venv-bench"


class UnavailableError(Exception):
    """A tool can't be installed or run here; the message says why, in one line."""


def pins(requirements: Path = REQUIREMENTS) -> dict[str, list[str]]:
    """Tool → its pinned requirements, the tool's own package first."""
    parts = re.split(r"^# \[(.+?)\].*\n", requirements.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return {name: lines.split() for name, lines in zip(parts[::2], parts[1::2], strict=True)}


def python_of(name: str, requirements: Path = REQUIREMENTS) -> Path:
    """The interpreter of a tool's environment, which is made unless it holds the pins already."""
    home, pinned = HOME / name, pins(requirements)[name]
    wanted = "\n".join(pinned)
    python, stamp = home / "bin" / "python", home / "installed.txt"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    print(f"installing {name} …", file=sys.stderr)
    venv.create(home, clear=True, with_pip=True)
    (HOME / ".gitignore").write_text("*\n", encoding="utf-8")
    command = [
        python,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--retries",
        "1",
        "--disable-pip-version-check",
        *pinned,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise UnavailableError(f"not installable: {last_line(done.stderr)}")
    stamp.write_text(wanted, encoding="utf-8")
    return python


def last_line(log: str) -> str:
    """The line of a log that says what failed: the last that pip or Python marks as an error, else the last one."""
    lines = [line.strip() for line in log.splitlines() if line.strip()] or ["no message"]
    return next(
        (line for line in reversed(lines) if re.match(r"ERROR|[\w.]*(Error|Exception|NotFound)\b", line)), lines[-1]
    )
