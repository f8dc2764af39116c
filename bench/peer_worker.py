"""Runs one tool over texts: `python peer_worker.py NAME`, in the tool's own environment.

Reads JSON strings, one a line, from standard input and answers a JSON line each: {"found": the quantities (see spans.py),
"seconds": of the extraction alone, "clock": seconds since the epoch, "peak_mb": memory so far, "error": str or null}.
"""

from __future__ import annotations

import json
import os
import re
import resource
import sys
import time
from pathlib import Path
from typing import Any

import peers
from spans import Quantity


def peak_mb() -> float:
    """The most memory this process has held, in MB."""
    # Linux hands a parent's peak on in ru_maxrss; VmHWM is this program's alone.
    status = Path("/proc/self/status")
    peak = re.search(r"VmHWM:\s*(\d+) kB", status.read_text()) if status.exists() else None
    if peak:
        return int(peak[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)


def answer(tool: peers.Tool, text: str) -> dict[str, Any]:
    """One text through the tool; a tool that raises has found nothing in it."""
    found: list[Quantity] = []
    error = None
    start = time.perf_counter()
    try:
        found = tool(text)
    except Exception as problem:
        error = f"{type(problem).__name__}: {problem}"
    seconds = time.perf_counter() - start
    return {"found": found, "seconds": seconds, "clock": time.time(), "peak_mb": peak_mb(), "error": error}


def main() -> None:
    # A Java or Haskell runtime prints its warnings to descriptor 1, among the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    tool = peers.load(sys.argv[1])
    for line in sys.stdin:
        print(json.dumps(answer(tool, json.loads(line))), file=answers, flush=True)


if __name__ == "__main__":
    main()
